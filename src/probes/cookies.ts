import { CookieJar } from 'tough-cookie';
import type { Cookies } from './follow.ts';

/** Cookies of one journey, kept as a browser would (RFC 6265) and forgotten with it. What makes no sense is left out. */
export function createCookies(): Cookies {
  const jar = new CookieJar(undefined, { looseMode: true });
  return {
    headerFor: ({ href }) => jar.getCookieStringSync(href) || undefined,
    keep({ href }, { headers }) {
      for (const cookie of headers['set-cookie'] ?? []) jar.setCookieSync(cookie, href, { ignoreError: true });
    },
  };
}
