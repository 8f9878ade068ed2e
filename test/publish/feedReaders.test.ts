import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FeedFormat, feedAddress, feedPaths } from '#publish/feedAddress.ts';
import { type ReadItem, readWithFeedparser, readWithFeedsmith, readWithRssParser } from '../helpers/feedReaders.ts';
import { renderPlain } from '../helpers/site.ts';
import { friday, incident, postmortem, snapshot, updates } from '../helpers/snapshot.ts';
import { openStage, type Stage } from '../helpers/stage.ts';

/** A night with what readers stumble over: entries of one second, markup in titles, a postmortem beside its incident. */
function nightAt(url: string) {
  const affects = (part: ReturnType<typeof incident>, id: string) => ({
    ...part,
    components: [{ id, role: 'cause' as const, state: 'major_outage' as const }],
  });
  const database = incident(
    'Main database & <storage> are "not" available',
    updates(['investigating', 'We look.', 0], ['identified', 'A *disk* failed.\n\n- One\n- Two', 40]),
  );
  const films = [
    affects(database, 'submissions0'),
    affects(incident('Films ]]> start late', updates(['investigating', 'At 5 < 6.', 40])), 'submissions0'),
    affects(
      incident('Оплата не работает', updates(['investigating', 'x', -600], ['resolved', 'y', -500])),
      'payments0000',
    ),
  ];
  const base = snapshot({ incidents: films, postmortems: [postmortem('Two & two', { incident: database.id })] });
  return { ...base, page: { ...base.page, url } };
}

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(nightAt, renderPlain);
});
afterAll(() => stage?.close());

const choices = [null, 'submissions', 'payments'].flatMap((component) =>
  [false, true].map((perUpdate) => ({ component, perUpdate })),
);
const formats: readonly FeedFormat[] = ['rss', 'atom', 'json'];
const addresses = choices.flatMap((choice) =>
  formats.map((format) => ({ format, choice, path: feedAddress(feedPaths[format], choice) })),
);

/** What every reader at hand makes of a feed, in the order of the feed. */
async function readings(format: FeedFormat, text: string): Promise<ReadItem[][]> {
  const own = readWithFeedsmith[format](text);
  return format === 'json' ? [own] : [own, await readWithRssParser(text), await readWithFeedparser(text)];
}

const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
/** What a title of Atom says: it is HTML there. */
const plain = (html: string) => html.replace(/&(amp|lt|gt|quot);/g, (_, name: string) => characters[name] ?? '');

const read = async (path: string) => (await fetch(stage.url + path)).text();

describe('readers of feeds', () => {
  it.each(addresses)(
    'all find the same items in $path, dates unique and in falling order',
    async ({ format, path }) => {
      const [first = [], ...others] = await readings(format, await read(path));
      expect(first.length).toBeGreaterThan(0);
      for (const other of others) expect(other).toEqual(first);
      const dates = first.map(({ date }) => Date.parse(date));
      expect(dates).toEqual([...new Set(dates)].toSorted((a, b) => b - a));
      expect(new Set(first.map(({ id }) => id)).size).toBe(first.length);
      expect(dates.every((date) => Math.abs(date - friday) < 86_400_000 * 3)).toBe(true);
    },
  );

  it.each(choices)('find the same in RSS, Atom and JSON: %o', async (choice) => {
    const seen = [];
    for (const format of formats) {
      const [items = []] = await readings(format, await read(feedAddress(feedPaths[format], choice)));
      const titleOf = format === 'atom' ? plain : (title: string) => title;
      seen.push(items.map(({ title, link, html, date }) => ({ title: titleOf(title), link, html, date })));
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  it.each(addresses)('get nothing anew on the second read of $path', async ({ path }) => {
    const { headers } = await fetch(stage.url + path);
    for (const [asked, given] of [
      ['if-none-match', 'etag'],
      ['if-modified-since', 'last-modified'],
    ] as const) {
      const validator = headers.get(given);
      expect(validator).not.toBeNull();
      const again = await fetch(stage.url + path, { headers: { [asked]: validator ?? '' } });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
    }
  });
});
