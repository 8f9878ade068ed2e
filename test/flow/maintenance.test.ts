import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepScreenshots, launchBrowser, openPage } from '../helpers/browser.ts';
import { readWithIcalJs } from '../helpers/calendarReaders.ts';
import { startFilmHouse } from '../helpers/filmHouse.ts';
import { makeDataDir, type Product, startProduct } from '../helpers/product.ts';
import { waitUntil } from '../helpers/wait.ts';

let house: Awaited<ReturnType<typeof startFilmHouse>>;
let data: Awaited<ReturnType<typeof makeDataDir>>;
let product: Product;
let browser: Browser;
let desk: Page;

beforeAll(async () => {
  house = await startFilmHouse();
  data = await makeDataDir(house.statusYaml);
  product = await startProduct(data.dir);
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await product?.kill();
  await house?.stop();
  await data?.remove();
});

const minuteMs = 60_000;
const minuteOf = (at: number) => new Date(at).toISOString().slice(0, 16);
const home = async () => (await fetch(product.url)).text();

async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const { token } = JSON.parse(await readFile(join(data.dir, 'server.json'), 'utf8'));
  const response = await fetch(`${product.url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return response.json() as Promise<Answer>;
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  expect(await (await page.request.get(page.url())).text()).not.toContain(' style=');
}

describe('planned work, from the desk to the calendar', { timeout: 90_000 }, () => {
  it('is planned at the desk and stands on the page, in the calendar, and in its own address', async () => {
    const password = (await product.cli('staff', 'invite', '--name', 'night shift')).stdout.trim();
    desk = await openPage(browser, `${product.url}/staff/sign-in`);
    await desk.fill('input[name=name]', 'night shift');
    await desk.fill('input[name=password]', password);
    await desk.click('main button[type=submit]');
    const form = desk.locator('form[action="/staff/maintenances"]');
    await desk.click('summary:has-text("Plan work")');
    await form.locator('input[name=title]').fill('Main database moves to larger disks');
    await form.locator('input[name=from]').fill(minuteOf(Date.now() + 90 * minuteMs));
    await form.locator('input[name=to]').fill(minuteOf(Date.now() + 150 * minuteMs));
    await form.locator('label:has-text("Main database")').click();
    await form
      .locator('textarea[name=body]')
      .fill('You **cannot send films** meanwhile. No deadline falls into this hour.');
    await keepScreenshots(desk, 'desk-plan');
    await expectAccessible(desk);
    await form.locator('button').click();
    await desk.waitForURL(/done=planned/);
    await waitUntil('home tells of it', async () => (await home()).includes('Main database moves to larger disks'));
    const page = await openPage(browser, product.url);
    await keepScreenshots(page, 'home-planned');
    await page.click('main a:has-text("moves to larger disks")');
    expect(await page.locator('main').innerText()).toContain('Planned');
    await keepScreenshots(page, 'maintenance-planned');
    await expectAccessible(page);
    const { events } = readWithIcalJs(await (await fetch(`${product.url}/calendar.ics`)).text());
    expect(events).toMatchObject([
      { summary: 'Main database moves to larger disks', sequence: 0, status: 'CONFIRMED' },
    ]);
    const own = await fetch(
      new URL((await page.locator('main a[href$=".ics"]').getAttribute('href')) ?? '', product.url),
    );
    expect(own.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(readWithIcalJs(await own.text()).events).toEqual(events);
  });

  it('holds what it touches while it lasts: failures tell nobody', async () => {
    await desk.goto(`${product.url}/staff`);
    await desk.click('summary:has-text("Begin it now")');
    await keepScreenshots(desk, 'desk-planned');
    await expectAccessible(desk);
    await desk.click('button:has-text("Begin it now")');
    await desk.waitForURL(/done=begun/);
    await waitUntil('home says so', async () => (await home()).includes('Planned work is under way on Main database'));
    await house.breakDatabase();
    await waitUntil('the probe has seen the failure', async () => {
      const { probes } = await ask<{ probes: { id: string; state: string }[] }>('/probes');
      return probes.some(({ id, state }) => id.startsWith('database/') && state === 'down');
    });
    const page = await openPage(browser, product.url);
    await keepScreenshots(page, 'home-in-maintenance');
    const { incidents } = await ask<{ incidents: { title: string }[] }>('/incidents');
    expect(incidents.filter(({ title }) => title.includes('Main database'))).toEqual([]);
    const { components } = await ask<{ components: { slug: string; state: string }[] }>('/components');
    expect(components.find(({ slug }) => slug === 'database')?.state).toBe('maintenance');
  });

  it('tells at its end of what still fails', async () => {
    await desk.goto(`${product.url}/staff`);
    await desk.click('summary:has-text("Complete it")');
    await desk.click('button:has-text("Complete it")');
    await desk.waitForURL(/done=completed/);
    // What stands on it failed and was told of before; now the cause is known.
    await waitUntil('the cause is told', async () => (await home()).includes('These failures share one cause'));
    await waitUntil('the history has it', async () =>
      (await (await fetch(`${product.url}/history`)).text()).includes('Planned work, completed after'),
    );
    await keepScreenshots(await openPage(browser, `${product.url}/history`), 'history-with-maintenance');
    await house.mendDatabase();
  });

  it('is ended by the clock after a restart, once', async () => {
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    const words = ['--title', 'A short one', '--body', 'Soon.', '--from', at(-minuteMs), '--to', at(10 * minuteMs)];
    const { stdout } = await product.cli('maintenance', 'schedule', ...words, '--component', 'submissions');
    const id = stdout.trim();
    const statuses = async () => {
      const { updates } = await ask<{ updates: { status: string }[] }>(`/maintenances/${id}`);
      return updates.map(({ status }) => status);
    };
    await waitUntil('it has begun', async () => (await statuses())[0] === 'in_progress');
    const to = at(3_000);
    await ask(`/maintenances/${id}/times`, { body: 'It is shorter.', to });
    await product.kill();
    await waitUntil('its end has passed', () => Date.now() > Date.parse(to), 30_000);
    product = await startProduct(data.dir);
    await waitUntil('it is completed', async () => (await statuses())[0] === 'completed');
    expect(await statuses()).toEqual(['completed', 'in_progress', 'in_progress', 'scheduled']);
  });
});
