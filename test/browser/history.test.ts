import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepScreenshots, launchBrowser, openPage } from '../helpers/browser.ts';
import { startFilmHouse } from '../helpers/filmHouse.ts';
import { makeDataDir, type Product, startProduct } from '../helpers/product.ts';
import { waitUntil } from '../helpers/wait.ts';

let house: Awaited<ReturnType<typeof startFilmHouse>>;
let data: Awaited<ReturnType<typeof makeDataDir>>;
let product: Product;
let browser: Browser;
const title = 'Films cannot be sent';
const month = new Date().toISOString().slice(0, 7);

beforeAll(async () => {
  house = await startFilmHouse();
  data = await makeDataDir(house.statusYaml);
  product = await startProduct(data.dir);
  browser = await launchBrowser();
  await product.cli('incident', 'open', '--title', title, '--body', 'We look.', '--component', 'submissions=degraded');
  await waitUntil('the incident is in its month', async () =>
    (await (await fetch(`${product.url}/history/${month}`)).text()).includes(title),
  );
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await product?.kill();
  await house?.stop();
  await data?.remove();
});

it.each(['/components/submissions', '/components/submissions/history', '/history', `/history/${month}`])(
  'finds nothing to object to on %s, with everything unfolded, in either scheme',
  async (path) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openPage(browser, `${product.url}${path}`, { width: 360, colorScheme });
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      expect(await page.locator('[style]').count()).toBe(0);
    }
  },
);

it('takes a reader from day to day by keys, and tells each in words', async () => {
  const page = await openPage(browser, `${product.url}/`);
  const strip = page.getByRole('slider', { name: /Submissions, last 90 days/ });
  await strip.focus();
  await page.keyboard.press('ArrowLeft');
  const story = page.locator('.strip-of-days').first().locator('li:visible');
  expect(await story.count()).toBe(1);
  expect(await story.innerText()).toContain('unknown');
  expect(await strip.getAttribute('aria-valuetext')).toMatch(/\d{4}: \s*unknown/);
  await page.keyboard.press('End');
  expect(await strip.getAttribute('aria-valuetext')).toContain(title);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe(title);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/incidents\//);
});

it('tells every day with an incident without scripts, and shows no control that does nothing', async () => {
  const page = await openPage(browser, `${product.url}/components/submissions`, { javaScriptEnabled: false });
  const [day] = await page.locator('.stories li').allInnerTexts();
  expect(day).toContain(title);
  expect(await page.locator('.stories a').first().getAttribute('href')).toMatch(/^\/incidents\//);
  expect(await page.locator('input[type=range]').first().isVisible()).toBe(false);
});

it('draws what stands on what as lists of links', async () => {
  const page = await openPage(browser, `${product.url}/components/database`);
  await page.getByRole('heading', { name: 'Carries' }).waitFor();
  await page.locator('.dependencies').getByRole('link', { name: 'Submissions' }).click();
  await page.waitForURL(/\/components\/submissions$/);
});

it('knows no month before the first, none to come and none that is not one', async () => {
  for (const path of ['1999-01', '2999-01', '2026-13', '2026-1', 'november', '..%2f..', '2026-11%00'])
    expect([path, (await fetch(`${product.url}/history/${path}`)).status]).toEqual([path, 404]);
  expect((await fetch(`${product.url}/components/nobody/history`)).status).toBe(404);
  expect((await fetch(`${product.url}/history?page=7`)).status).toBe(200);
});

it('keeps its script under two kilobytes', async () => {
  const html = await (await fetch(product.url)).text();
  const scripts = [...html.matchAll(/<script type="module">([\s\S]*?)<\/script>/g)].map(([, text = '']) => text);
  expect(scripts).toHaveLength(1);
  expect(Buffer.byteLength(scripts[0] ?? '')).toBeLessThan(2_048);
});

it('looks as it should', async () => {
  for (const [path, name] of [
    ['/components/submissions', 'component'],
    ['/history', 'history'],
  ] as const)
    await keepScreenshots(await openPage(browser, product.url + path), name);
});
