import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Locale, locales } from '#core/locale.ts';
import { wordsIn } from '../../src/i18n/words.ts';
import { keepScreenshots, launchBrowser, openPage } from '../helpers/browser.ts';
import { startFilmHouse } from '../helpers/filmHouse.ts';
import { catalogues, messagesOf, sharedWithEnglish } from '../helpers/messages.ts';
import { makeDataDir, type Product, startProduct } from '../helpers/product.ts';
import { waitUntil } from '../helpers/wait.ts';

let house: Awaited<ReturnType<typeof startFilmHouse>>;
let data: Awaited<ReturnType<typeof makeDataDir>>;
let product: Product;
let browser: Browser;
let incident: string;

const longWord = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
const rightToLeft = 'הסרטים שלכם בטוחים, ואנחנו ממשיכים לעבוד על זה.';

beforeAll(async () => {
  house = await startFilmHouse();
  data = await makeDataDir(`${house.statusYaml}locales: [${locales.join(', ')}]\n`);
  product = await startProduct(data.dir);
  browser = await launchBrowser();
  const words = ['--title', longWord, '--body', `${rightToLeft}\n\n${longWord}`];
  await product.cli('incident', 'open', ...words, '--component', 'submissions=degraded');
  // The history in the last language is the last of the pages that tell it.
  const told = () => fetch(`${product.url}/ru/history`).then((answer) => answer.text());
  await waitUntil('the incident is in the history', async () => (await told()).includes(longWord));
  incident = /\/ru(\/incidents\/\w+)/.exec(await told())?.[1] ?? '';
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await product?.kill();
  await house?.stop();
  await data?.remove();
});

const inLanguage = (locale: Locale, path: string) => `${product.url}/${locale}${path === '/' ? '' : path}`;

function pathOf(name: string): string {
  const paths: Record<string, string> = {
    home: '/',
    incident,
    history: '/history',
    subscribe: '/subscribe',
    component: '/components/submissions',
    postmortem: '/postmortems/two-disks-in-one-night',
    missing: '/nothing-here',
  };
  return paths[name] ?? '/';
}

/** Everything of ours that is read or heard, apart from what staff wrote and what is in a language of its own. */
async function saidOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const foreign = 'bdi, .prose, code, script, style, [lang]:not(html)';
    const said: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement?.closest(foreign)) said.push(node.textContent ?? '');
    for (const element of document.querySelectorAll('[aria-label], [alt], [title], [placeholder]'))
      for (const name of ['aria-label', 'alt', 'placeholder']) said.push(element.getAttribute(name) ?? '');
    return said.map((text) => text.replace(/\s+/g, ' ').trim()).filter(Boolean);
  });
}

/** What the English catalogue says and this language does not, as it would stand in a text. */
function englishBut(locale: Locale): RegExp[] {
  const own = new Set(messagesOf(catalogues[locale]).map(([, message]) => message.toLowerCase()));
  return messagesOf(catalogues.en)
    .filter(([path, message]) => !sharedWithEnglish[locale].includes(path) && !own.has(message.toLowerCase()))
    .map(([, message]) => message.replace(/\{.*\}/g, '').trim())
    .filter((words) => /[a-z]{3}/i.test(words))
    .map((words) => new RegExp(`(?<!\\p{L})${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\p{L})`, 'iu'));
}

describe.each(['es', 'ru'] as const)('in %s', (locale) => {
  it.each(['home', 'incident', 'history', 'subscribe', 'component', 'postmortem', 'missing'])(
    'the page "%s" speaks one language, and nothing is to object to',
    async (name) => {
      const page = await openPage(browser, inLanguage(locale, pathOf(name)), { width: 360, locale });
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);
      const leftovers = (await saidOn(page)).flatMap((text) =>
        englishBut(locale)
          .filter((words) => words.test(text))
          .map((words) => `${words.source} in "${text}"`),
      );
      expect(leftovers).toEqual([]);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      if (name === 'home') await keepScreenshots(page, `${name}-${locale}`);
    },
  );
});

it('shows a postmortem in the language of the reader, else as it was written, marked in words and for machines', async () => {
  const page = await openPage(browser, inLanguage('es', pathOf('postmortem')));
  expect(await page.locator('h1').innerText()).toBe('La base de datos y su copia murieron en una noche');
  expect(await page.locator('main [lang]').count()).toBe(0);
  expect(await page.locator('main').innerText()).toContain('24 nov');
  await keepScreenshots(page, 'postmortem-es');
  await page.goto(inLanguage('ru', pathOf('postmortem')));
  expect(await page.locator('h1 bdi').getAttribute('lang')).toBe('en');
  expect(await page.locator('main .prose').getAttribute('lang')).toBe('en');
  expect(await page.locator('main').innerText()).toContain('Язык: английский');
  await page.goto(inLanguage('ru', '/postmortems'));
  expect(await page.locator('main li bdi').getAttribute('lang')).toBe('en');
  expect(await page.locator('main li').innerText()).toContain('Язык: английский');
});

it('would find a word of English', async () => {
  const page = await openPage(browser, `${product.url}/`, { width: 360 });
  const said = await saidOn(page);
  expect(englishBut('ru').some((words) => said.some((text) => words.test(text)))).toBe(true);
});

