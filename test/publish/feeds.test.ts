import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Locale } from '#core/locale.ts';
import type { Snapshot, SnapshotIncident, SnapshotUpdate } from '#core/snapshot.ts';
import type { FeedChoice, FeedFormat } from '#publish/feedAddress.ts';
import { feedItems, feedText } from '#publish/feeds.ts';
import { readWithFeedparser, readWithRssParser } from '../helpers/feedReaders.ts';
import { hostileLines, hostileTexts } from '../helpers/hostileTexts.ts';
import {
  component,
  friday,
  idOf,
  incident,
  maintenance,
  pageSettings,
  plans,
  postmortem,
  snapshot,
  updates,
} from '../helpers/snapshot.ts';

const everything: FeedChoice = { component: null, perUpdate: false };
const everyUpdate: FeedChoice = { component: null, perUpdate: true };

const database = incident(
  'Main database is not available',
  updates(
    ['investigating', 'We are looking.', 0],
    ['investigating', 'Still looking; **nobody can sign in**.', 20],
    ['identified', 'A disk failed.\n\n- Deadlines move\n- Films are safe', 40],
  ),
);
const mail = incident(
  'Mail is late',
  updates(['investigating', 'Up to an hour.', -600], ['resolved', '- All was delivered', -500]),
);
const night = snapshot({ incidents: [database, mail] });

const textOf = (format: FeedFormat, of: Snapshot = night, choice = everything) =>
  feedText(format, of, of.incidents, choice);
const jsonItems = (of: Snapshot, choice = everything) => JSON.parse(textOf('json', of, choice)).items;

