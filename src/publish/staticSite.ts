import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { cacheControlOf } from './headers.ts';
import type { Published, PublishedFile } from './publishedFiles.ts';
import { heartbeatName, staticHtml, staticName } from './staticFile.ts';

/** One file of the static site. */
export type SiteFile = {
  /** Path below the root of the site, such as `incidents/x/index.html`. */
  name: string;
  contentType: string;
  cacheControl: string;
  /** Of everything that a reader gets: the same hash is the same file. */
  hash: string;
  bytes: () => Promise<Buffer>;
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

/** A file from its bytes. */
export function siteFile(name: string, contentType: string, cacheControl: string, text: string): SiteFile {
  const bytes = Buffer.from(text);
  return { name, contentType, cacheControl, hash: hash('sha256', text), bytes: async () => bytes };
}

/**
 * Makes files of what is published. Thousands of them share a few ways of being served, each of which is hashed once.
 */
function createFiles() {
  const ways = new Map<string, string>();
  function wayOf(parts: readonly string[]): string {
    const key = parts.join('\n');
    const known = ways.get(key) ?? hash('sha256', key, 'base64url').slice(0, 16);
    ways.set(key, known);
    return known;
  }
  return (name: string, file: PublishedFile): SiteFile => {
    const { kind, contentType, policy, bytes } = file;
    const isHtml = contentType.startsWith('text/html');
    const cacheControl = cacheControlOf(kind);
    return {
      name,
      contentType,
      cacheControl,
      hash: `${file.hash}.${wayOf([contentType, cacheControl, isHtml ? policy : ''])}`,
      bytes: isHtml ? async () => Buffer.from(staticHtml((await bytes()).toString(), policy)) : bytes,
    };
  };
}

/** Says how old a copy is to whoever watches it: the same for every host. */
function heartbeatFile(heartbeatAt: number): SiteFile {
  const text = `${JSON.stringify({ heartbeatAt: new Date(heartbeatAt).toISOString() })}\n`;
  return siteFile(heartbeatName, 'application/json; charset=utf-8', 'no-cache', text);
}

/** So many files are looked at before the event loop has a turn: readers are answered meanwhile. */
const sliceLength = 500;

/** The static site of what is published. */
export async function staticSite({ heartbeatAt, files: published }: Published): Promise<StaticSite> {
  const toSiteFile = createFiles();
  const files = new Map<string, SiteFile>();
  for (const [index, file] of published.entries()) {
    if (index % sliceLength === sliceLength - 1) await nextTurn();
    const name = staticName(file.address, file.kind);
    if (name !== null) files.set(name, toSiteFile(name, file));
  }
  // The last word on how old it is belongs to the copy, whatever else is published under the name.
  files.set(heartbeatName, heartbeatFile(heartbeatAt));
  return { heartbeatAt, files };
}
