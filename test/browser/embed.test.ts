import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
let host: Server;
let hostUrl: string;

/** A page of somebody else, as strict as pages are. */
beforeAll(async () => {
  house = await startFilmHouse();
  data = await makeDataDir(house.statusYaml);
  product = await startProduct(data.dir);
  browser = await launchBrowser();
  host = createServer((_, response) => {
    const { url } = product;
    response.setHeader('content-type', 'text/html');
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; script-src ${url}; connect-src ${url}; frame-src ${url}`,
    );
    response.end(
      `<!doctype html><html lang="en"><title>Festival</title><h1>Call for entries</h1><script src="${url}/embed/script.js" async></script></html>`,
    );
  });
  await once(host.listen(0, '127.0.0.1'), 'listening');
  hostUrl = `http://127.0.0.1:${(host.address() as AddressInfo).port}/`;
}, 60_000);

afterAll(async () => {
  await browser?.close();
  host?.close();
  await product?.kill();
  await house?.stop();
  await data?.remove();
});

const summarySays = (indicator: string) =>
  waitUntil(`the summary says ${indicator}`, async () =>
    (await (await fetch(`${product.url}/api/v2/status.json`)).text()).includes(`"indicator":"${indicator}"`),
  );

it('is not seen while all is well', async () => {
  await summarySays('none');
  const page = await openPage(browser, 'about:blank');
  const asked = page.waitForResponse(`${product.url}/api/v2/status.json`);
  await page.goto(hostUrl);
  await (await asked).finished();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  expect(await page.locator('iframe').count()).toBe(0);
});

it('shows what is wrong, breaks no rule of the page around it, sets no cookie and can be closed', async () => {
  await house.breakDatabase();
  await summarySays('critical');
  await waitUntil('the frame says why', async () =>
    (await (await fetch(`${product.url}/embed/frame`)).text()).includes('Main database'),
  );
  const page = await openPage(browser, 'about:blank', { width: 360 });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(hostUrl);
  const frame = page.frameLocator('iframe');
  await frame.locator('h1').waitFor();
  expect(await frame.locator('body').innerText()).toContain('Main database');
  expect(await page.locator('iframe').getAttribute('title')).toBe('Service status');
  expect(await frame.locator('a').first().getAttribute('target')).toBe('_blank');
  expect(complaints.filter((line) => !line.includes('favicon'))).toEqual([]);
  expect(await page.context().cookies()).toEqual([]);
  await keepScreenshots(page, 'embed');
  const box = await page.locator('iframe').boundingBox();
  const content = await frame.locator('html').evaluate((html) => html.scrollHeight);
  expect(content).toBeLessThanOrEqual(box?.height ?? 0);
  await frame.getByRole('button', { name: 'Close' }).press('Enter');
  await waitUntil('the frame is gone', async () => (await page.locator('iframe').count()) === 0);
}, 60_000);

it('finds nothing to object to in the frame, where there is nothing to close without a page around it', async () => {
  const page = await openPage(browser, `${product.url}/embed/frame`, { width: 360 });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  expect(await page.getByRole('button').count()).toBe(0);
});
