import { createHash, randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { waitUntil } from './wait.ts';

/** A mail as Resend was asked to send it. */
export type ResendMail = {
  from: string;
  to: string[];
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
  tags: { name: string; value: string }[];
};

/** What the server does instead of its work; `take` first takes the mails and then fails to say so. */
export type ResendTrouble =
  | { kind: 'error'; status: number; name: string; headers?: Record<string, string> }
  | { kind: 'html'; status: number }
  | { kind: 'take and cut' }
  | { kind: 'take and garble' }
  | { kind: 'take and hang' }
  | { kind: 'take and fail' };

export type FakeResend = {
  url: string;
  apiKey: string;
  /** Mails taken, each once for each time it would be sent. */
  sent: ResendMail[];
  /** Every request with its key, answered or not. */
  requests: { key: string; size: number; status: number }[];
  /** Troubles for the next requests, in order. */
  troubles: ResendTrouble[];
  /** Addresses that fail validation. */
  invalid: Set<string>;
  /** With `strict`, one of those fails the whole request, whatever validation was asked for. */
  strict: boolean;
  /** Requests a second; null for no limit. */
  limit: number | null;
  /** The clock of the idempotency keys, epoch ms. */
  now: () => number;
  waitFor(count: number): Promise<ResendMail[]>;
};

const keyLifeMs = 24 * 3_600_000;

/** Resend's batch endpoint with its semantics: keys of 24 hours bound to the body, 409s, limits, both validations. */
export async function openResend(): Promise<FakeResend> {
  const keys = new Map<string, { hash: string; at: number; answer: string }>();
  let window = { startedAt: 0, used: 0 };

  function answer(
    response: ServerResponse,
    status: number,
    body: string,
    headers: Record<string, string> = {},
  ): number {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    return status;
  }
  const refuse = (response: ServerResponse, statusCode: number, name: string, headers: Record<string, string> = {}) =>
    answer(response, statusCode, JSON.stringify({ statusCode, name, message: `The fake says ${name}` }), headers);

  function limits(): { headers: Record<string, string>; full: boolean } {
    if (fake.limit === null) return { headers: {}, full: false };
    if (Date.now() - window.startedAt >= 1_000) window = { startedAt: Date.now(), used: 0 };
    window.used += 1;
    const left = Math.max(0, fake.limit - window.used);
    return {
      headers: { 'ratelimit-limit': `${fake.limit}`, 'ratelimit-remaining': `${left}`, 'ratelimit-reset': '1' },
      full: window.used > fake.limit,
    };
  }

  /** Takes the mails under their key: the JSON to answer with, or the name of a refusal. */
  function take(key: string, body: string, permissive: boolean): { body: string } | { status: number; name: string } {
    const hash = createHash('sha256').update(body).digest('hex');
    const known = keys.get(key);
    if (known && fake.now() - known.at < keyLifeMs) {
      if (known.hash !== hash) return { status: 409, name: 'invalid_idempotent_request' };
      return { body: known.answer };
    }
    const mails = JSON.parse(body) as ResendMail[];
    if (mails.length > 100) return { status: 422, name: 'validation_error' };
    const bad = mails.flatMap((mail, index) => (mail.to.some((to) => fake.invalid.has(to)) ? [index] : []));
    if (bad.length > 0 && (!permissive || fake.strict)) return { status: 422, name: 'validation_error' };
    const good = mails.filter((_, index) => !bad.includes(index));
    fake.sent.push(...good);
    const json = JSON.stringify({
      data: good.map(() => ({ id: randomUUID() })),
      ...(permissive ? { errors: bad.map((index) => ({ index, message: 'Invalid `to` field.' })) } : {}),
    });
    keys.set(key, { hash, at: fake.now(), answer: json });
    return { body: json };
  }

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const key = String(request.headers['idempotency-key'] ?? randomUUID());
    const permissive = request.headers['x-batch-validation'] === 'permissive';
    const entry = { key, size: (JSON.parse(body) as unknown[]).length, status: 0 };
    fake.requests.push(entry);
    response.on('finish', () => {
      entry.status = response.statusCode;
    });
    if (request.headers.authorization !== `Bearer ${fake.apiKey}`) return refuse(response, 401, 'invalid_api_key');
    if (request.method !== 'POST' || request.url !== '/emails/batch') return refuse(response, 404, 'not_found');
    const { headers, full } = limits();
    if (full) return refuse(response, 429, 'rate_limit_exceeded', { ...headers, 'retry-after': '1' });
    const trouble = fake.troubles.shift();
    if (trouble?.kind === 'error') return refuse(response, trouble.status, trouble.name, trouble.headers);
    if (trouble?.kind === 'html') return answer(response, trouble.status, '<h1>Bad gateway</h1>');
    const taken = take(key, body, permissive);
    if ('name' in taken) return refuse(response, taken.status, taken.name, headers);
    switch (trouble?.kind) {
      case 'take and cut':
        return response.socket?.destroy();
      case 'take and garble':
        return answer(response, 200, taken.body.slice(0, 20));
      case 'take and fail':
        return refuse(response, 500, 'internal_server_error');
      case 'take and hang':
        return undefined;
      default:
        return answer(response, 200, taken.body, headers);
    }
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const fake: FakeResend = {
    url: `http://127.0.0.1:${port}`,
    apiKey: 're_test',
    sent: [],
    requests: [],
    troubles: [],
    invalid: new Set(),
    strict: false,
    limit: null,
    now: Date.now,
    async waitFor(count) {
      await waitUntil(`${count} mails came`, () => fake.sent.length >= count);
      return fake.sent;
    },
  };
  return fake;
}
