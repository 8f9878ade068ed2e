import { Feed } from 'feed';
import RSS from 'rss';
import { type Locale, localePath } from '#core/locale.ts';
import { type Postmortem, postmortemFor } from '#core/postmortem.ts';
import {
  defaultLocale,
  type Snapshot,
  type SnapshotIncident,
  type SnapshotMaintenance,
  titleText,
} from '#core/snapshot.ts';
import { wordsIn } from '../i18n/words.ts';
import { type FeedChoice, type FeedFormat, feedAddress, feedPaths } from './feedAddress.ts';
import { maintenanceItems } from './feedMaintenance.ts';
import { addressOf, hostOf, type Telling, tagOf, told } from './feedTelling.ts';
import { cleanText, escapeHtml, inTurn, updateHtml } from './feedText.ts';

/** How many items a feed holds. */
const feedLength = 50;

/** One entry of a feed. Its text and dates change only when an update is published. */
export type FeedItem = {
  /** Stable for ever (RFC 4151 tag). */
  id: string;
  url: string;
  title: string;
  html: string;
  publishedAt: number;
  /** Whole seconds, different from every other item's. */
  updatedAt: number;
};

type Channel = {
  id: string;
  language: string;
  author: string;
  title: string;
  about: string;
  siteUrl: string;
  feedUrl: string;
  items: readonly FeedItem[];
};

/** An item that is written only when it has its place among the newest. */
export type FeedDraft = { at: number; write: () => Omit<FeedItem, 'updatedAt'> };

/**
 * Newest first and no two in the same second: some readers drop what shares a date or is out of order. Counted
 * from the oldest, so that a new item moves none of the others.
 */
function inSequence(drafts: readonly FeedDraft[]): FeedItem[] {
  let last = 0;
  const spread = drafts
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, write }) => {
      last = Math.max(Math.floor(at / 1000), last + 1);
      return { updatedAt: last * 1000, write };
    });
  const newest = spread.slice(-feedLength).toReversed();
  return newest.map(({ updatedAt, write }) => ({ ...write(), updatedAt }));
}

function incidentItem(telling: Telling, incident: SnapshotIncident): FeedDraft {
  return {
    at: incident.updates[0]?.at ?? incident.createdAt,
    write: () => ({
      id: tagOf(telling, `Incident/${incident.id}`),
      url: addressOf(telling, `/incidents/${incident.id}`),
      title: cleanText(told(telling, titleText(incident))),
      html: inTurn(telling, incident.updates, (update, label) => updateHtml(telling, incident, update, label)),
      publishedAt: incident.updates.at(-1)?.at ?? incident.createdAt,
    }),
  };
}

function updateItems(telling: Telling, incident: SnapshotIncident): FeedDraft[] {
  return incident.updates.map((update) => ({
    at: update.at,
    write: () => ({
      id: tagOf(telling, `Incident/${incident.id}/${update.id}`),
      url: `${addressOf(telling, `/incidents/${incident.id}`)}#${update.id}`,
      title: cleanText(`${telling.words.statuses[update.status]}: ${told(telling, titleText(incident))}`),
      html: updateHtml(telling, incident, update),
      publishedAt: update.at,
    }),
  }));
}

function postmortemItem(telling: Telling, postmortem: Postmortem): FeedDraft {
  const { snapshot, words } = telling;
  const { slug, title, summary, publishedOn } = postmortemFor(postmortem, words.locale, defaultLocale(snapshot));
  const at = Date.parse(publishedOn);
  return {
    at,
    write: () => ({
      id: tagOf(telling, `Postmortem/${slug}`),
      url: addressOf(telling, `/postmortems/${slug}`),
      title: cleanText(`${words.postmortem.name}: ${title}`),
      html: `<p>${escapeHtml(cleanText(summary))}</p>`,
      publishedAt: at,
    }),
  };
}

/**
 * The items of a feed over the given incidents and planned work; a postmortem has its place beside the incident that it
 * looks back on.
 */
