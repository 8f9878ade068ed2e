import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findingOf } from '../helpers/finding.ts';
import { head, startRenegotiatingTarget, tlsTargets, webScripts, whole } from '../helpers/hostileTarget.ts';
import { startHttpTarget, startRawHttpTarget, startTcpTarget } from '../helpers/target.ts';

const ok = { outcome: 'ok', latencyMs: expect.any(Number), reason: null };
const fail = (reason: RegExp) => ({ outcome: 'fail', latencyMs: null, reason: expect.stringMatching(reason) });

/** How each kind looks at a web address, and which part of the look its reasons name. */
const webKinds: [
  kind: string,
  settings: (url: string, conditions?: object) => Record<string, unknown>,
  part: string,
][] = [
  ['http', (url, conditions) => ({ url, ...conditions }), ''],
  ['journey', (url, conditions) => ({ steps: [{ name: 'look', url, ...conditions }] }), 'in step "look", '],
];

/** The same reason, with the part of the look that it is about. */
const inPart = (reason: RegExp, part: string) =>
  new RegExp(reason.source.replaceAll(/(?<=[\^(|])\w+: /g, (label) => label + part));

describe.each(webKinds)('to a look of kind %s, a web target that', (kind, settings, part) => {
  it.each(webScripts)('%s', async (_, script, reason) => {
    const url = await startRawHttpTarget(script);
    const finding = await findingOf(kind, settings(url), { timeoutMs: 1_000 });
    expect(finding).toEqual(reason === null ? ok : fail(inPart(reason, part)));
  });

  const zeros = Buffer.alloc(100_000_000);
  it.each([
    ['gzip', () => gzipSync(zeros)],
    ['br', () => brotliCompressSync(zeros, { params: { 1: 1 } })],
  ])('sends a body that explodes (%s) is cut at 64 kB, whatever it would become', async (coding, bomb) => {
    const body = bomb();
    const url = await startRawHttpTarget((socket) => {
      socket.write(`${head}content-encoding: ${coding}\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.end(body);
    });
    const before = process.memoryUsage().rss;
    expect(await findingOf(kind, settings(url, { contains: 'a', matches: 'b' }))).toMatchObject({
      outcome: 'fail',
      reason: `body: ${part}"a" is not in the first 64 kB of the body`,
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  it('redirects inside is blocked, which is not its failure', async () => {
    const url = await startHttpTarget((_, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end(),
    );
    expect(await findingOf(kind, settings(url))).toEqual({
      outcome: 'unknown',
      latencyMs: null,
      reason: expect.stringContaining(`blocked: ${part}169.254.169.254 is not public: `),
    });
  });

  it('redirects in a circle is left after five', async () => {
    let asked = 0;
    const url = await startHttpTarget((_, response) => {
      asked += 1;
      response.writeHead(302, { location: '/', 'set-cookie': `n=${asked}` }).end();
    });
    expect(await findingOf(kind, settings(url))).toEqual(fail(inPart(/^redirect: more than 5 in a row$/, part)));
    expect(asked).toBe(6);
  });

  it('redirects to another host is told no secrets there', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const other = await startHttpTarget((request, response) => {
      seen.push(request.headers);
      response.end();
    }, '::1');
    const url = await startHttpTarget((_, response) =>
      response.writeHead(302, { location: other, 'set-cookie': 'session=sesame' }).end(),
    );
    const headers = { authorization: 'Bearer sesame', cookie: 'a=sesame', 'x-key': 'sesame' };
    expect(await findingOf(kind, settings(url, { headers, secretHeaders: ['x-key'] }))).toEqual(ok);
    expect(JSON.stringify(seen)).not.toContain('sesame');
    expect(seen).toHaveLength(1);
  });
});

/** How each kind looks at a port of TLS. */
const tlsKinds: [kind: string, settings: (port: number, tlsCa?: string) => Record<string, unknown>, part: string][] = [
  ['http', (port, tlsCa) => ({ url: `https://127.0.0.1:${port}/`, tlsCa }), ''],
  [
    'journey',
    (port, tlsCa) => ({ steps: [{ name: 'look', url: `https://127.0.0.1:${port}/` }], tlsCa }),
    'in step "look", ',
  ],
  ['tls', (port, tlsCa) => ({ host: '127.0.0.1', port, tlsCa }), 'at 127.0.0.1, '],
];

describe.each(tlsKinds)('to a look of kind %s, a target of TLS that', (kind, settings, part) => {
  it.each(tlsTargets)('%s', async (_, start, reason) => {
    const { port, tlsCa } = await start();
    const finding = await findingOf(kind, settings(port, tlsCa), { timeoutMs: 800 });
    expect(finding).toEqual(fail(inPart(reason, part)));
  });
});

it('a target of TLS that renegotiates without end is late, and no more', async () => {
  const { port, tlsCa } = await startRenegotiatingTarget();
  const finding = await findingOf('http', { url: `https://127.0.0.1:${port}/`, tlsCa }, { timeoutMs: 800 });
  expect(finding).toEqual(fail(/^(timeout: no complete header within \d+ ms|http: .*)$/));
});

describe('a web target that', () => {
  it('accepts and says nothing is late even when it never reads', async () => {
    const port = await startTcpTarget((socket) => void socket.pause());
    expect(await findingOf('http', { url: `http://127.0.0.1:${port}/` }, { timeoutMs: 500 })).toEqual(
      fail(/^timeout: /),
    );
  });

  it('answers and stays is left all the same', async () => {
    let closed: (() => void) | undefined;
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const url = await startRawHttpTarget((socket) => {
      socket.on('close', () => closed?.());
      socket.write(whole);
    });
    expect(await findingOf('http', { url })).toEqual(ok);
    await isClosed;
  });
});

describe('a compressed body', () => {
  const coded = (coding: string, body: Buffer) =>
    startRawHttpTarget((socket) => {
      socket.write(`${head}content-encoding: ${coding}\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.end(body);
    });
  const text = Buffer.from('twelve films');

  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
  ])('in %s is read, though it was not asked for', async (coding, body) => {
    expect(await findingOf('http', { url: await coded(coding, body), contains: 'twelve films' })).toEqual(ok);
  });

  it.each([
    ['gzip, gzip', gzipSync(gzipSync(text))],
    ['compress', text],
  ])('in %s is refused', async (coding, body) => {
    const finding = await findingOf('http', { url: await coded(coding, body) });
    expect(finding).toEqual(fail(/^body: its content-encoding .* was not asked for$/));
  });

  it.each([
    ['random', randomBytes(2_000)],
    ['cut', gzipSync(randomBytes(9_000)).subarray(0, 5_000)],
  ])('that is %s fails', async (_, body) => {
    expect(await findingOf('http', { url: await coded('gzip', body) })).toEqual(fail(/^body: it does not decompress/));
  });
});

describe('a look', () => {
  it('that is stopped is unknown', async () => {
    const stop = new AbortController();
    const url = await startRawHttpTarget(() => stop.abort());
    expect(await findingOf('http', { url }, { signal: stop.signal })).toEqual({
      outcome: 'unknown',
      latencyMs: null,
      reason: 'probe: stopped before it was done',
    });
  });
});