describe('the feeds', () => {
  it('two readers see the same items in RSS and in Atom', async () => {
    for (const choice of [everything, everyUpdate]) {
      const items = feedItems(night, night.incidents, choice.perUpdate);
      const seen = items.map(({ title, url, html, updatedAt }) => ({
        title,
        link: url,
        html,
        date: new Date(updatedAt).toISOString(),
      }));
      for (const format of ['rss', 'atom'] as const) {
        const xml = textOf(format, night, choice);
        expect(await readWithRssParser(xml)).toMatchObject(seen);
        expect(await readWithFeedparser(xml)).toMatchObject(seen);
      }
      expect(jsonItems(night, choice)).toMatchObject(
        seen.map(({ title, link, html, date }) => ({ title, url: link, content_html: html, date_modified: date })),
      );
    }
  });

  it('items keep their identity for ever, by permanent link in RSS and by tag in Atom', async () => {
    const ids = (await readWithRssParser(textOf('rss'))).map(({ id }) => id);
    expect(ids).toEqual([
      'https://status.lanterna.example/incidents/maindatabase',
      'https://status.lanterna.example/incidents/mailislate00',
    ]);
    expect(textOf('rss')).toContain(
      '<guid isPermaLink="true">https://status.lanterna.example/incidents/maindatabase</guid>',
    );
    const [entry] = await readWithFeedparser(textOf('atom'));
    expect(entry?.id).toBe('tag:status.lanterna.example,2005:Incident/maindatabase');
  });

  it('a postmortem has its place where its incident has one, and nowhere else', async () => {
    const of = snapshot({
      incidents: [database, mail],
      postmortems: [postmortem('Two disks', { incident: database.id }), postmortem('Elsewhere')],
    });
    for (const format of ['rss', 'atom'] as const) {
      const items = await readWithFeedparser(textOf(format, of));
      expect(items.filter(({ title }) => title?.startsWith('Postmortem'))).toMatchObject([
        { title: 'Postmortem: Two disks', link: 'https://status.lanterna.example/postmortems/two-disks' },
      ]);
    }
    expect(feedText('json', of, [mail], everything)).not.toContain('Two disks');
  });

  it('an incident has the date of its newest update, and in Atom also that of its first', async () => {
    const [inRss] = await readWithRssParser(textOf('rss'));
    expect(inRss?.date).toBe(new Date(friday + 40 * 60_000).toISOString());
    for (const read of [readWithRssParser, readWithFeedparser]) {
      const [inAtom] = await read(textOf('atom'));
      expect(inAtom).toMatchObject({
        date: new Date(friday + 40 * 60_000).toISOString(),
        firstDate: new Date(friday).toISOString(),
      });
    }
  });

  it('the first bold words are the current status, and a repeated status is called an update', () => {
    const [item] = feedItems(night, [database], false);
    const bold = [...(item?.html.matchAll(/<br><strong>(.*?)<\/strong> - /g) ?? [])].map((match) => match[1]);
    expect(bold).toEqual(['Identified', 'Update', 'Investigating']);
    const sameTwice = { ...database, updates: database.updates.slice(1) };
    expect(feedItems(night, [sameTwice], false)[0]?.html).toMatch(
      /<strong>Investigating<\/strong>.*\n.*<strong>Investigating</,
    );
  });

  it('an update is marked up the way programs look for it', () => {
    const [item] = feedItems(night, [mail], false);
    const first = item?.html.split('\n').at(-1);
    expect(first).toBe(
      "<p><small>Nov <var data-var='date'>20</var>, <var data-var='time'>10:00</var> UTC</small><br><strong>Investigating</strong> - Up to an hour.</p>",
    );
  });

  it('a text that does not begin with a paragraph stands below its status', () => {
    expect(feedItems(night, [mail], false)[0]?.html).toContain(
      '<strong>Resolved</strong> -</p>\n<ul>\n<li>All was delivered</li>',
    );
  });

  it('with an item per update, every update is new to a reader and says its status', async () => {
    const items = await readWithRssParser(textOf('rss', night, everyUpdate));
    expect(items.map(({ title }) => title)).toEqual([
      'Identified: Main database is not available',
      'Investigating: Main database is not available',
      'Investigating: Main database is not available',
      'Resolved: Mail is late',
      'Investigating: Mail is late',
    ]);
    expect(new Set(items.map(({ id }) => id)).size).toBe(5);
    expect(items[0]?.id).toBe(`https://status.lanterna.example/incidents/maindatabase#${database.updates[0]?.id}`);
  });

  it('they speak the first language of the page, where there are words in it', () => {
    const [post] = updates(['investigating', 'Miramos.', 0]);
    const words = { language: 'es', translations: { en: 'We look.' } } as const;
    const told = incident('Lento', [{ ...(post as SnapshotUpdate), ...words }], {
      ...words,
      translations: { en: 'Slow' },
    });
    const spoken = (locales: Locale[]) => {
      const [item] = feedItems(snapshot({ page: pageSettings({ locales }), incidents: [told] }), [told], false);
      return [item?.title, item?.html.replace(/.* - /s, '')];
    };
    expect(spoken(['en', 'es'])).toEqual(['Slow', 'We look.</p>']);
    expect(spoken(['fr', 'es'])).toEqual(['Lento', 'Miramos.</p>']);
  });

  it('the update that resolves an incident says in one line what was lost, and no other one does', () => {
    const what = { text: 'Entries & <b>payments</b>', language: 'en', translations: { es: 'Inscripciones' } } as const;
    const loss = { kind: 'window', fromAt: friday - 3_600_000, toAt: friday, what, recovery: 'none' } as const;
    const lost = { ...mail, loss };
    const line =
      '<p>Lost: Entries &amp; &lt;b&gt;payments&lt;/b&gt;, from 20 November 2026, 19:00 UTC to 20 November 2026, 20:00 UTC. What comes back: Nothing.</p>';
    const [item] = feedItems(snapshot(), [lost], false);
    expect(item?.html.split(line)).toHaveLength(2);
    const each = feedItems(snapshot(), [lost], true).map(({ html }) => html.includes(line));
    expect(each).toEqual([true, false]);
    const [calm] = feedItems(snapshot(), [{ ...mail, loss: { kind: 'none' } }], true);
    expect(calm?.html.endsWith('\n<p>Nothing was lost.</p>')).toBe(true);
  });

  it('hostile words of a loss read the same in RSS, Atom and JSON, and are words', async () => {
    for (const text of hostileLines) {
      const what = { text, language: null, translations: {} };
      const lost = { ...mail, loss: { kind: 'window', fromAt: friday, toAt: friday, what, recovery: 'full' } as const };
      const of = snapshot({ incidents: [lost] });
      const [{ content_html: html }] = jsonItems(of);
      expect(html).not.toMatch(/<(script|img|svg|form)/i);
      for (const format of ['rss', 'atom'] as const)
        expect(await readWithRssParser(textOf(format, of))).toMatchObject([{ html }]);
    }
  });

  it('nothing changes but by an update: neither the clock nor the state of a component', () => {
    const later: Snapshot = {
      ...night,
      revision: 99,
      generatedAt: night.generatedAt + 86_400_000,
      components: [component('Submissions', { state: 'major_outage' })],
      state: 'major_outage',
    };
    for (const format of ['rss', 'atom', 'json'] as const)
      for (const choice of [everything, everyUpdate])
        expect(textOf(format, later, choice)).toBe(textOf(format, night, choice));
  });

  it('dates are unique whole seconds in falling order, and a new item moves no other', () => {
    const at = (title: string, ms: number) => {
      const one = incident(title, updates(['investigating', 'x', 0]));
      return { ...one, updates: one.updates.map((update) => ({ ...update, at: friday + ms })) };
    };
    const crowd = [at('A', 0), at('B', 10), at('C', 999), at('D', 1_000), at('E', 1_500)];
    const seconds = (incidents: SnapshotIncident[]) =>
      feedItems(night, incidents, false).map(({ title, updatedAt }) => [title, (updatedAt - friday) / 1000]);
    expect(seconds(crowd)).toEqual([
      ['E', 4],
      ['D', 3],
      ['C', 2],
      ['B', 1],
      ['A', 0],
    ]);
    expect(seconds([...crowd, at('F', 1_600)])).toEqual([['F', 5], ...seconds(crowd)]);
  });

  it('it holds the fifty incidents that were updated last', () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      incident(`Number ${index}`, updates(['resolved', 'x', index])),
    );
    const items = feedItems(night, many, false);
    expect(items).toHaveLength(50);
    expect([items[0]?.title, items.at(-1)?.title]).toEqual(['Number 59', 'Number 10']);
  });

  it('it says whose it is, where it is and where the page is', async () => {
    const choice = { component: 'payments', perUpdate: false };
    const address = 'https://status.lanterna.example/history.atom?component=payments';
    const atom = textOf('atom', night, choice);
    expect(atom).toContain('<title>Lanterna: Payments - Incident History</title>');
    expect(atom).toContain(`<link rel="self" href="${address}"/>`);
    expect(atom).toContain('<link rel="alternate" href="https://status.lanterna.example/"/>');
    expect(textOf('rss')).toContain('href="https://status.lanterna.example/history.rss" rel="self"');
    expect(JSON.parse(textOf('json'))).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'Lanterna - Incident History',
      home_page_url: 'https://status.lanterna.example',
      feed_url: 'https://status.lanterna.example/feed.json',
      authors: [{ name: 'Lanterna' }],
    });
  });

  it('a feed without items is a feed', async () => {
    const calm = snapshot();
    for (const format of ['rss', 'atom'] as const) {
      expect(await readWithFeedparser(textOf(format, calm))).toEqual([]);
      expect(await readWithRssParser(textOf(format, calm))).toEqual([]);
    }
    expect(jsonItems(calm)).toEqual([]);
    expect(textOf('rss', calm)).toBe(textOf('rss', { ...calm, generatedAt: calm.generatedAt + 1 }));
  });
});

