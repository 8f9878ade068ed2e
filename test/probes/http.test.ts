import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { findingOf } from '../helpers/finding.ts';
import { closedPort, startHttpTarget } from '../helpers/target.ts';

const ok = { outcome: 'ok', latencyMs: expect.any(Number), reason: null };
const fail = (reason: string) => ({ outcome: 'fail', latencyMs: expect.any(Number), reason });
const failWithoutAnswer = (reason: string) => ({ outcome: 'fail', latencyMs: null, reason });

const answering = (status: number, body = '') => startHttpTarget((_, response) => response.writeHead(status).end(body));

describe('the status of an answer', () => {
  it.each([
    [200, undefined],
    [299, undefined],
    [204, 204],
    [204, '204'],
    [404, ['2xx', 404]],
    [503, '5XX'],
    [250, '200-299'],
    [401, ['200-299', '401']],
    [301, '3xx'],
  ])('%i is ok when %j is expected', async (status, expected) => {
    const url = await answering(status);
    expect(await findingOf('http', { url, ...(expected ? { status: expected } : {}) })).toEqual(ok);
  });

  it.each([
    [500, undefined, '2xx'],
    [404, undefined, '2xx'],
    [200, 204, '204'],
    [300, '200-299', '200-299'],
    [400, ['2xx', 404], '2xx, 404'],
  ])('%i fails when %j is expected', async (status, expected, said) => {
    const url = await answering(status);
    const finding = await findingOf('http', { url, ...(expected ? { status: expected } : {}) });
    expect(finding).toEqual(fail(`http: status ${status}, expected ${said}`));
  });
});

