/**
 * What a published file is, as far as its headers go: an HTML page, a page that others may frame, a page reached
 * by a token from a mail, the page for what does not exist, a feed, Statuspage's JSON, a badge, the picture beside a
 * shared link, or a plain file.
 */
export const pageKinds = ['page', 'frame', 'token', 'missing', 'feed', 'api', 'badge', 'card', 'file'] as const;
export type PageKind = (typeof pageKinds)[number];

/** CSP (W3C, level 3) of what is not a page: it loads nothing and nobody frames it. */
export const closedPolicy = "default-src 'none'; frame-ancestors 'none'";

const brief = 'public, max-age=5, s-maxage=10, stale-while-revalidate=60, stale-if-error=86400';
/** RFC 9111 and RFC 5861: a dead origin behind a cache still shows its last page for a day. */
const cacheControl: Record<PageKind, string> = {
  page: brief,
  frame: brief,
  api: brief,
  file: brief,
  // Image proxies ask as often as this lets them.
  badge: 'public, max-age=60, stale-if-error=600',
  card: 'public, max-age=60, stale-while-revalidate=600, stale-if-error=86400',
  feed: 'public, max-age=60, stale-while-revalidate=60, stale-if-error=86400',
  // An address with a token in it belongs in nobody's cache.
  token: 'no-store',
  missing: 'no-store',
};

/** How long caches may keep a file of this kind. */
export function cacheControlOf(kind: PageKind): string {
  return cacheControl[kind];
}

/** True for what scripts of other sites may read. */
export function isShared(kind: PageKind): boolean {
  return kind === 'api' || kind === 'feed' || kind === 'badge';
}

const sharing = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'ETag, Last-Modified' };

/** Answer to a preflight (Fetch standard): validators are not safelisted, so a polling script asks first. */
export const preflightHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': '*',
  'access-control-max-age': '86400',
};

/** The headers a 304 repeats (RFC 9110 section 15.4.5). */
export function validatorHeaders(kind: PageKind, etag: string, changedAt: number): Record<string, string> {
  return {
    etag,
    'cache-control': cacheControl[kind],
    vary: 'Accept-Encoding',
    ...(kind === 'feed' ? { 'last-modified': new Date(changedAt).toUTCString() } : {}),
    ...(isShared(kind) ? sharing : {}),
  };
}

/** Nobody frames what is not made for it. */
function framingPolicy(kind: PageKind, policy: string): string {
  if (kind === 'frame') return `${policy.replace(/;? *frame-ancestors [^;]*/, '')}; frame-ancestors *`;
  return policy.includes('frame-ancestors') ? policy : `${policy}; frame-ancestors 'none'`;
}

/** The headers that say what a browser may do with a file of this kind. */
export function securityHeaders(kind: PageKind, policy: string): Record<string, string> {
  return {
    'content-security-policy': framingPolicy(kind, policy),
    'x-content-type-options': 'nosniff',
    'referrer-policy': kind === 'token' ? 'no-referrer' : 'strict-origin-when-cross-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    ...(kind === 'token' ? { 'x-robots-tag': 'noindex' } : {}),
  };
}