/** A snapshot whose every staff text is the given one. */
function writtenBy(text: string): Snapshot {
  return snapshot({
    page: pageSettings({ name: text, about: text }),
    components: [component('Payments', { name: text, slug: 'payments' })],
    incidents: [incident(`Title ${text}`, updates(['investigating', `Body ${text}`, 0]))],
  });
}

/** One of the readers completes the address of a host by its path. */
const withSlash = (html = '') => html.trim().replace(/href="(https?:\/\/[^/"]*)"/g, 'href="$1/"');

// Names of the page and of components come from the configuration; titles and texts from staff.
async function expectReadable(text: string): Promise<void> {
  const written = writtenBy(text);
  for (const choice of [everything, everyUpdate, { component: 'payments', perUpdate: false }]) {
    for (const format of ['rss', 'atom'] as const) {
      const xml = feedText(format, written, written.incidents, choice);
      const [a] = await readWithRssParser(xml);
      const [b] = await readWithFeedparser(xml);
      expect(withSlash(a?.html)).toBe(withSlash(b?.html));
      expect(a?.html).not.toContain('<script');
      expect(a?.html).toContain('Body');
      expect(xml.isWellFormed()).toBe(true);
    }
    const json = feedText('json', written, written.incidents, choice);
    expect(JSON.parse(json).items[0].content_html).not.toContain('<script');
    expect(json).not.toMatch(/\\u[dD][89a-fA-F]/);
  }
}

