import type { Snapshot } from '#core/snapshot.ts';

/** A page that tells of something that happened, with the days that search engines and cards want to know. */
export type Article = {
  headline: string;
  /** Epoch milliseconds. */
  publishedAt: number;
  modifiedAt: number;
};

export const isoOf = (at: number): string => new Date(at).toISOString();

/**
 * The page as a schema.org Article (https://schema.org/Article), for the inside of a script element: no text in it can
 * end the element.
 */
export function articleJson(
  page: Snapshot['page'],
  { headline, publishedAt, modifiedAt }: Article,
  { description, address }: { description: string; address: string },
): string {
  const organization = { '@type': 'Organization', name: page.name, url: page.url };
  return JSON.stringify({
    '@context': 'https://schema.org',
    '@type': 'Article',
    headline,
    description,
    datePublished: isoOf(publishedAt),
    dateModified: isoOf(modifiedAt),
    mainEntityOfPage: address,
    author: organization,
    publisher: organization,
  }).replaceAll('<', '\\u003c');
}
