import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { startFilmHouse } from '../helpers/filmHouse.ts';
import { freePort } from '../helpers/freePort.ts';
import { type Mailbox, startMailbox } from '../helpers/mailbox.ts';
import { makeDataDir, type Product, startProduct } from '../helpers/product.ts';
import { confirmLinkIn, leaveLinkIn } from '../helpers/reader.ts';
import { openScene, pageKinds, pagesOf } from '../helpers/scenes.ts';

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  page = await openPage(browser, 'about:blank', { width: 360, javaScriptEnabled: false });
}, 60_000);

afterAll(() => browser?.close());

it('every page says everything that it says with scripts, its times in UTC', async () => {
  const stage = await openScene('outage');
  const readers = await openPage(browser, 'about:blank', { width: 360, timezoneId: 'UTC', locale: 'en-GB' });
  /** Without the age, which runs, and the ring's number, which stands beside it in words. */
  const wordsOf = async (of: Page) =>
    (await of.locator('body').innerText())
      .replace(/\s+/g, ' ')
      .replace(/\(\d+ (s|min) ago\)/g, '')
      .replace(/\d+ (?=Next update by)/g, '')
      .replaceAll(' .', '.')
      .replace(/ +/g, ' ')
      .trim();
  for (const kind of pageKinds) {
    await page.goto(stage.url + pagesOf(stage)[kind]);
    await readers.goto(stage.url + pagesOf(stage)[kind]);
    const bare = await wordsOf(page);
    expect(bare, kind).toBe(await wordsOf(readers));
    for (const time of await page.locator('main time[datetime*="T"]:visible').allInnerTexts())
      expect(time).toContain('UTC');
  }
  stage.close();
}, 60_000);

it('a reader subscribes, is told, and leaves', async () => {
  const house = await startFilmHouse();
  const data = await makeDataDir(house.statusYaml);
  const mailbox: Mailbox = await startMailbox();
  const port = await freePort();
  const product: Product = await startProduct(data.dir, {
    SMTP_URL: mailbox.url,
    EMAIL_FROM: 'Film Post <status@film.example>',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  });
  try {
    await page.goto(product.url);
    await page.click('nav >> text=Subscribe');
    await page.fill('#email', 'reader@film.example');
    await page.click('form button');
    expect(await page.locator('h1').innerText()).toBe('Look into your mail');
    const [asked] = await mailbox.waitFor(1);
    if (!asked) throw new Error('no mail');
    await page.goto(confirmLinkIn(asked));
    await page.click('main button');
    expect(await page.locator('h1').innerText()).toBe('You are subscribed');
    await product.cli(
      'incident',
      'open',
      '--title',
      'Uploads are slow',
      '--body',
      'We look.',
      '--component',
      'submissions=degraded',
    );
    const told = (await mailbox.waitFor(2))[1];
    if (!told) throw new Error('no notice');
    expect(told.mail.subject).toContain('Uploads are slow');
    await page.goto(leaveLinkIn(told));
    await page.click('main button');
    expect(await page.locator('h1').innerText()).toBe('The mails have stopped');
  } finally {
    await product.kill();
    await mailbox.close();
    await house.stop();
    await data.remove();
  }
}, 60_000);
