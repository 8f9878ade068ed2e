import { Readable } from 'node:stream';
import FeedParser from 'feedparser';
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith';
import RssParser from 'rss-parser';

/** An entry as a feed reader sees it. */
export type ReadItem = { title: string; link: string; id: string; html: string; date: string; firstDate: string };

const iso = (date: string | Date | null | undefined) => (date ? new Date(date).toISOString() : '');

/** What rss-parser makes of a feed, XML read strictly. */
export async function readWithRssParser(xml: string): Promise<ReadItem[]> {
  const parser = new RssParser<object, { id?: string; updated?: string; published?: string }>({
    customFields: { item: ['id', 'updated', 'published'] },
  });
  const { items } = await parser.parseString(xml);
  return items.map((item) => ({
    title: item.title ?? '',
    link: item.link ?? '',
    id: item.guid ?? item.id ?? '',
    html: item.content ?? '',
    date: iso(item.updated ?? item.pubDate),
    firstDate: iso(item.published ?? item.pubDate),
  }));
}

/** What feedparser makes of a feed; any error of its XML parser is thrown. */
export async function readWithFeedparser(xml: string): Promise<ReadItem[]> {
  const parser = new FeedParser({ normalize: true, addmeta: false });
  const items: ReadItem[] = [];
  const bytes = Readable.from([Buffer.from(xml)]);
  bytes.pipe(parser);
  for await (const item of parser as AsyncIterable<FeedParser.Item>)
    items.push({
      title: item.title,
      link: item.link,
      id: item.guid,
      html: item.description,
      date: iso(item.date),
      firstDate: iso(item.pubdate),
    });
  return items;
}

function readRss(text: string): ReadItem[] {
  return (parseRssFeed(text).items ?? []).map((item) => ({
    title: item.title ?? '',
    link: item.link ?? '',
    id: item.guid?.value ?? '',
    html: item.description ?? '',
    date: iso(item.pubDate),
    firstDate: iso(item.pubDate),
  }));
}

function readAtom(text: string): ReadItem[] {
  return (parseAtomFeed(text).entries ?? []).map((entry) => ({
    title: typeof entry.title === 'string' ? entry.title : (entry.title?.value ?? ''),
    link: entry.links?.[0]?.href ?? '',
    id: entry.id ?? '',
    html: typeof entry.content === 'string' ? entry.content : (entry.content?.value ?? ''),
    date: iso(entry.updated),
    firstDate: iso(entry.published),
  }));
}

function readJson(text: string): ReadItem[] {
  return (parseJsonFeed(JSON.parse(text)).items ?? []).map((item) => ({
    title: item.title ?? '',
    link: item.url ?? '',
    id: item.id ?? '',
    html: item.content_html ?? '',
    date: iso(item.date_modified),
    firstDate: iso(item.date_published),
  }));
}

/** What feedsmith makes of a feed, by its format. */
export const readWithFeedsmith = { rss: readRss, atom: readAtom, json: readJson };
