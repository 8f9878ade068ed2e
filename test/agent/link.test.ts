import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { StartError } from '#core/error.ts';
import { LinkError, openLink, parseServer } from '../../src/agent/link.ts';
import { closedPort, startHttpTarget } from '../helpers/target.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A link to a server that answers as told. */
async function linkTo(answer: Answer) {
  const url = await startHttpTarget(answer);
  return openLink(new URL(url), 'imn_secret', 'lisbon', new AbortController().signal);
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

async function troubleOf(asking: Promise<unknown>): Promise<LinkError> {
  const error: unknown = await asking.catch((thrown: unknown) => thrown);
  if (error instanceof LinkError) return error;
  throw new Error(`expected a LinkError, found ${String(error)}`);
}

const probe = { id: 'mail/http', kind: 'http', config: {}, intervalMs: 30_000, timeoutMs: 10_000 };

describe('a server', () => {
  it.each([
    ['speaks no JSON', (_: IncomingMessage, response: ServerResponse) => void response.end('<html>')],
    ['leaves something out', json(200, { location: 'lisbon', revision: 'r1' })],
    [
      'wants looks without end',
      json(200, { location: 'lisbon', revision: 'r1', probes: [{ ...probe, intervalMs: 1 }] }),
    ],
    ['fails', json(500, {})],
    ['has no time', json(429, { detail: 'Too many tries.' })],
    [
      'hangs up in the middle',
      (_: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ] as [string, Answer][])('that %s counts as away, and is believed nothing', async (_, answer) => {
    const link = await linkTo(answer);
    expect((await troubleOf(link.pull(null))).kind).toBe('away');
  });

  it('that refuses is quoted', async () => {
    const link = await linkTo(json(403, { detail: 'This token speaks for another location.' }));
    const trouble = await troubleOf(link.pull(null));
    expect([trouble.kind, trouble.message]).toEqual(['refused', 'This token speaks for another location.']);
  });

  it('that is not there is away', async () => {
    const server = new URL(`http://127.0.0.1:${await closedPort()}`);
    const link = openLink(server, 'imn_secret', 'lisbon', new AbortController().signal);
    expect((await troubleOf(link.pull(null))).message).toContain('ECONNREFUSED');
  });

  it('that sends us on is not followed with the token', async () => {
    const seen: unknown[] = [];
    const other = await startHttpTarget((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const link = await linkTo((_, response) => void response.writeHead(307, { location: other }).end());
    expect((await troubleOf(link.pull(null))).kind).toBe('away');
    expect(seen).toEqual([]);
  });

  it('that says that nothing changed is not asked for more', async () => {
    const link = await linkTo((request, response) => {
      response.writeHead(request.headers['if-none-match'] === '"r1"' ? 304 : 500).end();
    });
    expect(await link.pull('r1')).toBeNull();
  });
});

describe('the time', () => {
  it('is that of the server when ours is off, and ours when it is not', async () => {
    let aheadMs = 3_600_000;
    const link = await linkTo((_, response) => {
      response.writeHead(304, { 'intermission-time': String(Date.now() + aheadMs) }).end();
    });
    await link.pull('r1');
    expect(Math.abs(link.now() - Date.now() - aheadMs)).toBeLessThan(1_000);
    aheadMs = 0;
    await link.pull('r1');
    expect(Math.abs(link.now() - Date.now())).toBeLessThan(50);
  });

  it('comes also with a refusal, so that the next try is dated right', async () => {
    const sent: number[] = [];
    const link = await linkTo(async (request, response) => {
      const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
      sent.push(JSON.parse(Buffer.concat(chunks).toString()).sentAt);
      json(
        422,
        { detail: 'The clock is off.' },
        { 'intermission-time': String(Date.now() + 3_600_000) },
      )(request, response);
    });
    const results = [{ probeId: 'mail/http', at: 1, outcome: 'ok' as const, latencyMs: 1, reason: null }];
    for (let round = 0; round < 2; round++) await troubleOf(link.handIn(results));
    expect((sent[1] ?? 0) - (sent[0] ?? 0)).toBeGreaterThan(3_500_000);
  });
});

describe('the address of a server', () => {
  it.each(['status.example.org', 'ftp://a.example', 'https://ana:secret@a.example', 'https://a.example/?x=1'])(
    'is not %s',
    (text) => {
      expect(() => parseServer(text)).toThrow(StartError);
    },
  );

  it('may have a path', () => {
    expect(parseServer('https://a.example/status').pathname).toBe('/status');
  });
});
