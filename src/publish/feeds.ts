import { Feed } from 'feed';
import RSS from 'rss';
import { textFor } from '#core/locale.ts';
import type { Postmortem } from '#core/postmortem.ts';
import {
  defaultLocale,
  type Snapshot,
  type SnapshotIncident,
  type SnapshotMaintenance,
  titleText,
} from '#core/snapshot.ts';
import { type Words, wordsIn } from '../i18n/words.ts';
import { type FeedChoice, type FeedFormat, feedAddress, feedPaths } from './feedAddress.ts';
import { maintenanceItems } from './feedMaintenance.ts';
import { cleanText, escapeHtml, updateHtml, updatesHtml } from './feedText.ts';

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
  language: string;
  author: string;
  title: string;
  about: string;
  siteUrl: string;
  feedUrl: string;
  host: string;
  items: readonly FeedItem[];
};

/**
 * Newest first and no two in the same second: some readers drop what shares a date or is out of order. Counted
 * from the oldest, so that a new item moves none of the others.
 */
function inSequence(items: readonly FeedItem[]): FeedItem[] {
  let last = 0;
  const spread = items
    .toSorted((a, b) => a.updatedAt - b.updatedAt)
    .map((item) => {
      last = Math.max(Math.floor(item.updatedAt / 1000), last + 1);
      return { ...item, updatedAt: last * 1000 };
    });
  return spread.toReversed().slice(0, feedLength);
}

/** Feeds speak the first language of the page. */
const wordsOf = (snapshot: Snapshot): Words => wordsIn(defaultLocale(snapshot));
const hostOf = ({ page }: Snapshot) => new URL(page.url).hostname;
const incidentUrl = ({ page }: Snapshot, { id }: SnapshotIncident) => `${page.url}/incidents/${id}`;

/** A title in the language of the feeds, where there is one. */
function titleOf(snapshot: Snapshot, incident: SnapshotIncident): string {
  const first = defaultLocale(snapshot);
  return textFor(titleText(incident), first, first).text;
}

function incidentItem(snapshot: Snapshot, incident: SnapshotIncident): FeedItem {
  return {
    id: `tag:${hostOf(snapshot)},2005:Incident/${incident.id}`,
    url: incidentUrl(snapshot, incident),
    title: cleanText(titleOf(snapshot, incident)),
    html: updatesHtml(incident, wordsOf(snapshot)),
    publishedAt: incident.updates.at(-1)?.at ?? incident.createdAt,
    updatedAt: incident.updates[0]?.at ?? incident.createdAt,
  };
}

function updateItems(snapshot: Snapshot, incident: SnapshotIncident): FeedItem[] {
  const words = wordsOf(snapshot);
  return incident.updates.map((update) => ({
    id: `tag:${hostOf(snapshot)},2005:Incident/${incident.id}/${update.id}`,
    url: `${incidentUrl(snapshot, incident)}#${update.id}`,
    title: cleanText(`${words.statuses[update.status]}: ${titleOf(snapshot, incident)}`),
    html: updateHtml(incident, update, words),
    publishedAt: update.at,
    updatedAt: update.at,
  }));
}

function postmortemItem(snapshot: Snapshot, { slug, title, summary, publishedOn }: Postmortem): FeedItem {
  const at = Date.parse(publishedOn);
  const url = `${snapshot.page.url}/postmortems/${slug}`;
  return {
    id: `tag:${hostOf(snapshot)},2005:Postmortem/${slug}`,
    url,
    title: cleanText(`${wordsOf(snapshot).postmortem.name}: ${title}`),
    html: `<p>${escapeHtml(cleanText(summary))}</p>`,
    publishedAt: at,
    updatedAt: at,
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
  maintenances: readonly SnapshotMaintenance[] = [],
): FeedItem[] {
  const told = incidents.flatMap((incident) =>
    perUpdate ? updateItems(snapshot, incident) : [incidentItem(snapshot, incident)],
  );
  const planned = maintenances.flatMap((maintenance) => maintenanceItems(snapshot, maintenance, perUpdate));
  const ids = new Set(incidents.map(({ id }) => id));
  const learned = snapshot.postmortems.filter(({ incident }) => incident !== null && ids.has(incident));
  return inSequence([...told, ...planned, ...learned.map((postmortem) => postmortemItem(snapshot, postmortem))]);
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
  { author, title, about, siteUrl, feedUrl, host, items }: Channel,
  toTitle: (text: string) => string,
): Feed {
  const feed = new Feed({
    id: `tag:${host},2005:${feedUrl.slice(siteUrl.length)}`,
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
 */
export function feedText(
  format: FeedFormat,
  snapshot: Snapshot,
  incidents: readonly SnapshotIncident[],
  choice: FeedChoice,
): string {
  const { page, components, maintenances } = snapshot;
  const component = components.find(({ slug }) => slug === choice.component);
  const planned = component
    ? maintenances.filter(({ componentIds }) => componentIds.includes(component.id))
    : maintenances;
  const name = component ? `${page.name}: ${component.name}` : page.name;
  return writers[format]({
    language: wordsOf(snapshot).locale,
    author: cleanText(page.name),
    title: cleanText(`${name} - Incident History`),
    about: cleanText(page.about ?? `Incidents and updates of ${name}`),
    siteUrl: page.url,
    feedUrl: page.url + feedAddress(feedPaths[format], choice),
    host: hostOf(snapshot),
    items: feedItems(snapshot, incidents, choice.perUpdate, planned),
  });
}
