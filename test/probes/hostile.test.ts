import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findingOf } from '../helpers/finding.ts';
import { drip, pour, startRawHttpTarget, startTcpTarget } from '../helpers/target.ts';

const ok = { outcome: 'ok', latencyMs: expect.any(Number), reason: null };
const fail = (reason: RegExp) => ({ outcome: 'fail', latencyMs: null, reason: expect.stringMatching(reason) });

const head = 'HTTP/1.1 200 OK\r\nconnection: close\r\n';
const whole = `${head}content-length: 4\r\n\r\nfine`;

/** What a target does once a request has come, and what the look makes of it. */
const scripts: [name: string, script: (socket: Socket) => void, finding: object][] = [
  ['says nothing', () => {}, fail(/^timeout: no complete header within \d+ ms$/)],
  ['resets', (socket) => socket.resetAndDestroy(), fail(/^http: connection reset$/)],
  ['hangs up', (socket) => socket.end(), fail(/^http: connection reset$/)],
  [
    'speaks another protocol',
    (socket) => socket.end('220 mail.example ESMTP\r\n'),
    fail(/^http: the answer is not valid HTTP/),
  ],
  ['drips its header', (socket) => drip(socket, whole, 200), fail(/^timeout: no complete header within \d+ ms$/)],
  [
    'drips its body',
    (socket) => {
      socket.write(`${head}content-length: 400\r\n\r\n`);
      drip(socket, '.'.repeat(400), 200);
    },
    fail(/^timeout: the body did not end within \d+ ms$/),
  ],
  [
    'stops in its body',
    (socket) => void socket.write(`${head}content-length: 400\r\n\r\nhalf`),
    fail(/^timeout: the body did not end within \d+ ms$/),
  ],
  ['hangs up in its body', (socket) => socket.end(`${head}content-length: 400\r\n\r\nhalf`), fail(/^body: /)],
  [
    'resets in its body',
    (socket) =>
      socket.write(`${head}content-length: 400\r\n\r\nhalf`, () => setTimeout(() => socket.resetAndDestroy(), 50)),
    fail(/^body: connection reset$/),
  ],
  [
    'sends a chunk of no size',
    (socket) => socket.end(`${head}transfer-encoding: chunked\r\n\r\n4\r\nfine\r\nnot a size\r\n`),
    fail(/^http: the answer is not valid HTTP \(HPE_INVALID_CHUNK_SIZE\)$/),
  ],
  [
    'sends a chunk of no size later',
    (socket) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n4\r\nfine\r\n`);
      setTimeout(() => socket.end('not a size\r\n'), 50);
    },
    fail(/^http: the answer is not valid HTTP \(HPE_INVALID_CHUNK_SIZE\)$/),
  ],
  [
    'sends a header of 100 kB',
    (socket) => socket.end(`${head}x-long: ${'x'.repeat(100_000)}\r\ncontent-length: 4\r\n\r\nfine`),
    fail(/^http: the header is larger than 16 kB$/),
  ],
  [
    'sends headers without end',
    (socket) => {
      socket.write(head);
      pour(socket, 'x-more: and more\r\n');
    },
    fail(/^http: the header is larger than 16 kB$/),
  ],
  [
    'sends interim answers without end',
    (socket) => pour(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n'),
    fail(/^http: too many interim answers/),
  ],
  [
    'gives two lengths',
    (socket) => socket.end(`${head}content-length: 4\r\ncontent-length: 5\r\n\r\nfine`),
    fail(/^http: the answer is not valid HTTP/),
  ],
  [
    'switches protocols',
    (socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: film\r\n\r\n'),
    fail(/^http: the target switched to another protocol$/),
  ],
  ['sends more than it said', (socket) => socket.end(`${whole}and more`), ok],
  ['sends 204 with a body', (socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\nno content?'), ok],
  [
    'sends a body without end',
    (socket) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
      pour(socket, `4000\r\n${'.'.repeat(0x4000)}\r\n`);
    },
    ok,
  ],
];

describe('a web target that', () => {
  it.each(scripts)('%s', async (_, script, finding) => {
    const url = await startRawHttpTarget(script);
    expect(await findingOf('http', { url }, { timeoutMs: 1_000 })).toEqual(finding);
  });

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

  const zeros = Buffer.alloc(100_000_000);
  it.each([
    ['gzip', () => gzipSync(zeros)],
    ['br', () => brotliCompressSync(zeros, { params: { 1: 1 } })],
  ])('that explodes (%s) is cut at 64 kB, whatever it would become', async (coding, bomb) => {
    const url = await coded(coding, bomb());
    const before = process.memoryUsage().rss;
    expect(await findingOf('http', { url, contains: 'a' })).toMatchObject({
      outcome: 'fail',
      reason: 'body: "a" is not in the first 64 kB of the body',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
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
