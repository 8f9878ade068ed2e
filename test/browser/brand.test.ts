import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepArtefact } from '../helpers/artefacts.ts';
import { keepScreenshots, launchBrowser, openPage } from '../helpers/browser.ts';
import { pngSize, svgOf } from '../helpers/pictures.ts';
import { makeDataDir, type Product, startProduct } from '../helpers/product.ts';
import { waitUntil } from '../helpers/wait.ts';

/** What staff could type or paste, as far as the settings and the desk take it. */
const markup = '</title></script ><img src=x onerror=alert(1)> "><b>\' {{7*7}} ${1} & עברית';
const overridden = `${markup} \u202e gpj.exe`;
const label = '</a><script>alert(2)</script>';

const reel = (ink: string, paint: string) =>
  svgOf(
    `<g fill="${paint}"><path fill-rule="evenodd" d="M20 2a18 18 0 1 0 0 36 18 18 0 0 0 0-36zm0 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm0 20a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM6 20a4 4 0 1 1 8 0 4 4 0 0 1-8 0zm20 0a4 4 0 1 1 8 0 4 4 0 0 1-8 0z"/></g><path fill="${ink}" d="M48 30V10h10q7 0 7 6 0 4-4 5.400l5 8.600h-6l-4.500-8H53v8zm5-12h4q3 0 3-2t-3-2h-4zM69 30V10h14v4H74v4h8v4h-8v4h9v4zM87 30V10h14v4h-9v4h8v4h-8v4h9v4zM105 30V10h5v16h8v4z"/>`,
    'viewBox="0 0 120 40"',
  );

/** A text as the settings take it as it is. */
const quoted = (text: string) => JSON.stringify(text).replaceAll('${', () => '$${');

const statusYaml = (accent: string) => `page:
  name: ${quoted(markup)}
  accent: ${quoted(accent)}
  logo: { light: logo.svg, dark: dark.svg }
  favicon: logo.svg
  custom_css: brand.css
  links:
    - { label: ${quoted(label)}, url: 'https://reel.example/?a=1&b="2"', translations: { es: Volver } }
components:
  - { slug: payments, name: ${quoted(markup)} }
  - { slug: films, name: Films }
locales: [en, es]
`;

let data: Awaited<ReturnType<typeof makeDataDir>>;
let product: Product;
let browser: Browser;
let incidentPath = '';

beforeAll(async () => {
  data = await makeDataDir(statusYaml('#2f7fc1'));
  await writeFile(join(data.dir, 'logo.svg'), reel('#1e1b18', '#8a3b2f'));
  await writeFile(join(data.dir, 'dark.svg'), reel('#f0ece6', '#d98873'));
  await writeFile(
    join(data.dir, 'brand.css'),
    ':root { --paper: light-dark(#fff8ee, #17120c); } .skip::after { content: "</style><script>alert(3)</script>" }',
  );
  product = await startProduct(data.dir);
  browser = await launchBrowser();
  await product.cli(
    'incident',
    'open',
    '--title',
    overridden,
    '--body',
    `${markup}`,
    '--component',
    'payments=degraded',
  );
  await waitUntil('the incident is on the page', async () => {
    incidentPath = /href="(\/incidents\/[a-z0-9]+)"/.exec(await (await fetch(product.url)).text())?.[1] ?? '';
    return incidentPath !== '';
  });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await product?.kill();
  await data?.remove();
});

/** Opens a page and collects what the browser has to say against it. */
async function open(path: string, options: Parameters<typeof openPage>[2] = {}) {
  const page = await openPage(browser, 'about:blank', options);
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/heartbeat.json'))
      complaints.push(message.text());
  });
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  page.on('request', (request) => {
    // What the page's script asks later is no part of the first view.
    if (request.url().startsWith('http') && request.resourceType() !== 'fetch') requests.push(request.url());
  });
  await page.goto(product.url + path, { waitUntil: 'networkidle' });
  return { page, complaints, requests };
}

describe('a page with a brand', () => {
  it('is still one request, within its policy, and readable in both schemes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints, requests } = await open('/', { colorScheme, width: 360 });
      expect({ complaints, requests }).toEqual({ complaints: [], requests: [`${product.url}/`] });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    }
    const { page } = await open('/');
    await keepScreenshots(page, 'brand');
  });

  it('wears its own colours, and shows what is in focus in its accent', async () => {
    for (const [colorScheme, paper] of [
      ['light', 'rgb(255, 248, 238)'],
      ['dark', 'rgb(23, 18, 12)'],
    ] as const) {
      const { page } = await open('/', { colorScheme });
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(paper);
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineColor)).toBe(
        'rgb(47, 127, 193)',
      );
    }
  });

  it('shows the logo of the scheme in a place that is kept for it', async () => {
    const shown = async (colorScheme: 'light' | 'dark') => {
      const { page } = await open('/', { colorScheme });
      const logo = page.locator('.masthead img');
      expect(await logo.getAttribute('alt')).toBe(markup);
      return logo.evaluate((image: HTMLImageElement) => [image.currentSrc, image.width, image.height]);
    };
    const [light, dark] = [await shown('light'), await shown('dark')];
    expect(light?.slice(1)).toEqual([120, 40]);
    expect(light?.[0]).not.toBe(dark?.[0]);
  });

  it('shows the state as a badge on its own picture in the tab', async () => {
    const { page } = await open('/');
    const href = (await page.locator('link[rel="icon"]').getAttribute('href')) ?? '';
    const icon = decodeURIComponent(href);
    expect(icon).toMatch(/^data:image\/svg\+xml,<svg.*<image [^>]*href="data:image\/svg\+xml,[^"<>]+".*<circle/);
    const drawn = await openPage(browser, 'about:blank');
    await drawn.setContent(`<img alt="" width="128" src="${href}">`);
    expect(await drawn.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await keepArtefact('brand-tab.png', await drawn.locator('img').screenshot());
  });

  it('leaves the desk as it is, but for the accent', async () => {
    const { page } = await open('/staff/sign-in', { colorScheme: 'light' });
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).not.toBe(
      'rgb(255, 248, 238)',
    );
    expect(await page.locator('.brand').count()).toBe(1);
  });

  it('changes in the running server', async () => {
    await writeFile(join(data.dir, 'status.yaml'), statusYaml('#8a3b2f'));
    const { stdout } = await product.cli('config', 'apply', '--yes');
    expect(stdout).toContain('accent');
    expect(stdout).not.toContain('base64');
    await waitUntil('the page has the new accent', async () =>
      (await (await fetch(product.url)).text()).includes('--accent:light-dark(#8a3b2f,'),
    );
    const { complaints } = await open('/');
    expect(complaints).toEqual([]);
  });
});

