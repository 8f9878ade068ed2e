import type { Snapshot } from '#core/snapshot.ts';
import { digest } from './keys.ts';
import { type Route, textRoute } from './route.ts';
import {
  robotsText,
  type SitemapFile,
  securityText,
  sitemapFiles,
  sitemapIndexText,
  sitemapPath,
  sitemapText,
} from './sitemap.ts';

const plain = 'text/plain; charset=utf-8';

/**
 * What programs that wander about read.
 * @param frame changes with what every page shows
 */
export function wandererRoutes({ page }: Snapshot, frame: string): Route[] {
  return [
    ...(page.supportUrl === null
      ? []
      : [textRoute({ path: '/.well-known/security.txt', key: frame, contentType: plain, text: securityText })]),
    textRoute({ path: '/robots.txt', key: frame, contentType: plain, text: robotsText }),
  ];
}

/**
 * The map of the site: an index, and a file for each year, so that one update makes one small file anew.
 * @param build what the code is called that writes them
 */
export function sitemapRoutes(snapshot: Snapshot, build: string): Route[] {
  const files = sitemapFiles(snapshot);
  const contentType = 'application/xml; charset=utf-8';
  const frame = JSON.stringify([build, snapshot.page.url, snapshot.page.locales]);
  const keyOf = (those: readonly SitemapFile[]) => digest([frame, JSON.stringify(those)]);
  return [
    textRoute({ path: sitemapPath, key: keyOf(files), contentType, text: (now) => sitemapIndexText(now, files) }),
    ...files.map((file) =>
      textRoute({ path: file.path, key: keyOf([file]), contentType, text: (now) => sitemapText(now, file) }),
    ),
  ];
}
