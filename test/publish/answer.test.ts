import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answer, notFound, send, type VisitorRequest } from '#publish/answer.ts';
import { openSite, type Site } from '#publish/site.ts';
import { listeningLog, pagePolicy, siteOf, temporaryDir } from '../helpers/site.ts';
import { component, friday, incident, snapshot, updates } from '../helpers/snapshot.ts';

const night = snapshot({
  components: [component('Submissions', { state: 'major_outage' }), component('Payments')],
  incidents: [incident('Submissions fail', updates(['investigating', 'We are looking.', 0]))],
});
const site: Site = await siteOf(night);
const fresh = night.generatedAt + 1_000;
const incidentPath = `/incidents/${night.incidents[0]?.id}`;

function ask(url: string, headers: VisitorRequest['headers'] = {}, method = 'GET', now = fresh) {
  const found = answer(site, { method, url, headers }, now);
  if (found instanceof Promise) throw new Error(`${url} was not answered at once`);
  return found;
}

function header(url: string, name: string, headers?: VisitorRequest['headers']): string | undefined {
  return ask(url, headers)?.headers[name];
}

describe('answer', () => {
  it.each([
    ['/', '/'],
    ['/?utm_source=mail', '/'],
    ['/history', '/history'],
    ['/history/', '/history'],
    ['/history?page=2', '/history'],
    [incidentPath, incidentPath],
    ['/components/payments', '/components/payments'],
    ['/confirm/abc.def-_', '/subscribe/confirm'],
    ['/confirm/abc?x=1', '/subscribe/confirm'],
    ['/u/abc.def', '/subscribe/unsubscribe'],
    ['/u/abc/', '/subscribe/unsubscribe'],
  ])('it serves %s with the page of %s', (url, path) => {
    expect(ask(url)).toMatchObject({ status: 200 });
    expect(ask(url)?.body?.toString()).toContain(`<title>${path}</title>`);
  });

  it.each([
    '/nowhere',
    '/404',
    '//evil.example',
    '//evil.example/..',
    '//',
    '/history//',
    '/%68istory',
    '/../history',
    'http://evil.example/',
    '*',
    '',
    '/confirm/',
    '/confirm/a/b',
    '/u',
    '/incidents/',
    '/history.rss?component=nobody',
    '/__proto__',
    '/staff',
  ])('it leaves %s to others', (url) => {
    expect(ask(url)).toBeNull();
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT', 'get'])('it leaves %s to others', (method) => {
    expect(ask('/', {}, method)).toBeNull();
    expect(ask('/api/v2/status.json', {}, method)).toBeNull();
  });

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['br;q=0.5, gzip;q=0.9', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.001', 'br'],
    ['gzip ; q=0.5 , br; q=0.5', 'br'],
    ['identity', undefined],
    ['identity, br;q=0.5', undefined],
    ['identity;q=0.5, gzip', 'gzip'],
    ['deflate, zstd', undefined],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['br;q=0, *', 'gzip'],
    ['gzip;q=0, identity;q=0', undefined],
    ['gzip;q=nonsense', undefined],
    [',,;;q=1', undefined],
  ])('it answers Accept-Encoding %s with %s', (accepted, encoding) => {
    const headers = accepted === undefined ? {} : { 'accept-encoding': accepted };
    expect(header('/', 'content-encoding', headers)).toBe(encoding);
  });

  it('it gives the same text in every encoding, each with its own strong tag and length', () => {
    const plain = ask('/');
    const gzipped = ask('/', { 'accept-encoding': 'gzip' });
    const brotli = ask('/', { 'accept-encoding': 'br' });
    expect(gunzipSync(gzipped?.body ?? '')).toEqual(plain?.body);
    expect(brotliDecompressSync(brotli?.body ?? '')).toEqual(plain?.body);
    const tags = [plain, gzipped, brotli].map((one) => one?.headers['etag']);
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) expect(tag).toMatch(/^"[\w-]+"$/);
    for (const one of [plain, gzipped, brotli]) expect(one?.headers['content-length']).toBe(String(one?.body?.length));
  });

  it('it answers 304 when one of the tags is ours, weak or strong, and only for the encoding asked for', () => {
    const tag = header('/', 'etag', { 'accept-encoding': 'br' }) ?? '';
    const status = (ifNoneMatch: string, accepted = 'br') =>
      ask('/', { 'accept-encoding': accepted, 'if-none-match': ifNoneMatch })?.status;
    expect(status(tag)).toBe(304);
    expect(status(`W/${tag}`)).toBe(304);
    expect(status(`"other", W/"more,with,commas" , ${tag}`)).toBe(304);
    expect(status('*')).toBe(304);
    expect(status('"other"')).toBe(200);
    expect(status('')).toBe(200);
    expect(status(tag.slice(0, -1))).toBe(200);
    expect(status(tag, 'gzip')).toBe(200);
  });

  it('it repeats the validators and nothing about a body in a 304', () => {
    const unchanged = ask('/', { 'if-none-match': '*' });
    expect(unchanged?.body).toBeNull();
    expect(unchanged?.headers).toEqual({
      etag: header('/', 'etag'),
      'cache-control': header('/', 'cache-control'),
      vary: 'Accept-Encoding',
    });
  });

  it('it answers HEAD with the headers of GET and no body', () => {
    for (const url of ['/', '/api/v2/components.json', '/history.atom'])
      expect(ask(url, {}, 'HEAD')).toEqual({ ...ask(url), body: null });
    expect(ask('/', { 'if-none-match': '*' }, 'HEAD')?.status).toBe(304);
  });

  it('lets a badge that may be old say that nothing is known', () => {
    const old = fresh + 200_000;
    expect(ask('/badge/submissions.json')?.body?.toString()).toContain('"message":"major outage"');
    expect(ask('/badge/submissions.json', {}, 'GET', old)?.body?.toString()).toContain('"message":"unknown"');
    expect(ask('/badge.svg', {}, 'GET', old)?.body?.toString()).toContain('<title>Lanterna status: unknown</title>');
  });

  it('it tells caches to keep pages through an outage, feeds a minute, and token pages not at all', () => {
    const brief = 'public, max-age=5, s-maxage=10, stale-while-revalidate=60, stale-if-error=86400';
    for (const url of ['/', '/history', '/api/v2/summary.json']) expect(header(url, 'cache-control')).toBe(brief);
    expect(header('/feed.json', 'cache-control')).toMatch(/^public, max-age=60,/);
    expect(header('/confirm/token', 'cache-control')).toBe('no-store');
    for (const url of ['/', '/history.rss', '/u/x']) expect(header(url, 'vary')).toBe('Accept-Encoding');
  });

  it('it carries the policy of the render, closed to frames, and no cookie', () => {
    expect(header('/', 'content-security-policy')).toBe(`${pagePolicy}; frame-ancestors 'none'`);
    expect(header('/feed.json', 'content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    for (const url of ['/', '/history.rss', '/u/x', '/api/v2/status.json']) {
      expect(header(url, 'x-content-type-options')).toBe('nosniff');
      expect(header(url, 'cross-origin-opener-policy')).toBe('same-origin');
      expect(header(url, 'permissions-policy')).toContain('camera=()');
      expect(Object.keys(ask(url)?.headers ?? {})).not.toContain('set-cookie');
    }
  });

  it('it lets no token leak through the referrer', () => {
    expect(header('/confirm/token', 'referrer-policy')).toBe('no-referrer');
    expect(header('/u/token', 'referrer-policy')).toBe('no-referrer');
    expect(header('/', 'referrer-policy')).toBe('strict-origin-when-cross-origin');
  });

  it('it lets scripts of other sites read JSON and feeds, and only those', () => {
    for (const url of ['/api/v2/status.json', '/history.rss', '/history.atom?per=update', '/feed.json']) {
      expect(header(url, 'access-control-allow-origin')).toBe('*');
      expect(ask(url, { 'if-none-match': '*' })?.headers['access-control-allow-origin']).toBe('*');
      expect(ask(url, {}, 'OPTIONS')).toMatchObject({
        status: 204,
        body: null,
        headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' },
      });
    }
    expect(header('/', 'access-control-allow-origin')).toBeUndefined();
    expect(ask('/', {}, 'OPTIONS')).toBeNull();
    expect(ask('/api/v2/subscribers.json', {}, 'OPTIONS')).toBeNull();
  });

  it('it sends the whole page to those who ask for a part', () => {
    const part = ask('/', { range: 'bytes=0-10' });
    expect(part).toMatchObject({ status: 200, headers: { 'accept-ranges': 'none' } });
    expect(part?.body).toEqual(ask('/')?.body);
  });

  it('it finds feeds by what is asked of them, in any order, and ignores the rest', () => {
    const text = (url: string) => ask(url)?.body?.toString();
    const narrow = text('/history.rss?component=payments&per=update');
    expect(narrow).toContain('component=payments&amp;per=update');
    expect(text('/history.rss?per=update&x=1&component=payments')).toBe(narrow);
    expect(text('/history.rss?per=day&page=2')).toBe(text('/history.rss'));
    expect(text('/history.rss?per=update')).not.toBe(text('/history.rss'));
    expect(text('/calendar.ics?component=payments&per=update')).toContain('component=payments');
    expect(text('/calendar.ics?per=update&x=1')).toBe(text('/calendar.ics'));
    expect(ask('/calendar.ics?component=nothing')).toBeNull();
  });

  it('it finds the feeds of each language, and those of a component in the default one alone', async () => {
    const both = await siteOf({ ...night, page: { ...night.page, locales: ['en', 'es'] } });
    const text = (url: string) => {
      const found = answer(both, { method: 'GET', url, headers: {} }, fresh);
      return found instanceof Promise ? undefined : found?.body?.toString();
    };
    expect(text('/es/history.rss')).toContain('/es/incidents/');
    expect(text('/es/history.rss?x=1&per=update')).toBe(text('/es/history.rss?per=update'));
    expect(text('/es/history.rss?per=update')).not.toBe(text('/es/history.rss'));
    for (const url of ['/es/history.rss?component=payments', '/en/history.rss', '/ru/feed.json', '/es/es/feed.json'])
      expect(text(url)).toBeUndefined();
  });

  it('it leaves the choice of a language to whoever can look it up', async () => {
    const both = await siteOf({ ...night, page: { ...night.page, locales: ['en', 'es'] } });
    expect(both.peek('/language')?.bodies.identity.toString()).toContain('<title>/language</title>');
    expect(answer(both, { method: 'GET', url: '/language?to=/history', headers: {} }, fresh)).toBeNull();
  });

  it('it answers feed readers that only know dates', () => {
    const changed = header('/history.rss', 'last-modified') ?? '';
    expect(new Date(changed).getTime()).toBe(night.generatedAt);
    const status = (since: string) => ask('/history.rss', { 'if-modified-since': since })?.status;
    expect(status(changed)).toBe(304);
    expect(status(new Date(night.generatedAt + 60_000).toUTCString())).toBe(304);
    expect(status(new Date(night.generatedAt - 1_000).toUTCString())).toBe(200);
    expect(status('yesterday')).toBe(200);
    expect(ask('/history.rss', { 'if-modified-since': changed, 'if-none-match': '"other"' })?.status).toBe(200);
    expect(ask('/', { 'if-modified-since': changed })?.status).toBe(200);
  });

  it('it says in the page itself that updates may be delayed once the heartbeat is three minutes old', () => {
    const words = 'class="stale"';
    const late = (url: string, headers = {}) => ask(url, headers, 'GET', night.generatedAt + 180_001);
    expect(ask('/', {}, 'GET', night.generatedAt + 180_000)?.body?.toString()).not.toContain(words);
    expect(late('/')?.body?.toString()).toContain(`<html lang="en" ${words}>`);
    expect(gunzipSync(late('/', { 'accept-encoding': 'gzip' })?.body ?? '').toString()).toContain(words);
    expect(late('/')?.headers['etag']).not.toBe(header('/', 'etag'));
    expect(late('/', { 'if-none-match': header('/', 'etag') })?.status).toBe(200);
    expect(late('/')).toBe(late('/'));
    expect(late('/api/v2/status.json')).toBe(ask('/api/v2/status.json'));
  });
});

