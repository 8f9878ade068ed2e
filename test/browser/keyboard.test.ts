import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { openScene, pageKinds, pagesOf } from '../helpers/scenes.ts';
import type { Stage } from '../helpers/stage.ts';

let browser: Browser;
let page: Page;
let stage: Stage;

beforeAll(async () => {
  stage = await openScene('outage');
  browser = await launchBrowser();
  page = await openPage(browser, 'about:blank');
}, 60_000);

afterAll(async () => {
  await browser?.close();
  stage?.close();
});

/** A stop of the Tab key, as a reader meets it. */
type Stop = {
  /** Its place among everything that can be operated, in the order of reading. */
  place: number;
  /** In a row of columns, which are read one after the other, that of the row. */
  top: number;
  outline: string;
  /** It is within the window and nothing lies over it. */
  isSeen: boolean;
};

/** What can be operated, in the order of reading; marks it for `stopAt`. */
const markOperable = () =>
  page.evaluate(() => {
    const operable = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const elements = [...document.querySelectorAll<HTMLElement>(operable)].filter((one) => one.checkVisibility());
    elements.forEach((element, place) => {
      element.dataset['place'] = String(place);
    });
    return elements.length;
  });

const stopNow = (): Promise<Stop | null> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    const place = element?.dataset['place'];
    if (!element || place === undefined) return null;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    // A link over several lines is where its first line is.
    const [box] = element.getClientRects();
    if (!box) return null;
    const over = document.elementFromPoint(box.left + Math.min(8, box.width / 2), box.top + box.height / 2);
    return {
      place: Number(place),
      top: (element.closest('.row')?.getBoundingClientRect() ?? box).top + scrollY,
      outline: `${outlineStyle} ${outlineWidth}`,
      isSeen: over !== null && (element.contains(over) || over.contains(element)),
    };
  });

async function tabThrough(count: number): Promise<(Stop | null)[]> {
  const stops: (Stop | null)[] = [];
  for (let i = 0; i < count; i += 1) {
    await page.keyboard.press('Tab');
    stops.push(await stopNow());
  }
  return stops;
}

it.each(pageKinds)(
  'Tab visits everything on the page "%s" in the order of reading, and always shows where it is',
  async (kind) => {
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 700 });
      await page.goto(`${stage.url}${pagesOf(stage)[kind]}`);
      const count = await markOperable();
      expect(count).toBeGreaterThan(0);
      const stops = await tabThrough(count);
      expect(stops.map((stop) => stop?.place)).toEqual(Array.from({ length: count }, (_, place) => place));
      expect(stops.filter((stop) => !stop?.isSeen || stop.outline !== 'solid 3px')).toEqual([]);
      const tops = stops.map((stop) => stop?.top ?? 0);
      // Within a row the eye goes sideways; a whole line up would be a jump back.
      expect(tops.filter((top, index) => top < (tops[index - 1] ?? 0) - 24)).toEqual([]);
    }
  },
);

it('the skip link is the first stop, shows itself, and leads into the content', async () => {
  await page.setViewportSize({ width: 360, height: 700 });
  await page.goto(stage.url);
  const skip = page.locator('.skip');
  await page.keyboard.press('Tab');
  expect(await skip.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await skip.evaluate((element) => getComputedStyle(element).clipPath)).toBe('none');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
});

it('Enter opens what has the focus', async () => {
  await page.goto(stage.url);
  const link = page.locator('main article h2 a');
  await link.focus();
  await Promise.all([page.waitForURL(/\/incidents\//), page.keyboard.press('Enter')]);
  expect(await page.locator('h1').innerText()).toBe(stage.snapshot.incidents[0]?.title);
});
