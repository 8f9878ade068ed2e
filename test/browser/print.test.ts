import { writeFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { artefactPath, keepScreenshot, launchBrowser, openPage } from '../helpers/browser.ts';
import { openScene, pagesOf } from '../helpers/scenes.ts';
import type { Stage } from '../helpers/stage.ts';

/** The width of a sheet of A4 within its margins, in CSS pixels. */
const sheetWidth = 718;

let browser: Browser;
let page: Page;
let stage: Stage;

beforeAll(async () => {
  stage = await openScene('outage');
  browser = await launchBrowser();
  page = await openPage(browser, 'about:blank', { width: sheetWidth });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  stage?.close();
});

const words = (selector: string) =>
  page.locator(selector).evaluateAll((all) => all.map((one) => (one as HTMLElement).innerText));

it.each(['home', 'incident', 'past', 'history', 'component', 'postmortem'] as const)(
  'the printed page "%s" says what the page says, dark on light and no wider than the sheet',
  async (kind) => {
    await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
    await page.goto(`${stage.url}${pagesOf(stage)[kind]}`);
    const onScreen = await words('main, .masthead > a, .colophon > p');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await words('main, .masthead > a, .colophon > p')).toEqual(onScreen);
    const { ink, paper, width, underlined } = await page.evaluate(() => {
      const luminance = (colour: string) => {
        const field = document.createElement('canvas').getContext('2d');
        if (!field) throw new Error('no canvas');
        field.fillStyle = colour;
        field.fillRect(0, 0, 1, 1);
        const [r = 0, g = 0, b = 0] = field.getImageData(0, 0, 1, 1).data;
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const { color, backgroundColor } = getComputedStyle(document.documentElement);
      const links = [...document.querySelectorAll('main :is(.prose, dd, h2) a')];
      return {
        ink: luminance(color),
        paper: luminance(backgroundColor),
        width: document.documentElement.scrollWidth,
        underlined: links.every((link) => getComputedStyle(link).textDecorationLine === 'underline'),
      };
    });
    expect(ink).toBeLessThan(80);
    expect(paper).toBeGreaterThan(200);
    expect(width).toBeLessThanOrEqual(sheetWidth);
    expect(underlined).toBe(true);
    await keepScreenshot(page, `print-${kind}`);
    const sheets = await page.pdf({ format: 'A4' });
    expect(sheets.subarray(0, 5).toString()).toBe('%PDF-');
    await writeFile(artefactPath(`print-${kind}.pdf`), sheets);
  },
);