describe('notFound', () => {
  it('it gives the published page as a 404 that nobody keeps', async () => {
    const missing = await notFound(site, '/nothing');
    expect(missing?.status).toBe(404);
    expect(missing?.headers.get('cache-control')).toBe('no-store');
    expect(missing?.headers.get('content-encoding')).toBeNull();
    expect(await missing?.text()).toContain('<title>/404</title>');
    expect((await notFound(site, '/nothing', 'br'))?.headers.get('content-encoding')).toBe('br');
  });

  it('it has nothing to give before anything was published', async () => {
    const empty = await openSite({ dir: await temporaryDir(), log: listeningLog().log });
    expect(await notFound(empty, '/nothing')).toBeNull();
  });
});

describe('send', () => {
  it('it speaks HTTP that a client reads: GET, HEAD, 304 and a preflight', async () => {
    const server = createServer(async (asked, response) => {
      const ready = await answer(site, asked, friday);
      if (ready) send(response, ready);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const fetched = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'accept-encoding': 'br' } });
    expect(fetched.headers.get('content-encoding')).toBe('br');
    expect(await fetched.text()).toContain('<title>/</title>');
    const raw = (method: string, path: string, headers = {}) =>
      new Promise<{ status: number | undefined; length: number }>((resolve, reject) => {
        const sent = request({ port, host: '127.0.0.1', method, path, headers }, async (response) => {
          let length = 0;
          for await (const chunk of response) length += chunk.length;
          resolve({ status: response.statusCode, length });
        });
        sent.on('error', reject).end();
      });
    expect(await raw('HEAD', '/')).toEqual({ status: 200, length: 0 });
    expect(await raw('GET', '/', { 'if-none-match': '*' })).toEqual({ status: 304, length: 0 });
    expect(await raw('OPTIONS', '/feed.json')).toEqual({ status: 204, length: 0 });
    expect(await raw('GET', '//evil.example')).toEqual({ status: 404, length: 0 });
  });
});