export function feedItems(
  snapshot: Snapshot,
  incidents: readonly SnapshotIncident[],
  perUpdate: boolean,
  locale: Locale = defaultLocale(snapshot),
  maintenances: readonly SnapshotMaintenance[] = [],
): FeedItem[] {
  const telling = { snapshot, words: wordsIn(locale) };
  const said = incidents.flatMap((incident) =>
    perUpdate ? updateItems(telling, incident) : [incidentItem(telling, incident)],
  );
  const planned = maintenances.flatMap((maintenance) => maintenanceItems(telling, maintenance, perUpdate));
  const ids = new Set(incidents.map(({ id }) => id));
  const learned = snapshot.postmortems.filter(({ incident }) => incident !== null && ids.has(incident));
  return inSequence([...said, ...planned, ...learned.map((postmortem) => postmortemItem(telling, postmortem))]);
}

function rssText({ language, title, about, siteUrl, feedUrl, items }: Channel): string {
  const changedAt = items[0]?.updatedAt ?? 0;
  const rss = new RSS({
    title,
    description: about,
    generator: 'Intermission',
    site_url: siteUrl,
    feed_url: feedUrl,
    language,
    pubDate: new Date(changedAt),
  });
  // RSS has one date, and it is that of the newest update. Without a guid of its own, an item's link is its guid.
  for (const { url, title: itemTitle, html, updatedAt } of items)
    rss.item({ title: itemTitle, description: html, url, date: new Date(updatedAt) });
  // The library dates the build by the clock, which would make new bytes of an unchanged feed. The elements are
  // matched whole: a title may contain anything.
  return rss
    .xml()
    .replace(/(<\/generator><lastBuildDate>)[^<]*(<\/lastBuildDate>)/, `$1${new Date(changedAt).toUTCString()}$2`);
}

function syndicate(
  { id: feedId, author, title, about, siteUrl, feedUrl, items }: Channel,
  toTitle: (text: string) => string,
): Feed {
  const feed = new Feed({
    id: feedId,
    title,
    description: about,
    link: siteUrl,
    feedLinks: { atom: feedUrl, json: feedUrl },
    updated: new Date(items[0]?.updatedAt ?? 0),
    generator: 'Intermission',
    author: { name: author },
  });
  for (const { id, url, title: itemTitle, html, publishedAt, updatedAt } of items)
    feed.addItem({
      id,
      link: url,
      title: toTitle(itemTitle),
      content: html,
      date: new Date(updatedAt),
      published: new Date(publishedAt),
    });
  return feed;
}

function jsonText(channel: Channel): string {
  const { language } = channel;
  const { author, ...feed } = JSON.parse(syndicate(channel, (title) => title).json1());
  // JSON Feed 1.1, of which the library's 1.0 is all but the version and the plural of the author.
  return JSON.stringify({ ...feed, version: 'https://jsonfeed.org/version/1.1', language, authors: [author] });
}

const writers: Record<FeedFormat, (channel: Channel) => string> = {
  rss: rssText,
  // Titles are HTML in the library's Atom.
  atom: (channel) => syndicate(channel, escapeHtml).atom1(),
  json: jsonText,
};

/**
 * A feed of the given incidents, and of the work planned on what was chosen.
 * @param incidents those of the chosen component, or all
 * @param locale the first language of the page unless said
 */
export function feedText(
  format: FeedFormat,
  snapshot: Snapshot,
  incidents: readonly SnapshotIncident[],
  choice: FeedChoice,
  locale: Locale = defaultLocale(snapshot),
): string {
  const { page, components, maintenances } = snapshot;
  const first = defaultLocale(snapshot);
  const { feed } = wordsIn(locale);
  const component = components.find(({ slug }) => slug === choice.component);
  const planned = component
    ? maintenances.filter(({ componentIds }) => componentIds.includes(component.id))
    : maintenances;
  const name = component ? `${page.name}: ${component.name}` : page.name;
  const path = feedAddress(localePath(locale, first, feedPaths[format]), choice);
  return writers[format]({
    id: `tag:${hostOf(snapshot)},2005:${path}`,
    language: locale,
    author: cleanText(page.name),
    title: cleanText(feed.title({ name })),
    about: cleanText(page.about ?? feed.about({ name })),
    siteUrl: locale === first ? page.url : `${page.url}/${locale}`,
    feedUrl: page.url + path,
    items: feedItems(snapshot, incidents, choice.perUpdate, locale, planned),
  });
}
