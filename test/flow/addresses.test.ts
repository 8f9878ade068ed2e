import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFilmHouse } from '../helpers/filmHouse.ts';
import { makeDataDir, type Product, startProduct } from '../helpers/product.ts';

let house: Awaited<ReturnType<typeof startFilmHouse>>;
let data: Awaited<ReturnType<typeof makeDataDir>>;
let product: Product;

beforeAll(async () => {
  house = await startFilmHouse();
  data = await makeDataDir(`${house.statusYaml}locales: [en, de]\n`);
  product = await startProduct(data.dir);
}, 60_000);

afterAll(async () => {
  await product?.kill();
  await house?.stop();
  await data?.remove();
});

type Reply = { status: number; headers: NodeJS.Dict<string | string[]>; body: string };

/** Asks exactly what is given: no client tidies the address. */
function ask(path: string, { method = 'GET', headers = {}, body = '' } = {}): Promise<Reply> {
  const { port } = new URL(product.url);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    })
      .on('error', reject)
      .end(body);
  });
}

const html = { headers: { accept: 'text/html,*/*' } };

describe('an address that leads nowhere', () => {
  const nowhere = [
    '/xx',
    '/fr',
    '/de/nothing',
    '/de/de',
    '/en',
    '/components/nothing',
    '/components/',
    '/components/submissions/more',
    '/components/%E0%A4%A',
    '/incidents/000000000000',
    '/incidents/..%2f..%2fetc%2fpasswd',
    '/incidents/%00',
    '/postmortems/_template',
    '/postmortems/README',
    '/history/2026-13',
    '/history/9999-01',
    '/history/-1',
    '/badge/nothing.svg',
    '/badge/submissions.png',
    '/calendar/x',
    '/.well-known/nothing',
    '//evil.example',
    '//evil.example/..',
    '/%2f%2fevil.example',
    '/..//evil.example',
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%c0%af..%c0%afetc/passwd',
    '/.env',
    '/server.json',
    '/site/manifest.json',
    '/status.yaml',
    '/%',
    '/%ff%fe',
    '/ü'.normalize('NFD').replace(/[^\x20-\x7e]/g, '%CC%88'),
    `/${'a'.repeat(8_000)}`,
    '/index.html',
    '/404',
  ];

  it.each(nowhere)('is answered with 404, from here and never kept: %s', async (path) => {
    for (const options of [{}, html]) {
      const { status, headers } = await ask(path, options);
      expect(status).toBe(404);
      expect(headers['location']).toBeUndefined();
      expect(headers['set-cookie']).toBeUndefined();
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('is no address at all with a backslash, which some would take for a slash', async () => {
    const { status, headers } = await ask('/\\evil.example', html);
    expect(status).toBe(400);
    expect(headers['location']).toBeUndefined();
    expect(headers['cache-control']).toBe('no-store');
  });

  it('shows a reader the state of things, and a program a problem', async () => {
    expect((await ask('/components/nothing', html)).body).toContain('There is no such page');
    const { headers, body } = await ask('/api/v1/nothing');
    expect(headers['content-type']).toContain('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status: 404 });
  });

  it('is refused when it is longer than any of ours', async () => {
    const { status, headers } = await ask(`/${'a'.repeat(20_000)}`);
    expect(status).toBe(431);
    expect(headers['cache-control']).toBe('no-store');
  });
});

it('unknown queries change nothing, and none makes an address of ours another one', async () => {
  const home = await ask('/');
  for (const query of ['?x=1', '?page=-1', '?__proto__=x', '?component=nothing', '?%00', `?${'x'.repeat(4_000)}`])
    expect((await ask(`/${query}`)).body, query).toBe(home.body);
  const feed = await ask('/history.atom');
  for (const query of ['?per=nothing', '?x', '?per=', '?per[]=update'])
    expect((await ask(`/history.atom${query}`)).body, query).toBe(feed.body);
  expect((await ask('/history.atom?component=nothing')).status).toBe(404);
});

it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'TRACE', 'QUERY', 'OPTIONS'])(
  '%s does nothing to a page, and is no error of ours',
  async (method) => {
    for (const path of ['/', '/history', '/feed.json', '/badge.svg', '/incidents/000000000000']) {
      const { status, headers } = await ask(path, { method });
      expect([204, 400, 401, 403, 404, 405, 501]).toContain(status);
      if (status >= 400) expect(headers['cache-control']).toBe('no-store');
    }
  },
);

describe('what comes with a request', () => {
  const noise: Record<string, string>[] = [
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher', 'x-forwarded-port': '1' },
    { 'x-forwarded-for': '1.2.3.4, evil', forwarded: 'host=evil.example;proto=https' },
    { 'x-original-url': '/staff', 'x-rewrite-url': '/staff', 'x-http-method-override': 'DELETE' },
    { host: 'evil.example' },
    { 'if-match': '"garbage"' },
    { 'if-match': '*', 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
    { 'if-none-match': 'garbage, W/, "' },
    { 'if-modified-since': 'not a date' },
    { range: 'bytes=0-10' },
    { range: 'bytes=-1,0-0,5-', 'if-range': '"x"' },
    { cookie: 'session=1; __Host-staff=x; locale=de' },
    { authorization: 'Bearer x' },
    { accept: 'application/json' },
    { accept: 'image/*;q=bogus' },
    { 'accept-language': 'de, *;q=0.1' },
    { 'user-agent': '<script>alert(1)</script>' },
    { origin: 'https://evil.example', referer: 'https://evil.example/' },
    { expect: 'x' },
  ];

  it.each(noise.map((headers) => [JSON.stringify(headers), headers]))(
    'changes neither the bytes of a page nor what a cache knows them by: %s',
    async (_, headers) => {
      for (const path of ['/', '/history.atom', '/api/v2/summary.json', '/badge.svg', '/embed/script.js']) {
        const [bare, noisy] = [await ask(path), await ask(path, { headers })];
        if ('expect' in headers) {
          expect(noisy.status).toBe(417);
          continue;
        }
        expect(noisy.status).toBe(200);
        expect(noisy.body).toBe(bare.body);
        for (const name of ['etag', 'vary', 'cache-control', 'content-type', 'location', 'set-cookie'])
          expect(noisy.headers[name]).toEqual(bare.headers[name]);
      }
    },
  );

  it('does not reach the page for what does not exist either', async () => {
    const bare = await ask('/nothing', html);
    const noisy = await ask('/nothing', {
      headers: { ...html.headers, 'x-forwarded-host': 'evil.example', host: 'evil.example', cookie: 'a=b' },
    });
    expect(noisy.body).toBe(bare.body);
    expect(noisy.body).not.toContain('evil');
  });
});