describe('hostile words', () => {
  it('are words in every part of the head', async () => {
    const { page, complaints } = await open(incidentPath);
    expect(complaints).toEqual([]);
    const title = `Investigating · ${markup} gpj.exe · ${markup} status`;
    expect(await page.title()).toBe(title);
    const content = (property: string) => page.locator(`head meta[property="${property}"]`).getAttribute('content');
    expect(await content('og:title')).toBe(title);
    expect(await content('og:image:alt')).toBe(title);
    expect(await content('og:site_name')).toBe(`${markup} status`);
    const { '@graph': graph } = JSON.parse(
      (await page.locator('head script[type="application/ld+json"]').textContent()) ?? '',
    );
    expect(graph.map((thing: Record<string, unknown>) => thing['@type'])).toEqual(['Article', 'BreadcrumbList']);
    expect(graph[0]).toMatchObject({ headline: `${markup} gpj.exe`, publisher: { name: markup }, inLanguage: 'en' });
    expect(await page.locator('head img, head b').count()).toBe(0);
    expect(await page.locator('main img, main script').count()).toBe(0);
  });

  it('are words in links, which lead where they say, in the language of the reader', async () => {
    const { page } = await open('/');
    const link = page.locator('.colophon a', { hasText: label });
    expect(await link.innerText()).toBe(label);
    expect(await link.getAttribute('href')).toBe('https://reel.example/?a=1&b="2"');
    const { page: spanish } = await open('/es');
    expect(await spanish.locator('.colophon a', { hasText: 'Volver' }).getAttribute('lang')).toBeNull();
  });

  it('are words on the badge and in the sitemap', async () => {
    const badge = await (await fetch(`${product.url}/badge/payments.svg`)).text();
    const sitemap = await (await fetch(`${product.url}/sitemap-pages.xml`)).text();
    const page = await openPage(browser, 'about:blank');
    const read = (text: string) =>
      page.evaluate((source) => {
        const parsed = new DOMParser().parseFromString(source, 'application/xml');
        return [parsed.querySelectorAll('parsererror, script, img, b').length, parsed.documentElement.textContent];
      }, text);
    const [strange, words] = await read(badge);
    expect(strange).toBe(0);
    expect(words).toContain(markup);
    expect((await read(sitemap))[0]).toBe(0);
  });
});

describe('a shared link', () => {
  const cardAt = async (path: string) => {
    const { page } = await open(path);
    const image = await page.locator('head meta[property="og:image"]').getAttribute('content');
    const { pathname, search } = new URL(image ?? '');
    let response = await fetch(product.url + pathname + search);
    await waitUntil('the card is drawn', async () => {
      response = await fetch(product.url + pathname + search);
      return response.ok;
    });
    const png = Buffer.from(await response.arrayBuffer());
    await keepArtefact(`shared${pathname.replaceAll('/', '-')}`, png);
    return { pathname, type: response.headers.get('content-type'), size: pngSize(png) };
  };

  it('has a picture of its own, in the language of its page', async () => {
    const png = { type: 'image/png', size: [1_200, 630] };
    expect(await cardAt('/')).toEqual({ pathname: '/card.png', ...png });
    expect(await cardAt('/es')).toEqual({ pathname: '/es/card.png', ...png });
    expect(await cardAt(incidentPath)).toEqual({ pathname: `${incidentPath}/card.png`, ...png });
    expect(await cardAt(`/es${incidentPath}`)).toEqual({ pathname: `/es${incidentPath}/card.png`, ...png });
    expect(await cardAt('/history')).toEqual({ pathname: '/card.png', ...png });
  });

  it('answers a second look with 304', async () => {
    const first = await fetch(`${product.url}/card.png`);
    const second = await fetch(`${product.url}/card.png`, {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect(second.status).toBe(304);
  });

  it('says when, in which language, and how large', async () => {
    const { page } = await open(`/es${incidentPath}`);
    const metas = await page
      .locator('head meta[property^="og:"], head meta[name^="twitter:"]')
      .evaluateAll((all) =>
        all.map((meta) => [meta.getAttribute('property') ?? meta.getAttribute('name'), meta.getAttribute('content')]),
      );
    expect(metas).toEqual(
      expect.arrayContaining([
        ['og:type', 'article'],
        ['og:locale', 'es_ES'],
        ['og:locale:alternate', 'en_GB'],
        ['og:image:width', '1200'],
        ['og:image:height', '630'],
        ['og:updated_time', expect.stringMatching(/^\d{4}-/)],
        ['twitter:card', 'summary_large_image'],
      ]),
    );
  });
});
