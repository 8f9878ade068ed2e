import { monthsOf } from '#core/history.ts';
import { type Locale, localePath } from '#core/locale.ts';
import type { Snapshot } from '#core/snapshot.ts';
import { escapeHtml } from './feedText.ts';

/** A page worth finding, by its path without a language; with the day of its last change where it has one. */
type Entry = { path: string; changedAt?: number };

/** One file of the sitemap. */
export type SitemapFile = { path: string; entries: readonly Entry[] };

/**
 * sitemaps.org allows 50,000 addresses and 50 MB a file. One address names itself in every language, some 200 bytes
 * each: half as many keep below both.
 */
const addressLimit = 25_000;

export const sitemapPath = '/sitemap.xml';

function pagesEntries(snapshot: Snapshot): Entry[] {
  const { components, postmortems } = snapshot;
  return [
    { path: '/' },
    { path: '/history' },
    { path: '/postmortems' },
    ...postmortems.map(({ slug, publishedOn }) => ({
      path: `/postmortems/${slug}`,
      changedAt: Date.parse(publishedOn),
    })),
    ...components.flatMap(({ slug }) => [{ path: `/components/${slug}` }, { path: `/components/${slug}/history` }]),
    ...monthsOf(snapshot).map((month) => ({ path: `/history/${month}` })),
  ];
}

function split(name: string, entries: readonly Entry[], locales: number): SitemapFile[] {
  const length = Math.floor(addressLimit / locales);
  const parts = Array.from({ length: Math.ceil(entries.length / length) }, (_, part) => part);
  return parts.map((part) => ({
    path: `/sitemap-${name}${part === 0 ? '' : `-${part + 1}`}.xml`,
    entries: entries.slice(part * length, (part + 1) * length),
  }));
}

/** The pages of what happened and what was planned, the oldest first: a new one moves none of the others into another part. */
function happenings({ incidents, maintenances }: Snapshot): (Required<Entry> & { createdAt: number })[] {
  return [
    ...incidents.map((incident) => ({ path: `/incidents/${incident.id}`, ...incident })),
    ...maintenances.map((maintenance) => ({ path: `/maintenances/${maintenance.id}`, ...maintenance })),
  ]
    .map(({ path, createdAt, updatedAt }) => ({ path, createdAt, changedAt: updatedAt }))
    .toSorted((a, b) => a.createdAt - b.createdAt);
}

/** The files of the sitemap: one for the pages that last, one for what each year told. An update renders one of them. */
export function sitemapFiles(snapshot: Snapshot): SitemapFile[] {
  const locales = snapshot.page.locales.length;
  const byYear = Map.groupBy(happenings(snapshot), ({ createdAt }) => new Date(createdAt).getUTCFullYear());
  return [
    ...split('pages', pagesEntries(snapshot), locales),
    ...[...byYear].flatMap(([year, entries]) =>
      split(
        String(year),
        entries.map(({ path, changedAt }) => ({ path, changedAt })),
        locales,
      ),
    ),
  ];
}

const xml = '<?xml version="1.0" encoding="UTF-8"?>';
const schema = 'http://www.sitemaps.org/schemas/sitemap/0.9';

function changeOf({ changedAt }: Entry): string {
  return changedAt === undefined ? '' : `<lastmod>${new Date(changedAt).toISOString()}</lastmod>`;
}

/** One address for each language, and with each all of them (https://www.w3.org/TR/xhtml1, `link`). */
function addressesOf({ page }: Snapshot, entry: Entry): string[] {
  const [first = 'en'] = page.locales;
  const inLanguage = (locale: Locale) => escapeHtml(page.url + localePath(locale, first, entry.path));
  const link = (language: string, address: string) =>
    `<xhtml:link rel="alternate" hreflang="${language}" href="${address}"/>`;
  const links = [
    ...page.locales.map((locale) => link(locale, inLanguage(locale))),
    link('x-default', inLanguage(first)),
  ];
  const others = page.locales.length > 1 ? links.join('') : '';
  return page.locales.map((locale) => `<url><loc>${inLanguage(locale)}</loc>${changeOf(entry)}${others}</url>`);
}

/** One file of the sitemap, in the form of sitemaps.org. */
export function sitemapText(snapshot: Snapshot, { entries }: SitemapFile): string {
  return `${xml}
<urlset xmlns="${schema}" xmlns:xhtml="http://www.w3.org/1999/xhtml">
${entries.flatMap((entry) => addressesOf(snapshot, entry)).join('\n')}
</urlset>
`;
}

/** The index of the sitemap: its files, each with its last change. */
export function sitemapIndexText({ page }: Snapshot, files: readonly SitemapFile[]): string {
  const rows = files.map(({ path, entries }) => {
    const changes = entries.flatMap(({ changedAt }) => changedAt ?? []);
    const changed = changeOf({ path, ...(changes.length > 0 ? { changedAt: Math.max(...changes) } : {}) });
    return `<sitemap><loc>${escapeHtml(page.url + path)}</loc>${changed}</sitemap>`;
  });
  return `${xml}
<sitemapindex xmlns="${schema}">
${rows.join('\n')}
</sitemapindex>
`;
}

/**
 * RFC 9116, where the page names somebody to write to. It is good for half a year after the year that it was made in,
 * so that its bytes change once a year.
 */
export function securityText({ page, generatedAt }: Snapshot): string {
  const year = new Date(generatedAt).getUTCFullYear() + 1;
  return `Contact: ${page.supportUrl}
Expires: ${year}-07-01T00:00:00Z
Canonical: ${page.url}/.well-known/security.txt
`;
}

/** RFC 9309: everything public may be found, except what belongs to one person. */
export function robotsText({ page }: Snapshot): string {
  return `User-agent: *
Disallow: /confirm/
Disallow: /u/
Disallow: /language
Disallow: /staff
Sitemap: ${page.url}${sitemapPath}
`;
}
