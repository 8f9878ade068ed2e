import type { Page } from './bytes.ts';
import { heartbeatAddress } from './heartbeat.ts';
import type { Site } from './site.ts';

/** What is published under one address, for whoever copies it elsewhere. */
export type PublishedFile = {
  /** With the query where it has one. */
  address: string;
  /** The same as long as the page is. */
  hash: string;
  /**
   * Reads the page, as it is by then.
   * @throws PageGoneError
   */
  read: () => Promise<Page>;
};

/** A page is not there any more, or not whole. A server that runs takes pages back, and makes damaged ones again. */
export class PageGoneError extends Error {
  override readonly name = 'PageGoneError';
}

/** Everything that is published at this moment. */
export type Published = {
  /** When it was last known to be true. */
  heartbeatAt: number;
  /** The heartbeat as scripts of the pages read it. */
  heartbeat: string;
  files: readonly PublishedFile[];
};

async function readFrom(site: Site, address: string): Promise<Page> {
  const page = await site.recall(address);
  if (page) return page;
  throw new PageGoneError(`${address} is not there any more, or not whole.`);
}

/** What a site has published. Thousands of pages are on disk only: each is read when somebody wants it. */
export function publishedFiles(site: Site): Published {
  const files = site
    .addresses()
    .map((address) => ({ address, hash: site.stampOf(address), read: () => readFrom(site, address) }));
  const heartbeat = site.peek(heartbeatAddress)?.bodies.identity.toString() ?? '{}';
  return { heartbeatAt: site.heartbeatAt, heartbeat, files };
}
