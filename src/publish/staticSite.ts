import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { cacheControlOf } from './headers.ts';
import type { Published, PublishedFile } from './publishedFiles.ts';
import { heartbeatName, staticHtml, staticName } from './staticFile.ts';

/** What a reader gets of a file. */
export type FileContent = { contentType: string; cacheControl: string; bytes: Buffer };

/** One file of the static site. */
export type SiteFile = {
  /** Path below the root of the site, such as `incidents/x/index.html`. */
  name: string;
  /** Of everything that a reader gets: the same hash is the same file. */
  hash: string;
  read: () => Promise<FileContent>;
};

/** The whole site as any static host can have it. */
export type StaticSite = {
  /** When everything in it was last known to be true. */
  heartbeatAt: number;
  files: ReadonlyMap<string, SiteFile>;
};

/** True for what compressing makes smaller. */
export function isText(contentType: string): boolean {
  return /^(text\/|image\/svg|application\/([\w.-]+\+)?(json|xml))/.test(contentType);
}

/** A file from its text. */
export function siteFile(name: string, contentType: string, cacheControl: string, text: string): SiteFile {
  const bytes = Buffer.from(text);
  return { name, hash: hash('sha256', text), read: async () => ({ contentType, cacheControl, bytes }) };
}

/** A published page as a static host gives it to readers. */
async function contentOf({ read }: PublishedFile): Promise<FileContent> {
  const { kind, contentType, policy, bodies } = await read();
  const isHtml = contentType.startsWith('text/html');
  return {
    contentType,
    cacheControl: cacheControlOf(kind),
    bytes: isHtml ? Buffer.from(staticHtml(bodies.identity.toString(), policy)) : bodies.identity,
  };
}

/** So many files are looked at before the event loop has a turn: readers are answered meanwhile. */
const sliceLength = 500;

/** The static site of what is published. */
export async function staticSite({ heartbeatAt, heartbeat, files: published }: Published): Promise<StaticSite> {
  const files = new Map<string, SiteFile>();
  for (const [index, file] of published.entries()) {
    if (index % sliceLength === sliceLength - 1) await nextTurn();
    const name = staticName(file.address);
    if (name !== null) files.set(name, { name, hash: hash('sha256', file.hash), read: () => contentOf(file) });
  }
  files.set(heartbeatName, siteFile(heartbeatName, 'application/json; charset=utf-8', 'no-cache', heartbeat));
  return { heartbeatAt, files };
}
