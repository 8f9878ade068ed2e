import fc from 'fast-check';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainLine } from '#core/line.ts';
import type { Postmortem } from '#core/postmortem.ts';
import type { Snapshot } from '#core/snapshot.ts';
import { writeLetter } from '#notify/letter.ts';
import { badgeText } from '#publish/badge.ts';
import { cleanText } from '#publish/feedText.ts';
import { audit, type Document, textsIn } from '../helpers/audit.ts';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { hostileTexts } from '../helpers/hostileTexts.ts';
import { component, friday, incident, pageSettings, postmortem, snapshot, updates } from '../helpers/snapshot.ts';
import { builtRenderer, openStage } from '../helpers/stage.ts';

// Staff text may only ever be text: whatever is written, the documents are made of what they are made of when
// nothing but the word "tame" is written.

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  page = await openPage(browser, 'about:blank');
}, 60_000);

afterAll(() => browser?.close());

const everyLine = (text: string): Partial<Postmortem> => ({
  title: text,
  summary: text,
  figures: [{ figure: text, what: text }],
  loss: { from: text, to: text, what: text, recovery: text },
  timeline: [
    { when: text, what: text, hours: 0 },
    { when: text, what: text, hours: 1 },
  ],
  contributingFactors: [text],
  wentWell: [text],
  wentBadly: [text],
  luck: [text],
  notKnown: [text],
  actionItems: [{ what: text, owner: text, due: null, state: 'open' }],
  body: text,
});

const id = (prefix: string, index: number) => `${prefix}${String(index).padStart(11, '0')}`;

/** A snapshot in which every field that people write holds one of the texts. */
function written(texts: readonly string[]): Snapshot {
  return snapshot({
    generatedAt: Date.now(),
    page: pageSettings({ name: texts[0] ?? '', about: texts[0] ?? '' }),
    components: texts.map((text, index) =>
      component('x', { id: id('c', index), slug: `c-${index}`, name: text, description: text, group: text }),
    ),
    incidents: texts.map((text, index) => ({
      ...incident(text, updates(['investigating', text, -index], ['resolved', text, 1 - index])),
      id: id('i', index),
      workaround: { text, language: null, translations: {} },
      loss: {
        kind: 'window' as const,
        fromAt: friday,
        toAt: friday,
        what: { text, language: null, translations: {} },
        recovery: 'partial' as const,
      },
      components: [{ id: id('c', index), role: 'cause' as const, state: 'operational' as const }],
    })),
    postmortems: texts.map((text, index) =>
      postmortem('x', { ...everyLine(text), slug: `p-${index}`, incident: id('i', index) }),
    ),
  });
}

/** Markdown may add these, and no others. */
const markdown = `# one

## two

a *b* **c** ~~d~~ \`e\` [f](https://example.org) <https://example.org> http://example.org
next

- g

1. h

> i

| j | k |
| --- | :-: |
| l | m |

---

\`\`\`html
n
\`\`\`
`;
const tame = ['tame', markdown];

type Published = { documents: Document[]; json: { path: string; value: unknown }[] };

const typeOf = (contentType: string): Document['type'] | null => {
  if (contentType.startsWith('text/html')) return 'text/html';
  if (contentType.startsWith('image/svg')) return 'image/svg+xml';
  return contentType.includes('xml') ? 'application/xml' : null;
};

/** Everything public of a snapshot: what is parsed as markup, and what is parsed as JSON. */
async function publish(of: Snapshot): Promise<Published> {
  const stage = await openStage(() => of);
  const documents: Document[] = [];
  const json: Published['json'] = [];
  for (const path of stage.addresses) {
    const answer = await fetch(stage.url + path);
    const contentType = answer.headers.get('content-type') ?? '';
    const type = typeOf(contentType);
    const text = await answer.text();
    if (type) documents.push({ name: path, text, type });
    if (contentType.includes('json')) json.push({ path, value: JSON.parse(text) });
    // What feeds carry is HTML again, for whoever reads them.
    if (path.startsWith('/feed.json'))
      for (const item of JSON.parse(text).items)
        documents.push({ name: `${path} ${item.url}`, text: item.content_html, type: 'text/html' });
    if (path === '/api/v2/incidents.json')
      for (const one of JSON.parse(text).incidents)
        documents.push({ name: `${path} ${one.id}`, text: one.incident_updates[0].body, type: 'text/html' });
  }
  stage.close();
  return { documents, json };
}

