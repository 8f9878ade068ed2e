import { Readable } from 'node:stream';
import FeedParser from 'feedparser';
import RssParser from 'rss-parser';

/** An entry as a feed reader sees it. */
export type ReadItem = { title: string; link: string; id: string; html: string; date: string; firstDate: string };

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
    date: new Date(item.updated ?? item.pubDate ?? '').toISOString(),
    firstDate: new Date(item.published ?? item.pubDate ?? '').toISOString(),
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
      date: item.date?.toISOString() ?? '',
      firstDate: item.pubdate?.toISOString() ?? '',
    });
  return items;
}
