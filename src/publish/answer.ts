import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Answer, Page } from './bytes.ts';
import { feedAddress, feedChoice, isFeedPath } from './feedAddress.ts';
import { isShared, preflightHeaders } from './headers.ts';
import { isUnchanged, preferredEncoding } from './negotiate.ts';
import type { Site } from './site.ts';
import { staleMs, stalePage } from './stale.ts';

/** What of a request decides the answer; `IncomingMessage` has it. */
export type VisitorRequest = {
  method?: string | undefined;
  url?: string | undefined;
  headers: IncomingHttpHeaders;
};

/** Links from mails: the page is the same for every token, only its button knows whose it is. */
const tokenPages = [
  { link: /^\/confirm\/[^/]+$/, path: '/subscribe/confirm' },
  { link: /^\/u\/[^/]+$/, path: '/subscribe/unsubscribe' },
];
const preflight: Answer = { status: 204, headers: preflightHeaders, body: null };

/** Nothing here redirects: an address with a slash too many is the page itself, `//host` is no page at all. */
function findPage(pages: ReadonlyMap<string, Page>, url: string): Page | undefined {
  const exact = pages.get(url);
  if (exact || !url.startsWith('/') || url.startsWith('//')) return exact;
  const queryStart = url.indexOf('?');
  const path = (queryStart < 0 ? url : url.slice(0, queryStart)).replace(/(.)\/$/, '$1');
  if (isFeedPath(path))
    return pages.get(feedAddress(path, feedChoice(path, queryStart < 0 ? '' : url.slice(queryStart))));
  return pages.get(tokenPages.find(({ link }) => link.test(path))?.path ?? path);
}

/**
 * Answers a visitor from published bytes: no query, no render, no allocation to speak of.
 * @returns null for what is not published or not read (POST and the like): somebody else's to answer
 */
export function answer(site: Site, request: VisitorRequest, now: number = Date.now()): Answer | null {
  const { method, url = '', headers } = request;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') return null;
  const page = findPage(site.pages, url);
  if (!page || page.kind === 'missing' || page.kind === 'fallback') return null;
  if (method === 'OPTIONS') return isShared(page.kind) ? preflight : null;
  const shown = now - site.heartbeatAt > staleMs ? stalePage(page) : page;
  const variant = shown.variants[preferredEncoding(headers['accept-encoding'])];
  if (isUnchanged(shown, variant, headers)) return variant.notModified;
  return method === 'HEAD' ? variant.head : variant.full;
}

/** The published page for what does not exist, as a 404 in the language of the address; null as long as none is published. */
export function notFound(site: Site, path: string, acceptEncoding?: string): Response | null {
  const [, language] = path.split('/');
  const page = site.pages.get(`/${language}/404`) ?? site.pages.get('/404');
  if (!page) return null;
  const { status, headers, body } = page.variants[preferredEncoding(acceptEncoding)].full;
  return new Response(body && new Uint8Array(body), { status, headers });
}

/** Writes an answer to the socket. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers);
  response.end(body);
}
