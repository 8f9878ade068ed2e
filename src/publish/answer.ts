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
/** A page that we have and cannot read is made again within seconds. */
const unreadable: Answer = { status: 503, headers: { 'retry-after': '2', 'cache-control': 'no-store' }, body: null };

/**
 * The address that a page is published under, out of what a request names; null where that can be none. Nothing
 * redirects: an address with a slash too many is the page itself, `//host` is no page at all.
 */
function addressOf(url: string): string | null {
  if (!url.startsWith('/') || url.startsWith('//')) return null;
  const queryStart = url.indexOf('?');
  let path = queryStart < 0 ? url : url.slice(0, queryStart);
  if (path.length > 1 && path.endsWith('/')) path = path.slice(0, -1);
  if (queryStart >= 0 && isFeedPath(path)) return feedAddress(path, feedChoice(path, url.slice(queryStart)));
  if (!path.startsWith('/u/') && !path.startsWith('/confirm/')) return path;
  return tokenPages.find(({ link }) => link.test(path))?.path ?? path;
}

function reply(site: Site, page: Page, { method, headers }: VisitorRequest, now: number): Answer | null {
  if (page.kind === 'missing' || page.kind === 'fallback') return null;
  if (method === 'OPTIONS') return isShared(page.kind) ? preflight : null;
  const shown = now - site.heartbeatAt > staleMs ? stalePage(page) : page;
  const variant = shown.variants[preferredEncoding(headers['accept-encoding'])];
  if (isUnchanged(shown, variant, headers)) return variant.notModified;
  return method === 'HEAD' ? variant.head : variant.full;
}

async function replyLater(
  site: Site,
  address: string,
  loading: Promise<Page | null>,
  request: VisitorRequest,
  now: number,
): Promise<Answer | null> {
  const page = await loading;
  if (page) return reply(site, page, request, now);
  return site.isPublic(address) ? unreadable : null;
}

/**
 * Answers a visitor from published bytes: no query, no render, and from memory at once, with no allocation to speak of.
 * @returns null, now or later, for what is not published or not read (POST and the like): somebody else's to answer
 */
export function answer(
  site: Site,
  request: VisitorRequest,
  now: number = Date.now(),
): Answer | null | Promise<Answer | null> {
  const { method, url = '' } = request;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') return null;
  const address = addressOf(url);
  const found = address === null ? null : site.find(address);
  if (found === null || address === null) return null;
  return found instanceof Promise ? replyLater(site, address, found, request, now) : reply(site, found, request, now);
}

/** The published page for what does not exist, as a 404 in the language of the address; null as long as none is published. */
export async function notFound(site: Site, path: string, acceptEncoding?: string): Promise<Response | null> {
  const [, language] = path.split('/');
  const page = (await site.find(`/${language}/404`)) ?? (await site.find('/404'));
  if (!page) return null;
  const { status, headers, body } = page.variants[preferredEncoding(acceptEncoding)].full;
  return new Response(body && new Uint8Array(body), { status, headers });
}

/** Writes an answer to the socket. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers);
  response.end(body);
}
