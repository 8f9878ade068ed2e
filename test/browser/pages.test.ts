import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepScreenshots, launchBrowser, openPage } from '../helpers/browser.ts';
import { startFilmHouse } from '../helpers/filmHouse.ts';
import { hostileBody, hostileLines } from '../helpers/hostileWords.ts';
import { makeDataDir, type Product, startProduct } from '../helpers/product.ts';
import { waitUntil } from '../helpers/wait.ts';

let house: Awaited<ReturnType<typeof startFilmHouse>>;
let data: Awaited<ReturnType<typeof makeDataDir>>;
let product: Product;
let browser: Browser;
const paths = [
  '/',
  '/es',
  '/history',
  '/postmortems',
  '/postmortems/two-disks-in-one-night',
  '/subscribe',
  '/components/submissions',
  '/nothing-here',
  '/staff/sign-in',
];
const hostileLoss = hostileLines.join(' ');
const hostileTitle = '<script>document.title = "taken"</script> עברית';

beforeAll(async () => {
  house = await startFilmHouse();
  data = await makeDataDir(`${house.statusYaml}locales: [en, es]\n`);
  product = await startProduct(data.dir);
  browser = await launchBrowser();
  const words = ['--title', hostileTitle, '--body', '<img src=x onerror=alert(1)> **We** look.'];
  const loss = ['--loss-from', '2026-01-01T00:00Z', '--loss-to', '2026-01-02T00:00Z', '--loss-what', hostileLoss];
  const facts = ['--workaround', hostileBody, ...loss, '--recovery', 'none'];
  const spanish = [
    `es=${hostileBody}`,
    `es.title=${hostileTitle}`,
    `es.workaround=${hostileBody}`,
    `es.loss-what=${hostileLoss}`,
  ];
  const translations = spanish.flatMap((each) => ['--translation', each]);
  await product.cli('incident', 'open', ...words, ...facts, ...translations, '--component', 'submissions=degraded');
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

it('shows hostile words of a workaround, a loss and a translation as words, on home and on their own page', async () => {
  const [link] = await (await openPage(browser, product.url)).locator('main a[href^="/incidents/"]').all();
  const path = (await link?.getAttribute('href')) ?? '';
  for (const address of ['/', '/es', path, `/es${path}`]) {
    const page = await openPage(browser, product.url + address);
    expect(await page.title()).not.toBe('taken');
    expect(await page.locator('main :is(img, script, form, iframe, style, math)').count()).toBe(0);
    const links = await page.locator('main a').evaluateAll((all) => all.map((each) => each.getAttribute('href') ?? ''));
    expect(links.filter((href) => !/^(https?:\/\/[^@]+|[#/](?!\/).*)$/.test(href))).toEqual([]);
    const [workaround, loss] = await page.locator('.told').allInnerTexts();
    for (const line of hostileLines.slice(0, 3)) expect(workaround).toContain(line);
    expect(loss).toContain(hostileLoss.slice(0, 100));
    expect(await page.locator('.told.loss time').count()).toBe(2);
    expect(await page.locator('[style]').count()).toBe(0);
    await page.setViewportSize({ width: 360, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  }
});

it('lets each staff text run in its own direction, without turning what stands beside it', async () => {
  const body = 'המסד אינו זמין. **נסו שוב מחר**.';
  await product.cli(
    'incident',
    'update',
    '--body',
    body,
    '--workaround',
    body,
    '--loss-from',
    '2026-01-01T00:00Z',
    '--loss-to',
    '2026-01-02T00:00Z',
    '--loss-what',
    'סרטים (3)',
  );
  const page = await openPage(browser, product.url);
  await waitUntil('the update is on the page', async () => {
    await page.reload();
    return (await page.locator('main').innerText()).includes('נסו שוב מחר');
  });
  const directions = (selector: string) =>
    page.locator(selector).evaluateAll((all) => all.map((each) => getComputedStyle(each).direction));
  expect(await directions('.told .prose')).toEqual(['rtl']);
  expect((await directions('.updates .prose'))[0]).toBe('rtl');
  expect(new Set(await directions('.told :is(dt, time, h3), .updates header'))).toEqual(new Set(['ltr']));
  expect(await page.locator('.told dd bdi').evaluate((each) => getComputedStyle(each).unicodeBidi)).toBe('isolate');
  await keepScreenshots(page, 'home-right-to-left');
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
