import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { startFilmHouse } from '../helpers/filmHouse.ts';
import { makeDataDir, type Product, startProduct } from '../helpers/product.ts';
import { waitUntil } from '../helpers/wait.ts';

let house: Awaited<ReturnType<typeof startFilmHouse>>;
let data: Awaited<ReturnType<typeof makeDataDir>>;
let product: Product;
let browser: Browser;
const paths = [
  '/',
  '/history',
  '/postmortems',
  '/postmortems/two-disks-in-one-night',
  '/subscribe',
  '/components/submissions',
  '/nothing-here',
  '/staff/sign-in',
];
const hostileTitle = '<script>document.title = "taken"</script> עברית';

beforeAll(async () => {
  house = await startFilmHouse();
  data = await makeDataDir(house.statusYaml);
  product = await startProduct(data.dir);
  browser = await launchBrowser();
  const words = ['--title', hostileTitle, '--body', '<img src=x onerror=alert(1)> **We** look.'];
  await product.cli('incident', 'open', ...words, '--component', 'submissions=degraded');
  await waitUntil('the incident is on the page', async () =>
    (await (await fetch(product.url)).text()).includes('We</strong> look'),
  );
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await product?.kill();
  await house?.stop();
  await data?.remove();
});

it.each(paths)('finds nothing to object to on %s, in either scheme', async (path) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await openPage(browser, `${product.url}${path}`, { width: 360, colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    expect(await page.locator('h1').count()).toBe(1);
    expect(await page.locator('[style]').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  }
});

it('shows hostile words as words', async () => {
  const page = await openPage(browser, product.url);
  expect(await page.title()).not.toBe('taken');
  expect(await page.locator('main img, main script').count()).toBe(0);
  expect(await page.locator('main').innerText()).toContain('<script>document.title');
});

it('tells search engines of an incident as of an article, and lets no title out of it', async () => {
  const page = await openPage(browser, product.url);
  await page.click('main a[href^="/incidents/"]');
  const [article, ...others] = await page.locator('head script[type="application/ld+json"]').allTextContents();
  expect(others).toEqual([]);
  expect(JSON.parse(article ?? '')).toMatchObject({
    '@type': 'Article',
    headline: hostileTitle,
    dateModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  expect(await page.title()).not.toBe('taken');
});

it('shows the whole page in one request, without a cookie', async () => {
  const page = await openPage(browser, 'about:blank');
  const requests: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith('http')) requests.push(request.url());
  });
  await page.goto(product.url, { waitUntil: 'networkidle' });
  expect(requests).toEqual([`${product.url}/`]);
  expect(await page.context().cookies()).toEqual([]);
});

it('breaks no rule of its own content security policy', async () => {
  const page = await openPage(browser, 'about:blank');
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(product.url, { waitUntil: 'networkidle' });
  expect(complaints).toEqual([]);
});

it('answers an unknown page with the state of things, not with a bare error', async () => {
  const page = await openPage(browser, 'about:blank');
  const response = await page.goto(`${product.url}/nothing-here`);
  expect(response?.status()).toBe(404);
  expect(await page.locator('main').innerText()).not.toBe('');
});
