import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepScreenshot, launchBrowser, openPage } from '../helpers/browser.ts';
import { openScene, type PageKind, pageKinds, pagesOf, type SceneName, sceneNames } from '../helpers/scenes.ts';
import type { Stage } from '../helpers/stage.ts';

/** How a page may be looked at. */
type View = {
  name: string;
  /** CSS pixels. */
  width: number;
  colorScheme?: 'light' | 'dark';
  forcedColors?: 'active';
  /** Whether the checker looks too: in the other views only room differs. */
  checked?: true;
  /** Whether a picture of every page is kept, besides those of the worst night's home. */
  kept?: true;
};

const views: readonly View[] = [
  { name: '360-light', width: 360, checked: true, kept: true },
  { name: '360-dark', width: 360, colorScheme: 'dark' },
  { name: '1280-light', width: 1280 },
  { name: '1280-dark', width: 1280, colorScheme: 'dark', checked: true, kept: true },
  { name: 'forced', width: 1280, colorScheme: 'dark', forcedColors: 'active', checked: true },
  // A window of 1280 pixels, enlarged twice and four times (WCAG 2.2, 1.4.4 and 1.4.10).
  { name: 'zoom-200', width: 640 },
  { name: 'zoom-400', width: 320 },
];
/** In a browser whose reader has set text to twice its size, and nothing else. */
const viewsOfLargeText: readonly View[] = [
  { name: 'text-200', width: 1280 },
  { name: '360-text-200', width: 360 },
];
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Every kind of page on the worst night; of the other scenes, the pages on which they differ. */
const shown: Record<SceneName, readonly PageKind[]> = {
  outage: pageKinds,
  calm: ['home', 'missing'],
  long: ['home', 'incident', 'component', 'frame'],
  rtl: ['home', 'incident'],
  wide: ['home'],
};

let browser: Browser;
let browserOfLargeText: Browser;
let page: Page;
let pageOfLargeText: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  page = await openPage(browser, 'about:blank');
  browserOfLargeText = await launchBrowser('--blink-settings=defaultFontSize=32');
  pageOfLargeText = await openPage(browserOfLargeText, 'about:blank');
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await browserOfLargeText?.close();
});

const ways = () =>
  [
    [page, views],
    [pageOfLargeText, viewsOfLargeText],
  ] as const;

/** What sticks out of the page to the side, by name; nobody scrolls to it. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .map((element) => `${element.tagName}.${element.className}`);
  });
}

async function objections(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(rules).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe.each(sceneNames)('on the scene "%s"', (name) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openScene(name);
  });
  afterAll(() => stage?.close());

  it.each(shown[name])(
    'the page "%s" has room for its words in every view, and a checker objects to nothing',
    async (kind) => {
      const found: string[] = [];
      for (const [page, views] of ways()) {
        await page.goto(stage.url + pagesOf(stage)[kind]);
        for (const view of views) {
          await page.setViewportSize({ width: view.width, height: 900 });
          const { colorScheme = 'light', forcedColors = 'none' } = view;
          await page.emulateMedia({ colorScheme, forcedColors });
          const troubles = [...(await outside(page)), ...(view.checked ? await objections(page) : [])];
          found.push(...troubles.map((trouble) => `${view.name}: ${trouble}`));
          if (view.kept || (name === 'outage' && kind === 'home'))
            await keepScreenshot(page, `${name}-${kind}-${view.name}`);
        }
      }
      expect(found).toEqual([]);
    },
    60_000,
  );
});