describe('hostile text in a feed', () => {
  it.each(hostileTexts.map((text) => [JSON.stringify(text), text]))(
    '%s stays text that every reader parses',
    async (_, text) => {
      await expectReadable(text);
    },
  );

  it('no text whatever breaks a feed', async () => {
    const part = fc.oneof(
      fc.constantFrom(...hostileTexts),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
    );
    const texts = fc.array(part, { maxLength: 3 }).map((parts) => parts.join(''));
    await fc.assert(fc.asyncProperty(texts, expectReadable), { numRuns: 75 });
  });

  it('a title reads the same in RSS, Atom and JSON', async () => {
    const written = writtenBy('a < b && c > d ]]> "e"');
    const title = 'Title a < b && c > d ]]> "e"';
    const [inRss] = await readWithRssParser(textOf('rss', written));
    const [inAtom] = await readWithRssParser(textOf('atom', written));
    expect(inRss?.title).toBe(title);
    expect(inAtom?.title).toBe('Title a &lt; b &amp;&amp; c &gt; d ]]&gt; &quot;e&quot;');
    expect(textOf('atom', written)).toContain('<title type="html">');
    expect(jsonItems(written)[0].title).toBe(title);
  });
});

describe('the feeds in another language', () => {
  const many = {
    ...night,
    page: pageSettings({ locales: ['en', 'es', 'ru'] }),
    postmortems: [
      {
        ...postmortem('Two disks', { incident: database.id, language: 'en' }),
        translations: { es: { ...postmortem('Two disks'), title: 'Dos discos', summary: 'Qué pasó.' } },
      },
    ],
  } satisfies Snapshot;
  const inLanguage = (format: FeedFormat, locale: 'en' | 'es' | 'ru', choice = everything) =>
    feedText(format, many, many.incidents, choice, locale);

  it('leave the default one as it is, byte by byte', () => {
    const alone = { ...many, page: { ...many.page, locales: ['en'] as const } } satisfies Snapshot;
    for (const format of ['rss', 'atom', 'json'] as const)
      expect(inLanguage(format, 'en')).toBe(feedText(format, alone, alone.incidents, everything));
  });

  it('lead to the pages in that language, and are other entries to a reader that follows both', async () => {
    for (const format of ['rss', 'atom'] as const) {
      const english = await readWithFeedparser(inLanguage(format, 'en'));
      const spanish = await readWithFeedparser(inLanguage(format, 'es'));
      expect(spanish).toHaveLength(english.length);
      expect(new Set([...english, ...spanish].map(({ id }) => id)).size).toBe(english.length * 2);
      for (const { link } of spanish) expect(link).toMatch(/^https:\/\/status\.lanterna\.example\/es\//);
    }
    const [, entry] = await readWithFeedparser(inLanguage('atom', 'es'));
    expect(entry?.id).toBe('tag:status.lanterna.example,2005:es/Incident/maindatabase');
    expect(inLanguage('atom', 'es')).toContain('<id>tag:status.lanterna.example,2005:/es/history.atom</id>');
  });

  it('speak that language, in the form that programs look for', () => {
    const text = inLanguage('rss', 'es');
    expect(text).toContain('<title><![CDATA[Lanterna: historial de incidencias]]></title>');
    expect(text).toContain('<language><![CDATA[es]]></language>');
    expect(text).toContain("<small><var data-var='date'>20</var> nov, <var data-var='time'>20:40</var> UTC</small>");
    expect(text).toContain('<strong>Causa identificada</strong> - A disk failed.');
    expect(text).toContain('<strong>Actualización</strong> - Still looking');
    expect(text).toContain('Análisis posterior: Dos discos');
    expect(JSON.parse(inLanguage('json', 'ru')).language).toBe('ru');
    expect(inLanguage('json', 'ru', everyUpdate)).toContain('Выясняем причину: Main database is not available');
    expect(inLanguage('rss', 'ru')).toContain('Разбор: Two disks');
  });
});

describe('planned work in the feeds', () => {
  const disk = maintenance(
    'A larger disk & more',
    plans(['scheduled', 'We move.', 0], ['scheduled', 'Still on.', 60], ['in_progress', 'It has begun.', 360]),
    { componentIds: [idOf('Payments')] },
  );
  const off = maintenance('Sign-in', plans(['scheduled', 'Soon.', -60], ['cancelled', 'Not now.', -30]));
  const planned = snapshot({ incidents: [mail], maintenances: [disk, off] });

  it('stand among the incidents, dated by what was said, with the line that programs look for', async () => {
    const [first, second, third] = await readWithRssParser(textOf('rss', planned));
    expect([first?.title, second?.title, third?.title]).toEqual(['A larger disk & more', 'Sign-in', 'Mail is late']);
    expect(first).toMatchObject({
      link: 'https://status.lanterna.example/maintenances/alargerdiskm',
      id: 'https://status.lanterna.example/maintenances/alargerdiskm',
      date: '2026-11-21T02:00:00.000Z',
    });
    expect(first?.html).toMatch(
      /^<p><strong>THIS IS A SCHEDULED EVENT Nov 21, 02:00 - 04:00 UTC<\/strong><\/p>\n<p><small>.*<strong>In progress<\/strong> - It has begun/,
    );
    expect(first?.html.match(/<strong>[^<]*/g)).toEqual([
      '<strong>THIS IS A SCHEDULED EVENT Nov 21, 02:00 - 04:00 UTC',
      '<strong>In progress',
      '<strong>Update',
      '<strong>Planned',
    ]);
    expect(second?.html).toMatch(/^<p><small>.*<strong>Cancelled<\/strong> - Not now/);
  });

  it('name the day of the end where it is another one', () => {
    const night = { ...disk, scheduledFromAt: friday + 3 * 3_600_000, scheduledToAt: friday + 5 * 3_600_000 };
    expect(jsonItems(snapshot({ maintenances: [night] }))[0].content_html).toContain(
      'THIS IS A SCHEDULED EVENT Nov 20, 23:00 - Nov 21, 01:00 UTC',
    );
  });

  it('are an item an update where that is asked for, each with an identity of its own', async () => {
    const titles = (await readWithFeedparser(textOf('rss', planned, everyUpdate))).map(({ title }) => title);
    expect(titles.slice(0, 5)).toEqual([
      'In progress: A larger disk & more',
      'Planned: A larger disk & more',
      'Planned: A larger disk & more',
      'Cancelled: Sign-in',
      'Planned: Sign-in',
    ]);
    const items = await readWithFeedparser(textOf('atom', planned, everyUpdate));
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    expect(items[0]?.id).toMatch(/^tag:status\.lanterna\.example,2005:Maintenance\/alargerdiskm\//);
  });

  it('are told in the language of the feed, under the line that programs look for', async () => {
    const spanish = { ...disk, translations: { es: 'Un disco mayor' } };
    const many = { ...planned, page: pageSettings({ locales: ['en', 'es'] }), maintenances: [spanish] };
    const [item] = await readWithFeedparser(feedText('atom', many, [], everything, 'es'));
    expect(item).toMatchObject({
      id: 'tag:status.lanterna.example,2005:es/Maintenance/alargerdiskm',
      link: 'https://status.lanterna.example/es/maintenances/alargerdiskm',
      title: 'Un disco mayor',
    });
    const text = feedText('rss', many, [], everything, 'es');
    expect(text).toContain('<strong>THIS IS A SCHEDULED EVENT Nov 21, 02:00 - 04:00 UTC</strong>');
    expect(text).toContain('<strong>En curso</strong> - It has begun.');
    expect(text).toContain('<strong>Actualización</strong> - Still on.');
  });

  it('belong to the feeds of what they touch', () => {
    const of = (component: string) =>
      jsonItems(planned, { component, perUpdate: false }).map(({ title }: { title: string }) => title);
    expect(of('payments')).toContain('A larger disk & more');
    expect(of('submissions')).not.toContain('A larger disk & more');
  });

  it('change only when something is said', () => {
    const later = { ...planned, generatedAt: friday + 400 * 86_400_000, revision: 9 };
    for (const format of ['rss', 'atom', 'json'] as const) expect(textOf(format, later)).toBe(textOf(format, planned));
  });
});
