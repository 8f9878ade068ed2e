import type { Answer, Ask } from './exchange.ts';
import { Miss } from './miss.ts';

/** The statuses that name another place (RFC 9110 section 15.4). */
const redirectStatuses = new Set([301, 302, 303, 307, 308]);

const alwaysSecret = ['authorization', 'cookie', 'proxy-authorization'];

/** A form sent to an address that moved is fetched from the new one (WHATWG Fetch, HTTP-redirect fetch step 12). */
function turnsIntoGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

function without(headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

/**
 * The request that follows a redirect, or null when the answer is none.
 * @param secretHeaders lower-case names that must not reach another host
 * @throws Miss for a redirect that no browser should be sent through
 */
export function followRedirect(ask: Ask, answer: Answer, secretHeaders: readonly string[]): Ask | null {
  if (!redirectStatuses.has(answer.status)) return null;
  const { location } = answer.headers;
  if (location === undefined) throw new Miss('fail', 'redirect: it names no location');
  const url = URL.parse(location, ask.url.href);
  if (url === null || !/^https?:$/.test(url.protocol) || url.port === '0')
    throw new Miss('fail', 'redirect: its location is not a web address');
  if (url.username !== '' || url.password !== '') throw new Miss('fail', 'redirect: its location carries a password');
  if (ask.url.protocol === 'https:' && url.protocol === 'http:') throw new Miss('fail', 'redirect: from https to http');
  const isGet = turnsIntoGet(answer.status, ask.method);
  const headers =
    url.host === ask.url.host ? ask.headers : without(ask.headers, [...alwaysSecret, ...secretHeaders, 'host']);
  return {
    method: isGet ? 'GET' : ask.method,
    url,
    headers: isGet ? without(headers, ['content-type']) : headers,
    body: isGet ? undefined : ask.body,
  };
}