describe('the list of languages', () => {
  it('calls each by its own name, in its own language, and marks the one that is read', async () => {
    const page = await openPage(browser, inLanguage('fr', '/history'), { locale: 'fr' });
    const links = await page
      .locator('.languages a[lang]')
      .evaluateAll((all) =>
        all.map((link) => ['lang', 'hreflang', 'href', 'aria-current'].map((name) => link.getAttribute(name))),
      );
    expect(links).toEqual(
      locales.map((locale) => [
        locale,
        locale,
        locale === 'en' ? '/history' : `/${locale}/history`,
        locale === 'fr' ? 'true' : null,
      ]),
    );
    for (const locale of locales) {
      const { name } = wordsIn(locale).languages;
      expect(await page.getByRole('link', { name, exact: true }).count()).toBe(1);
    }
  });

  it('offers the language of the browser in one line of that language', async () => {
    const page = await openPage(browser, `${product.url}/history`, { locale: 'es-MX', width: 360 });
    const offer = page.getByRole('link', { name: wordsIn('es').languages.offer });
    await offer.waitFor();
    await keepScreenshots(page, 'offer');
    await offer.click();
    expect(new URL(page.url()).pathname).toBe('/es/history');
    expect(await page.getByRole('link', { name: wordsIn('en').languages.offer }).count()).toBe(0);
  });

  it('lets the server look up the language where no script runs', async () => {
    const page = await openPage(browser, `${product.url}/history`, {
      locale: 'ru',
      javaScriptEnabled: false,
      width: 360,
    });
    await keepScreenshots(page, 'without-scripts');
    await page.getByRole('link', { name: wordsIn('en').languages.mine }).click();
    expect(new URL(page.url()).pathname).toBe('/ru/history');
    const scripted = await openPage(browser, `${product.url}/history`, { locale: 'ru' });
    expect(await scripted.getByRole('link', { name: wordsIn('en').languages.mine }).count()).toBe(0);
  });
});

it('tells feed readers of the feeds in the language of the page, and of the one calendar', async () => {
  const page = await openPage(browser, inLanguage('es', '/history'));
  const feeds = await page
    .locator('link[rel=alternate][type]')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  const spanish = ['/history.atom', '/history.rss', '/feed.json'].map((path) => inLanguage('es', path));
  expect(feeds).toEqual([...spanish, `${product.url}/calendar.ics`]);
  for (const feed of feeds) expect((await fetch(feed ?? '')).status).toBe(200);
  expect(await (await fetch(feeds[0] ?? '')).text()).toContain('/es/incidents/');
});

it.each(locales)('tells search engines every language of a page, and in %s that it is its own', async (locale) => {
  const addressIn = (each: Locale) => (each === 'en' ? `${product.url}/history` : inLanguage(each, '/history'));
  const page = await openPage(browser, addressIn(locale));
  expect(await page.locator('link[rel=canonical]').getAttribute('href')).toBe(addressIn(locale));
  const alternates = await page
    .locator('link[rel=alternate][hreflang]')
    .evaluateAll((all) => all.map((link) => [link.getAttribute('hreflang'), link.getAttribute('href')]));
  expect(alternates).toEqual([...locales.map((each) => [each, addressIn(each)]), ['x-default', addressIn('en')]]);
});

describe('an address in a language that is not there', () => {
  it.each([
    ['/xx', 'en'],
    ['/xx/history', 'en'],
    ['/en', 'en'],
    ['/en/history', 'en'],
    ['/ES', 'en'],
    ['/es/es', 'es'],
    ['/es/en/history', 'es'],
    ['/ru/nothing', 'ru'],
    ['/es/staff', 'es'],
    ['/__proto__', 'en'],
    ['/constructor/history', 'en'],
  ] as const)('%s is not there, said in %s', async (path, locale) => {
    const answer = await fetch(product.url + path, { headers: { accept: 'text/html' }, redirect: 'manual' });
    expect(answer.status).toBe(404);
    const html = await answer.text();
    expect(html).toContain(`<html lang="${wordsIn(locale).tag}"`);
    expect(html).toContain(wordsIn(locale).notFound.title);
  });
});

it.each(['home', 'incident', 'history', 'subscribe', 'postmortem'])(
  'scrolls nothing sideways at 320 px on "%s", with text from right to left and very long words in it',
  async (name) => {
    const page = await openPage(browser, product.url, { width: 320 });
    for (const locale of ['de', 'ru', 'fr'] as const) {
      await page.goto(inLanguage(locale, pathOf(name)));
      expect([locale, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([locale, 320]);
    }
  },
);

it('sets each paragraph of an update in its own direction', async () => {
  const page = await openPage(browser, product.url + incident);
  const sides = await page
    .locator('.updates .prose')
    .first()
    .locator('p')
    .evaluateAll((paragraphs) =>
      paragraphs.map((paragraph) => {
        const text = document.createRange();
        text.selectNodeContents(paragraph);
        const [outer] = paragraph.getClientRects();
        const inner = [...text.getClientRects()].at(-1);
        if (!inner || !outer) return 'nowhere';
        return inner.left - outer.left < outer.right - inner.right ? 'left' : 'right';
      }),
    );
  expect(sides).toEqual(['right', 'left']);
  await keepScreenshots(page, 'right-to-left');
});