function letterOf(text: string): { subject: string; document: Document } {
  const { subject, html } = writeLetter(
    {
      kind: 'incident',
      incident: {
        id: id('i', 0),
        title: text,
        startedAt: friday,
        resolvedAt: null,
        components: [{ name: text, state: 'degraded' }],
        workaround: text,
        loss: { kind: 'window', fromAt: friday, toAt: friday, what: text, recovery: 'none' },
      },
      update: { status: 'investigating', body: text, at: friday, nextUpdateDueAt: null },
    },
    { name: text, url: 'https://status.example.org' },
    'https://status.example.org/u/x',
  );
  return { subject, document: { name: `letter: ${text}`, text: html, type: 'text/html' } };
}

const kindOf = ({ type, name }: Document) => (name.startsWith('letter') ? 'letter' : type);
const harmless = /^(https?:\/\/(?![^/]*@)|mailto:|data:image\/svg\+xml,|\/(?!\/)|#|$)/;

/** What documents have that their tame counterparts have not. */
async function strangersIn(documents: readonly Document[], counterparts: readonly Document[]): Promise<string[]> {
  const known = new Map<string, Set<string>>();
  const tameFound = await audit(page, counterparts);
  counterparts.forEach((document, index) => {
    const shapes = known.get(kindOf(document)) ?? new Set();
    for (const shape of tameFound[index]?.shapes ?? []) shapes.add(shape);
    known.set(kindOf(document), shapes);
  });
  const found = await audit(page, documents);
  return documents.flatMap((document, index) => {
    const { shapes = [], addresses = [], broken = true } = found[index] ?? {};
    return [
      ...shapes.filter((shape) => !known.get(kindOf(document))?.has(shape)),
      ...addresses.filter((address) => !harmless.test(address)),
      ...(broken ? ['it does not parse'] : []),
    ].map((stranger) => `${document.name}: ${stranger}`);
  });
}

/** Text as HTML can hold it: no NUL, no carriage return (HTML, 13.2.3.5 and 13.2.5.1), no half surrogate pair. */
const inHtml = (text: string) => text.toWellFormed().replace(/\r\n?/g, '\n').replaceAll('\u0000', '');

describe('hostile texts in every field', () => {
  let hostile: Published;
  let known: Published;
  const of = written(hostileTexts);

  beforeAll(async () => {
    [hostile, known] = [await publish(of), await publish(written(tame))];
  }, 60_000);

  it('add no element, no attribute and no address to any page, feed, badge or JSON', async () => {
    expect(hostile.documents.length).toBeGreaterThan(hostileTexts.length * 5);
    expect(await strangersIn(hostile.documents, known.documents)).toEqual([]);
  }, 60_000);

  it('are read as they were written: titles, names, postmortems, JSON-LD', async () => {
    const find = (path: string) => {
      const document = hostile.documents.find(({ name }) => name === path);
      if (!document) throw new Error(`${path} is not published`);
      return document;
    };
    for (const [index, text] of hostileTexts.entries()) {
      const incidentPage = find(`/incidents/${id('i', index)}`);
      expect(await textsIn(page, incidentPage, 'h1 bdi')).toEqual([inHtml(text)]);
      const [article] = await textsIn(page, incidentPage, 'script[type="application/ld+json"]');
      expect(JSON.parse(article ?? '')['@graph'][0].headline).toBe(plainLine(text));
      expect(await textsIn(page, find(`/components/c-${index}`), '.lead')).toEqual([inHtml(text)]);
      const learned = find(`/postmortems/p-${index}`);
      expect(await textsIn(page, learned, '.points bdi')).toEqual(Array(5).fill(inHtml(text)));
      expect(await textsIn(page, learned, '.moments bdi')).toEqual(Array(4).fill(inHtml(text)));
      const [title] = await textsIn(page, find(`/badge/c-${index}.svg`), 'title');
      expect(title).toBe(`${cleanText(text).replace(/\r\n?/g, '\n').trim()}: operational`);
    }
    const names = await textsIn(page, find('/'), '.row h3 bdi');
    expect(names).toEqual(hostileTexts.map(inHtml));
  }, 60_000);

  it('are the same strings in JSON', () => {
    const value = (path: string) => hostile.json.find((one) => one.path === path)?.value;
    const { components } = value('/api/v2/components.json') as { components: { name: string; group: boolean }[] };
    const names = components.filter(({ group }) => !group).map(({ name }) => name);
    expect(names).toEqual(hostileTexts);
    const { items } = value('/feed.json') as { items: { title: string }[] };
    const told = items.map(({ title }) => title.replace('Postmortem: ', ''));
    expect(told.length).toBe(50);
    expect(hostileTexts.map(cleanText)).toEqual(expect.arrayContaining(told));
  });

  it('leave templates as they are', async () => {
    const templates = hostileTexts.filter((text) => /7\*7|plural/.test(text));
    for (const text of templates) {
      const index = hostileTexts.indexOf(text);
      const document = hostile.documents.find(({ name }) => name === `/incidents/${id('i', index)}`);
      if (!document) throw new Error('not published');
      const [first] = await textsIn(page, document, '.prose');
      expect(first?.trim()).toBe(text);
    }
  });
});

it('hostile names of the page itself stay text on every page that shows them', async () => {
  const renderPage = await builtRenderer();
  const render = async (texts: readonly string[]) => {
    const documents: Document[] = [];
    for (const text of texts)
      for (const path of ['/', '/subscribe', '/embed/frame', '/404']) {
        const of = { ...written([text]), page: pageSettings({ name: text, about: text }) };
        const open = { ...of, incidents: of.incidents.map((one) => ({ ...one, status: 'identified' as const })) };
        const response = await renderPage(path, { snapshot: open, locale: 'en' });
        documents.push({ name: `${path} ${text}`, text: await response.text(), type: 'text/html' });
      }
    return documents;
  };
  expect(await strangersIn(await render(hostileTexts), await render(tame))).toEqual([]);
}, 60_000);

it('hostile texts stay text in a letter, and its subject stays one line', async () => {
  const letters = hostileTexts.map(letterOf);
  const known = tame.map((text) => letterOf(text).document);
  expect(
    await strangersIn(
      letters.map(({ document }) => document),
      known,
    ),
  ).toEqual([]);
  for (const { subject } of letters) expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
});

it('no text whatever breaks the XML of a badge', async () => {
  const part = fc.oneof(
    fc.constantFrom(...hostileTexts),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
  );
  await fc.assert(
    fc.asyncProperty(part, async (label) => {
      const text = badgeText('svg', { label, state: 'degraded' });
      const [found] = await audit(page, [{ name: label, text, type: 'image/svg+xml' }]);
      expect(found?.broken).toBe(false);
      expect(JSON.parse(badgeText('json', { label, state: 'degraded' })).label).toBe(cleanText(label));
    }),
    { numRuns: 200 },
  );
}, 60_000);

it('a page full of hostile texts runs nothing, asks nobody else and goes nowhere', async () => {
  const stage = await openStage((url) => ({ ...written(hostileTexts), page: pageSettings({ url }) }));
  const events: string[] = [];
  const visitor = await openPage(browser, 'about:blank');
  visitor.on('dialog', (dialog) => events.push(`dialog ${dialog.message()}`));
  visitor.on('console', (message) => message.type() === 'error' && events.push(message.text()));
  visitor.on('request', (request) => request.url().startsWith(stage.url) || events.push(`request ${request.url()}`));
  for (const path of ['/', '/history', `/incidents/${id('i', 0)}`, '/postmortems/p-1', '/components/c-2']) {
    await visitor.goto(stage.url + path, { waitUntil: 'networkidle' });
    expect(visitor.url()).toBe(stage.url + path);
    expect(await visitor.title()).not.toBe('taken');
  }
  expect(events).toEqual([]);
  stage.close();
}, 60_000);
