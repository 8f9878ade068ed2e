import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { openScene } from '../helpers/scenes.ts';
import type { Stage } from '../helpers/stage.ts';

let browser: Browser;
let stage: Stage;

beforeAll(async () => {
  stage = await openScene('outage');
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  stage?.close();
});

it.each([['en-US@posix'], ['en_US'], []])('lives on where the browser calls its language %s', async (...languages) => {
  const page = await openPage(browser, 'about:blank');
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.addInitScript((tags) => {
    Object.defineProperty(navigator, 'languages', { value: tags });
  }, languages);
  await page.goto(stage.url);
  await page.locator('.as-of', { hasText: / s ago\)/ }).waitFor();
  expect(await page.locator('.leader text').textContent()).toMatch(/^\d+$/);
  expect(errors).toEqual([]);
});
