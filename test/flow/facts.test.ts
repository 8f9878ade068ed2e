import type { Browser, Page } from 'playwright-core';
import RssParser from 'rss-parser';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
let desk: Page;

beforeAll(async () => {
  house = await startFilmHouse();
  mailbox = await startMailbox();
  const inTwoLanguages = house.statusYaml
    .replace(
      '    name: Main database\n',
      '    name: Main database\n    translations: { es: { name: Base de datos } }\n',
    )
    .concat('locales: [en, es]\n');
  data = await makeDataDir(inTwoLanguages);
  const port = String(await freePort());
  const mail = { SMTP_URL: mailbox.url, EMAIL_FROM: 'status@film.example' };
  product = await startProduct(data.dir, { ...mail, PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` });
  browser = await launchBrowser();
  const form = await openPage(browser, `${product.url}/subscribe`, { javaScriptEnabled: false });
  await form.fill('input[name=email]', 'reader@example.org');
  await form.click('main button[type=submit]');
  const [asked] = await mailbox.waitFor(1);
  if (!asked) throw new Error('no mail');
  await form.goto(confirmLinkIn(asked));
  await form.click('main button[type=submit]');
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await product?.kill();
  await mailbox?.close();
  await house?.stop();
  await data?.remove();
});

/** What the main part of a page says, once it says this. */
async function soonSays(path: string, words: string): Promise<Page> {
  const page = await openPage(browser, product.url + path, { javaScriptEnabled: false });
  await waitUntil(`${path} says "${words}"`, async () => {
    await page.reload();
    return (await page.locator('main').innerText()).includes(words);
  });
  return page;
}

/** Words of the page that are marked as being in that language. */
const markedAs = (page: Page, lang: string) => page.locator(`main [lang=${lang}]`).allInnerTexts();

const incidentPath = async () =>
  new URL((await (await fetch(`${product.url}/api/v2/summary.json`)).json()).incidents[0].shortlink).pathname;

it('writes the first post of the night in every language of the page', async () => {
  await house.breakDatabase();
  const english = await soonSays('/', 'Main database is not available');
  expect(await markedAs(english, 'es')).toEqual([]);
  const spanish = await soonSays('/es', 'Base de datos no responde a nuestras sondas.');
  expect(await spanish.locator('main').innerText()).toContain('Base de datos no está disponible');
  expect(await spanish.locator('main').innerText()).toContain('Sin servicio por esta causa: Submissions.');
  expect(await markedAs(spanish, 'en')).toEqual([]);
  await mailbox.waitFor(2);
});

it('gives back everything that was typed at the desk when one of it cannot be taken', async () => {
  const password = (await product.cli('staff', 'invite', '--name', 'night shift')).stdout.trim();
  desk = await openPage(browser, `${product.url}/staff`);
  await desk.fill('input[name=name]', 'night shift');
  await desk.fill('input[name=password]', password);
  await desk.click('main button[type=submit]');
  await desk.waitForURL(`${product.url}/staff`);
  await keepScreenshots(desk, 'desk-languages');
  const form = desk.locator('.desk-incident form[action$="/resolution"]');
  await form.evaluate((each) => each.closest('details')?.setAttribute('open', ''));
  await form.locator('textarea[name=body]').fill('All is back.');
  await form.locator('input[name=loss][value=window]').check();
  await form.locator('input[name=lossFrom]').fill('2026-01-02T10:00');
  await form.locator('input[name=lossTo]').fill('2026-01-01T10:00');
  await form.locator('input[name=lossWhat]').fill('Entries');
  await form.locator('input[name=recovery][value=partial]').check();
  await form.locator('summary').click();
  await form.locator('textarea[name="translation.es.body"]').fill('Todo funciona.');
  await keepScreenshots(desk, 'desk-resolution');
  await form.locator('button[type=submit]').click();
  await desk.waitForURL(/resolution$/);
  expect(await desk.locator('main > .problem').innerText()).toContain('/loss/to: an instant that is not before "from"');
  const again = desk.locator('.desk-incident form[action$="/resolution"]');
  expect(await again.locator('textarea[name=body]').inputValue()).toBe('All is back.');
  expect(await again.locator('input[name=lossFrom]').inputValue()).toBe('2026-01-02T10:00');
  expect(await again.locator('input[name=lossWhat]').inputValue()).toBe('Entries');
  expect(await again.locator('input[name=recovery][value=partial]').isChecked()).toBe(true);
  expect(await again.locator('textarea[name="translation.es.body"]').isVisible()).toBe(true);
  expect(await again.locator('textarea[name="translation.es.body"]').inputValue()).toBe('Todo funciona.');
});

it('says what can be done meanwhile, marked in words where it is in another language', async () => {
  const form = desk.locator('.desk-incident form[action$="/updates"]');
  await form.locator('textarea[name=body]').fill('A disk has failed.');
  await form.locator('textarea[name=workaround]').fill('Send your film **by post**.');
  await form.locator('button[type=submit]').click();
  await desk.waitForURL(/done=updated/);
  const english = await soonSays('/', 'Send your film by post.');
  expect(await english.locator('.told h3').innerText()).toBe('What you can do meanwhile');
  expect(await english.locator('.written-in').count()).toBe(0);
  await keepScreenshots(english, 'home-workaround');
  const spanish = await soonSays('/es', 'Send your film by post.');
  expect(await markedAs(spanish, 'en')).toEqual(['Send your film by post.', 'A disk has failed.']);
  expect(await spanish.locator('main .written-in').count()).toBe(2);
  await keepScreenshots(spanish, 'home-spanish');
  const [, , update] = await mailbox.waitFor(3);
  expect(update?.mail.text).toContain('What you can do meanwhile:\nSend your film by post.');
});

it('adds a translation later, at the desk, and tells nobody again', async () => {
  const told = mailbox.received.length;
  const [details] = await desk.locator('.untranslated details').all();
  await details?.locator('summary').click();
  await keepScreenshots(desk, 'desk-translation');
  await details?.locator('textarea[name=body]').fill('Ha fallado un disco.');
  await details?.locator('textarea[name=workaround]').fill('Envíe su película por correo.');
  await details?.locator('button[type=submit]').click();
  await desk.waitForURL(/done=translated/);
  expect(await desk.locator('.untranslated').count()).toBe(0);
  const spanish = await soonSays('/es', 'Envíe su película por correo.');
  expect(await markedAs(spanish, 'en')).toEqual([]);
  const english = await soonSays('/', 'Send your film by post.');
  expect(await english.locator('main').innerText()).not.toContain('Envíe');
  // The next mail proves that none was sent between: deliveries of an incident keep their order.
  await product.cli('incident', 'update', '--body', 'The copy is being read.', '--translation', 'es=Se lee la copia.');
  const received = await mailbox.waitFor(told + 1);
  expect(received.at(-1)?.mail.text).toContain('The copy is being read.');
  expect(received).toHaveLength(told + 1);
});

it('says the loss window out loud, on the page, in the feed, by mail and over the API', async () => {
  const path = await incidentPath();
  const told = mailbox.received.length;
  const loss = ['--loss-from', '2026-01-01T10:00Z', '--loss-to', '2026-01-02T02:00+01:00', '--recovery', 'partial'];
  const words = ['--loss-what', 'Entries and payments', '--translation', 'es.loss-what=Inscripciones y pagos'];
  await house.mendDatabase();
  await product.cli('incident', 'resolve', '--body', 'All is back.', ...loss, ...words);
  const english = await soonSays(path, 'Entries and payments');
  const section = english.locator('section.loss');
  expect(await section.locator('time').evaluateAll((all) => all.map((each) => each.getAttribute('datetime')))).toEqual([
    '2026-01-01T10:00:00Z',
    '2026-01-02T01:00:00Z',
  ]);
  expect(await section.innerText()).toContain('A part of it');
  expect(await english.locator('main').innerText()).not.toContain('Send your film by post.');
  await keepScreenshots(english, 'incident-loss');
  const spanish = await soonSays(`/es${path}`, 'Inscripciones y pagos');
  expect(await markedAs(spanish, 'en')).toEqual(['All is back.']);
  await keepScreenshots(spanish, 'incident-spanish');

  const line =
    'Lost: Entries and payments, from 1 January 2026, 10:00 UTC to 2 January 2026, 01:00 UTC. What comes back: A part of it.';
  const rss = await new RssParser().parseURL(`${product.url}/history.rss`);
  expect(rss.items[0]?.content?.split(line)).toHaveLength(2);
  const mails = await mailbox.waitFor(told + 1);
  expect(mails.at(-1)?.mail.text).toContain(
    'What was lost: Entries and payments, from 1 January 2026, 10:00 UTC to 2 January 2026, 01:00 UTC\nWhat comes back: A part of it',
  );
  const { stdout } = await product.cli('incident', 'list', '--json');
  expect(JSON.parse(stdout)[0].loss).toEqual({
    kind: 'window',
    fromAt: Date.UTC(2026, 0, 1, 10),
    toAt: Date.UTC(2026, 0, 2, 1),
    what: { text: 'Entries and payments', language: 'en', translations: { es: 'Inscripciones y pagos' } },
    recovery: 'partial',
  });
});