describe('the body of an answer', () => {
  const page = 'Ofícios do cinema: 12 films';

  it('must contain every expected text', async () => {
    const url = await answering(200, page);
    expect(await findingOf('http', { url, contains: 'Ofícios' })).toEqual(ok);
    expect(await findingOf('http', { url, contains: ['Ofícios', '12 films'] })).toEqual(ok);
    expect(await findingOf('http', { url, contains: ['Ofícios', '13 films'] })).toEqual(
      fail('body: "13 films" is not in the body'),
    );
  });

  it('must contain no unwanted text', async () => {
    const url = await answering(200, page);
    expect(await findingOf('http', { url, doesNotContain: 'Error' })).toEqual(ok);
    expect(await findingOf('http', { url, doesNotContain: ['Error', 'cinema'] })).toEqual(
      fail('body: "cinema" is in the body'),
    );
  });

  it('is searched in its first 64 kB', async () => {
    const url = await answering(200, `first${'.'.repeat(64 * 1024)}last`);
    expect(await findingOf('http', { url, contains: 'first', doesNotContain: 'last' })).toEqual(ok);
    expect(await findingOf('http', { url, contains: 'last' })).toEqual(
      fail('body: "last" is not in the first 64 kB of the body'),
    );
  });

  it('of a HEAD request is empty', async () => {
    const url = await startHttpTarget((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end());
    expect(await findingOf('http', { url, method: 'HEAD' })).toEqual(ok);
  });
});

describe('the speed of an answer', () => {
  const slowUrl = () => startHttpTarget((_, response) => setTimeout(() => response.end(), 120));

  it('above the limit is degraded', async () => {
    expect(await findingOf('http', { url: await slowUrl(), degradedOverMs: 50 })).toEqual({
      outcome: 'degraded',
      latencyMs: expect.any(Number),
      reason: expect.stringMatching(/^slow: \d+ ms, expected at most 50 ms$/),
    });
  });

  it('below the limit is ok, and is at least what the target took', async () => {
    const finding = await findingOf('http', { url: await slowUrl(), degradedOverMs: 60_000 });
    expect(finding).toEqual(ok);
    expect(finding.latencyMs).toBeGreaterThanOrEqual(118);
  });

  it('does not excuse a wrong answer', async () => {
    const url = await startHttpTarget((_, response) => setTimeout(() => response.writeHead(500).end(), 60));
    expect(await findingOf('http', { url, degradedOverMs: 10 })).toMatchObject({ outcome: 'fail' });
  });
});

it('sends method, headers and body as told, and asks for no compression', async () => {
  let seen: IncomingMessage | undefined;
  let body = '';
  const url = await startHttpTarget(async (request, response) => {
    seen = request;
    for await (const chunk of request) body += chunk;
    response.end();
  });
  const headers = { 'X-Festival': 'Lisboa', 'Content-Type': 'application/json', 'X-Number': 7 };
  const settings = { url: `${url}films?year=2026`, method: 'POST', headers, body: '{"title":"Ofício"}' };
  expect(await findingOf('http', settings)).toEqual(ok);
  expect(body).toBe('{"title":"Ofício"}');
  expect(seen).toMatchObject({ method: 'POST', url: '/films?year=2026' });
  expect(seen?.headers).toMatchObject({
    'x-festival': 'Lisboa',
    'x-number': '7',
    'content-type': 'application/json',
    'content-length': '19',
    'accept-encoding': 'identity',
    connection: 'close',
    host: new URL(url).host,
  });
});

it('fails at a port where nobody listens', async () => {
  const finding = await findingOf('http', { url: `http://127.0.0.1:${await closedPort()}/` });
  expect(finding).toEqual(failWithoutAnswer('connect: connection refused'));
});

describe('a redirect', () => {
  const redirecting = (location: string, status = 302) =>
    startHttpTarget((_, response) => response.writeHead(status, { location }).end());

  it('is followed to the answer that counts', async () => {
    const end = await answering(200, 'arrived');
    const url = await redirecting(await redirecting(end, 308), 301);
    expect(await findingOf('http', { url, contains: 'arrived' })).toEqual(ok);
  });

  it('is not followed when its own status is expected', async () => {
    expect(await findingOf('http', { url: await redirecting('http://127.0.0.1:1/', 301), status: 301 })).toEqual(ok);
  });

  it('is followed five times and no more', async () => {
    const counting = (hops: number) =>
      startHttpTarget(({ url = '/' }, response) => {
        const hop = Number(url.slice(1));
        if (hop === hops) response.end();
        else response.writeHead(302, { location: `/${hop + 1}` }).end();
      });
    expect(await findingOf('http', { url: `${await counting(5)}0` })).toEqual(ok);
    expect(await findingOf('http', { url: `${await counting(6)}0` })).toEqual(
      failWithoutAnswer('redirect: more than 5 in a row'),
    );
  });

  it('in a circle fails', async () => {
    const url = await startHttpTarget((_, response) => response.writeHead(307, { location: '/' }).end());
    expect(await findingOf('http', { url })).toEqual(failWithoutAnswer('redirect: more than 5 in a row'));
  });

  it.each([
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:a00:1]/',
    '//192.168.0.1/',
    'http://0xa.1/',
  ])('to %s is blocked, which is not a failure', async (location) => {
    expect(await findingOf('http', { url: await redirecting(location) })).toEqual({
      outcome: 'unknown',
      latencyMs: null,
      reason: expect.stringMatching(/^blocked: .* is not public: /),
    });
  });

  it.each([
    ['file:///etc/passwd', 'redirect: its location is not a web address'],
    ['gopher://127.0.0.1/', 'redirect: its location is not a web address'],
    ['http://127.0.0.1:0/', 'redirect: its location is not a web address'],
    ['http://', 'redirect: its location is not a web address'],
    ['http://user:word@127.0.0.1/', 'redirect: its location carries a password'],
  ])('to %s fails', async (location, reason) => {
    expect(await findingOf('http', { url: await redirecting(location) })).toEqual(failWithoutAnswer(reason));
  });

  it('without a location fails', async () => {
    expect(await findingOf('http', { url: await answering(302) })).toEqual(
      failWithoutAnswer('redirect: it names no location'),
    );
  });

  it('turns a POST into a GET, and 307 does not', async () => {
    const seen: string[] = [];
    const end = await startHttpTarget(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push(`${request.method} ${body}`);
      response.end();
    });
    for (const status of [301, 302, 303, 307, 308])
      await findingOf('http', { url: await redirecting(end, status), method: 'POST', body: 'film' });
    expect(seen).toEqual(['GET ', 'GET ', 'GET ', 'POST film', 'POST film']);
  });

  describe('with secret headers', () => {
    const headers = { Authorization: 'Bearer sesame', Cookie: 'a=b', 'X-Key': 'sesame', 'X-Festival': 'Lisboa' };
    const recording = async () => {
      const requests: IncomingMessage['headers'][] = [];
      const url = await startHttpTarget((request, response) => {
        requests.push(request.headers);
        response.end();
      });
      return { url, requests };
    };

    it('to another host carries none of them', async () => {
      const { url: end, requests } = await recording();
      const finding = await findingOf('http', { url: await redirecting(end), headers, secretHeaders: ['X-Key'] });
      expect(finding).toEqual(ok);
      expect(requests).toHaveLength(1);
      expect(requests[0]).toMatchObject({ 'x-festival': 'Lisboa', host: new URL(end).host });
      for (const name of ['authorization', 'cookie', 'x-key']) expect(requests[0]).not.toHaveProperty(name);
    });

    it('to another host and back carries none of them', async () => {
      const { url: end, requests } = await recording();
      await findingOf('http', { url: await redirecting(await redirecting(end)), headers });
      expect(requests[0]).not.toHaveProperty('authorization');
    });

    it('on the same host carries them', async () => {
      const requests: IncomingMessage['headers'][] = [];
      const url = await startHttpTarget((request, response) => {
        requests.push(request.headers);
        if (request.url === '/end') response.end();
        else response.writeHead(302, { location: '/end' }).end();
      });
      await findingOf('http', { url, headers });
      expect(requests[1]).toMatchObject({ authorization: 'Bearer sesame', cookie: 'a=b', 'x-key': 'sesame' });
    });
  });
});
