import { Readable } from 'node:stream';
import FeedParser from 'feedparser';
import type { Browser, Page } from 'playwright-core';
import RssParser from 'rss-parser';
import { Statuspage } from 'statuspage.io';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepScreenshots, launchBrowser, openPage } from '../helpers/browser.ts';
import { startFilmHouse } from '../helpers/filmHouse.ts';
import { freePort } from '../helpers/freePort.ts';
import { type Mailbox, startMailbox } from '../helpers/mailbox.ts';
import { makeDataDir, type Product, startProduct } from '../helpers/product.ts';
import { confirmLinkIn } from '../helpers/reader.ts';
import { waitUntil } from '../helpers/wait.ts';

let house: Awaited<ReturnType<typeof startFilmHouse>>;
let mailbox: Mailbox;
let data: Awaited<ReturnType<typeof makeDataDir>>;
let product: Product;
let browser: Browser;
let environment: Record<string, string>;

beforeAll(async () => {
  house = await startFilmHouse();
  mailbox = await startMailbox();
  data = await makeDataDir(house.statusYaml);
  // A fixed port, so that links in mails still lead here after a restart.
  environment = { SMTP_URL: mailbox.url, EMAIL_FROM: 'status@film.example', PORT: String(await freePort()) };
  environment['PUBLIC_URL'] = `http://127.0.0.1:${environment['PORT']}`;
  product = await startProduct(data.dir, environment);
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await product?.kill();
  await mailbox?.close();
  await house?.stop();
  await data?.remove();
});

const incidentMails = () => mailbox.received.filter(({ mail }) => !mail.text?.includes('/confirm/'));
const bodies = () => incidentMails().map(({ mail }) => mail.text ?? '');

async function feedItems(): Promise<FeedParser.Item[]> {
  const xml = await (await fetch(`${product.url}/history.rss`)).text();
  const items: FeedParser.Item[] = [];
  for await (const item of Readable.from([xml]).pipe(new FeedParser({}))) items.push(item as FeedParser.Item);
  return items;
}

async function seesSoon(page: Page, words: string): Promise<void> {
  await waitUntil(`the page says "${words}"`, async () => {
    await page.reload();
    return (await page.locator('main').innerText()).includes(words);
  });
}

describe('one night, from the break to the last mail', () => {
  let page: Page;
  let incidentUrl: string;

  it('is calm, and lets a reader subscribe with two clicks and no script', async () => {
    page = await openPage(browser, product.url, { javaScriptEnabled: false });
    await seesSoon(page, 'Everything is working');
    expect(await page.title()).toMatch(/^Operational/);
    await keepScreenshots(page, 'home-calm');
    const form = await openPage(browser, `${product.url}/subscribe`, { javaScriptEnabled: false });
    await keepScreenshots(form, 'subscribe');
    await form.fill('input[name=email]', 'reader@example.org');
    await form.click('main button[type=submit]');
    expect(new URL(form.url()).pathname).toBe('/subscribe/sent');
    const [asked] = await mailbox.waitFor(1);
    if (!asked) throw new Error('no mail');
    await form.goto(confirmLinkIn(asked));
    await form.click('main button[type=submit]');
    expect(new URL(form.url()).pathname).toBe('/subscribe/confirmed');
  });

  it('sees the database die and explains everything above it by one incident', async () => {
    await house.breakDatabase();
    await seesSoon(page, 'Main database is not available');
    await seesSoon(page, 'Submissions');
    await keepScreenshots(page, 'home-outage');
    await page.click('main a:has-text("Main database is not available")');
    incidentUrl = page.url();
    expect(new URL(incidentUrl).pathname).toMatch(/^\/incidents\/[0-9a-z]{12}$/);
    await keepScreenshots(page, 'incident');
  });

  it('tells the same in both feeds, the Statuspage summary and the mail', async () => {
    const rss = await new RssParser().parseURL(`${product.url}/history.rss`);
    expect(rss.items.map((item) => [item.title, item.link])).toEqual([['Main database is not available', incidentUrl]]);
    expect((await feedItems()).map((item) => item.title)).toEqual(['Main database is not available']);
    const atom = await new RssParser().parseURL(`${product.url}/history.atom`);
    expect(atom.items.map((item) => item.title)).toEqual(['Main database is not available']);

    const client = new Statuspage('film-post');
    client.setApiUrl(product.url);
    // The client's own type of a summary contradicts itself; what it answers with is what counts.
    const summary: unknown = await client.api.getSummary();
    expect(summary).toMatchObject({
      status: { indicator: 'critical', description: 'Major System Outage' },
      incidents: [{ name: 'Main database is not available', status: 'investigating' }],
    });

    await mailbox.waitFor(2);
    const [opened] = incidentMails();
    expect(opened?.to).toEqual(['reader@example.org']);
    expect(opened?.mail.subject).toContain('Main database is not available');
    expect(opened?.mail.text).toContain(incidentUrl);
    expect(opened?.mail.headers.get('list-unsubscribe-post') ?? opened?.raw).toBeDefined();
  });

  it('lets staff say something from the desk, after a kill -9 in between', async () => {
    const password = (await product.cli('staff', 'invite', '--name', 'night shift')).stdout.trim();
    await product.kill();
    product = await startProduct(data.dir, environment);
    const desk = await openPage(browser, `${product.url}/staff`);
    await desk.fill('input[name=name]', 'night shift');
    await desk.fill('input[name=password]', password);
    await desk.click('main button[type=submit]');
    await desk.waitForURL(`${product.url}/staff`);
    await keepScreenshots(desk, 'desk');
    const form = desk.locator('form[action$="/updates"]').first();
    await form
      .locator('textarea[name=body]')
      .fill('A disk has failed. **Your submissions are safe**; we restore from the copy.');
    await form
      .locator('[name=status][value=identified], select[name=status]')
      .first()
      .evaluate((field) => {
        if (field instanceof HTMLSelectElement) field.value = 'identified';
        else (field as HTMLInputElement).checked = true;
      });
    await form.locator('button[type=submit]').click();
    await desk.waitForURL(/done=updated/);
    await page.goto(incidentUrl);
    await seesSoon(page, 'we restore from the copy');
    await mailbox.waitFor(3);
    expect(bodies().at(-1)).toContain('Your submissions are safe');
  });

  it('sees the recovery, waits for staff, and takes their last word from the command line', async () => {
    await house.mendDatabase();
    await seesSoon(page, 'answer our probes again');
    await mailbox.waitFor(4);
    const id = new URL(incidentUrl).pathname.split('/').at(-1) ?? '';
    await product.cli('incident', 'resolve', id, '--body', 'All services work. Nothing was lost.');
    await seesSoon(page, 'Nothing was lost');
    await page.goto(product.url);
    await seesSoon(page, 'Everything is working');
    await mailbox.waitFor(5);
  });

  it('has told each thing exactly once', async () => {
    const words = [
      '**Main database** does not answer',
      'we restore from the copy',
      'answer our probes again',
      'Nothing was lost',
    ].map((each) => each.replaceAll('**', ''));
    // Long enough for a second telling to show.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(bodies().map((body) => words.filter((each) => body.includes(each)))).toEqual(words.map((each) => [each]));
    expect(mailbox.received).toHaveLength(5);
    const [item, ...others] = await feedItems();
    expect(others).toEqual([]);
    expect(item?.description).toContain('Nothing was lost');
    for (const each of words) expect(item?.description?.replace(/<\/?strong>/g, '')).toContain(each);
  });

  it('stops when it is asked to', async () => {
    expect(await product.stop()).toBe(0);
  });
});
