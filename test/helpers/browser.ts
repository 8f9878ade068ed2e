import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { artefacts } from './artefacts.ts';

const quiet = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Where Chromium is, and the arguments that it needs there: that of CHROME_PATH, else the one that comes as a package. */
export async function findBrowser(): Promise<{ path: string; args: string[] }> {
  const installed = process.env['CHROME_PATH'];
  if (installed) return { path: installed, args: [] };
  // The package unpacks the libraries it was built for only where it believes to be in that place.
  process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs22.x';
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs22.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  return { path: await packaged.executablePath(), args: packaged.args };
}

/** Starts Chromium; `args` are of its command line. */
export async function launchBrowser(...args: string[]): Promise<Browser> {
  const found = await findBrowser();
  return chromium.launch({ executablePath: found.path, args: [...found.args, ...quiet, ...args] });
}

/** A page of the given width and scheme with nothing remembered. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { width?: number } = {},
): Promise<Page> {
  const { width = 1280, ...context } = options;
  const page = await (
    await browser.newContext({ viewport: { width, height: 900 }, locale: 'en-GB', timezoneId: 'UTC', ...context })
  ).newPage();
  await page.goto(url);
  return page;
}

/** Where an artefact of the test run is kept. */
export const artefactPath = (name: string): string => join(artefacts, name);

/** Keeps what the whole page looks like among the artefacts of the test run. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(artefacts, { recursive: true });
  await page.screenshot({ path: artefactPath(`${name}.png`), fullPage: true });
}

/** Keeps it at 360 and 1280 px, light and dark. */
export async function keepScreenshots(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of [360, 1280])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await keepScreenshot(page, `${name}-${width}-${colorScheme}`);
    }
  if (before) await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
}
