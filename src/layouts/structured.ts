import { plainLine } from '#core/line.ts';
import type { Snapshot } from '#core/snapshot.ts';

/** A page that tells of something that happened, with the days that search engines and cards want to know. */
export type Article = {
  headline: string;
  /** Epoch milliseconds. */
  publishedAt: number;
  modifiedAt: number;
};

/** A page above another one. */
export type Step = { title: string; address: string };

/** What is known of a page besides its words. */
export type PageFacts = {
  page: Snapshot['page'];
  siteTitle: string;
  language: string;
  address: string;
  description: string;
  image: string;
  article: Article | undefined;
  /** From the first page of the site to this one, which is the last; empty for the first page itself. */
  steps: readonly Step[];
};

export const isoOf = (at: number): string => new Date(at).toISOString();

function organizationOf({ name, url }: Snapshot['page']): Record<string, string> {
  return { '@type': 'Organization', name: plainLine(name), url };
}

function articleThing({ page, language, address, description, image }: PageFacts, article: Article) {
  return {
    '@type': 'Article',
    headline: plainLine(article.headline),
    description,
    image,
    inLanguage: language,
    datePublished: isoOf(article.publishedAt),
    dateModified: isoOf(article.modifiedAt),
    mainEntityOfPage: address,
    author: organizationOf(page),
    publisher: organizationOf(page),
  };
}

function siteThing({ page, siteTitle, language }: PageFacts) {
  return {
    '@type': 'WebSite',
    name: siteTitle,
    url: `${page.url}/`,
    inLanguage: language,
    publisher: organizationOf(page),
  };
}

function trailThing(steps: readonly Step[]) {
  return {
    '@type': 'BreadcrumbList',
    itemListElement: steps.map(({ title, address }, index) => ({
      '@type': 'ListItem',
      position: index + 1,
      name: plainLine(title),
      item: address,
    })),
  };
}

/**
 * What the page is, in the words of schema.org, for the inside of a script element: no text in it can end the element.
 * A page that tells of something is an Article, the first page is the WebSite, and all others know their way back.
 */
export function structuredJson(facts: PageFacts): string {
  const { article, steps } = facts;
  const graph = [
    ...(article ? [articleThing(facts, article)] : []),
    steps.length > 0 ? trailThing(steps) : siteThing(facts),
  ];
  return JSON.stringify({ '@context': 'https://schema.org', '@graph': graph }).replaceAll('<', '\\u003c');
}
