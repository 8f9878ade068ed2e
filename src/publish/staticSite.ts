import { hash } from 'node:crypto';
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

function toSiteFile(name: string, file: PublishedFile): SiteFile {
  const { kind, contentType, policy, bytes } = file;
  const isHtml = contentType.startsWith('text/html');
  const cacheControl = cacheControlOf(kind);
  return {
    name,
    contentType,
    cacheControl,
    hash: hash('sha256', JSON.stringify([file.hash, contentType, cacheControl, isHtml ? policy : ''])),
    bytes: isHtml ? async () => Buffer.from(staticHtml((await bytes()).toString(), policy)) : bytes,
  };
}

/** Says how old a copy is to whoever watches it: the same for every host. */
function heartbeatFile(heartbeatAt: number): SiteFile {
  const text = `${JSON.stringify({ heartbeatAt: new Date(heartbeatAt).toISOString() })}\n`;
  return siteFile(heartbeatName, 'application/json; charset=utf-8', 'no-cache', text);
}

/** The static site of what is published. */
export function staticSite({ heartbeatAt, files }: Published): StaticSite {
  const named = files.flatMap((file): [string, SiteFile][] => {
    const name = staticName(file.address, file.kind);
    return name === null ? [] : [[name, toSiteFile(name, file)]];
  });
  return { heartbeatAt, files: new Map([...named, [heartbeatName, heartbeatFile(heartbeatAt)]]) };
}
