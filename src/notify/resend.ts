import { Resend } from 'resend';
import { z } from 'zod';
import type { Sender } from '#core/address.ts';
import type { Answer } from '#core/answer.ts';
import type { Channel, Handover } from './channel.ts';
import type { Mail } from './mail.ts';
import { createRest } from './rest.ts';

const answerWithinMs = 10_000;
const quotaMs = 15 * 60_000;
const misconfiguredMs = 5 * 60_000;
/** Mails in one request, set by Resend. */
const requestSize = 100;

type Headers = Record<string, string> | null;

/** Permissive validation takes the good mails, in their order, and names the bad ones by index. */
const takenSchema = z.object({
  data: z.array(z.object({ id: z.string() })),
  errors: z.array(z.object({ index: z.number(), message: z.string() })).default([]),
});
type Taken = z.infer<typeof takenSchema>;

/** An error may come from a proxy on the way, in any shape. */
const refusalSchema = z.object({
  name: z.string().catch('unknown'),
  message: z.string().catch('no reason given'),
  statusCode: z.number().nullable().catch(null),
});
type Refusal = z.infer<typeof refusalSchema>;
const unreadable: Refusal = { name: 'unreadable', message: 'an answer we cannot read', statusCode: null };

/** `"Name" <address>` (RFC 5322 section 3.2.4), whatever the name has in it. */
function mailbox({ name, address }: Sender): string {
  return `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`;
}

function payloadOf(mail: Mail, from: string) {
  const { to, subject, html, text, headers, id } = mail;
  return { from, to: [to], subject, html, text, headers, tags: [{ name: 'd', value: id }] };
}

/** Seconds in a header as milliseconds; null when it is not there. */
function msIn(headers: Headers, name: string): number | null {
  const seconds = Number.parseFloat(headers?.[name] ?? '');
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1_000) : null;
}

/** Trouble with our account rather than with a mail. Staff can mend it, so nothing is given up for it. */
const account = new Set([
  'missing_api_key',
  'invalid_api_key',
  'restricted_api_key',
  'suspended_api_key',
  'invalid_permission',
  'invalid_access',
  'invalid_from_address',
  'security_error',
]);

/** What a refusal of a whole request says about the mails in it; `invalid` when one of them may be the reason. */
function answerTo({ name, statusCode, message }: Refusal, headers: Headers): Answer | 'invalid' {
  const reason = `${name}: ${message}`;
  const status = statusCode ?? 0;
  if (name === 'rate_limit_exceeded')
    return {
      kind: 'parked',
      reason,
      waitMs: msIn(headers, 'retry-after') ?? msIn(headers, 'ratelimit-reset') ?? 1_000,
    };
  if (name.endsWith('_quota_exceeded')) return { kind: 'parked', reason, waitMs: quotaMs };
  // The key was used for other bytes before: what those were, we cannot know.
  if (name === 'invalid_idempotent_request') return { kind: 'doubtful', reason, final: true };
  // No status at all is a request without an answer, or an answer that could not be read.
  if (status === 0 || status === 409 || status >= 500) return { kind: 'doubtful', reason };
  if (account.has(name) || status === 401 || status === 403) return { kind: 'parked', reason, waitMs: misconfiguredMs };
  if (status === 429) return { kind: 'parked', reason, waitMs: 1_000 };
  return 'invalid';
}

/** Mail through Resend: up to a hundred in one request, and one idempotency key for each request. */
export function openResendChannel({ apiKey, baseUrl }: { apiKey: string; baseUrl?: string | undefined }): Channel {
  const resend = new Resend(apiKey, baseUrl === undefined ? {} : { baseUrl });
  const closing = new AbortController();
  const rest = createRest();

  async function post(key: string, mails: readonly Mail[]): Promise<Taken | { refusal: Refusal; headers: Headers }> {
    const { data, error, headers } = await resend.batch.send(
      mails.map((mail) => payloadOf(mail, mailbox(mail.from))),
      {
        idempotencyKey: key,
        batchValidation: 'permissive',
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(answerWithinMs)]),
      },
    );
    if (headers?.['ratelimit-remaining'] === '0') rest.forMs(msIn(headers, 'ratelimit-reset') ?? 1_000);
    if (error !== null) return { refusal: refusalSchema.catch(unreadable).parse(error), headers };
    return takenSchema.safeParse(data).data ?? { refusal: unreadable, headers };
  }

  /** The same mails under the same key give the same requests, so that a repetition meets its own keys again. */
  async function tellUnder(key: string, mails: readonly Mail[], answered: Handover['answered']): Promise<void> {
    const reply = await post(key, mails);
    if ('data' in reply) return recordTaken(mails, reply, answered);
    const { refusal, headers } = reply;
    const answer = answerTo(refusal, headers);
    const ids = mails.map((mail) => mail.id);
    if (answer !== 'invalid') {
      if (answer.kind === 'parked') rest.forMs(answer.waitMs);
      return answered(ids, answer);
    }
    if (mails.length === 1) return answered(ids, { kind: 'refused', reason: `${refusal.name}: ${refusal.message}` });
    const half = Math.ceil(mails.length / 2);
    await tellUnder(`${key}.0`, mails.slice(0, half), answered);
    await tellUnder(`${key}.1`, mails.slice(half), answered);
  }

  return {
    name: 'resend',
    batchSize: requestSize,
    parallel: 3,
    keyed: true,
    ready: (signal) => rest.over(signal),
    async tell({ batchId, mails, handingOver, answered, signal }) {
      if (signal.aborted) return;
      const ours = await handingOver(mails.map((mail) => mail.id));
      // A batch goes out whole or not at all: other bytes under its key would be refused.
      if (ours.size === mails.length) await tellUnder(batchId, mails, answered);
    },
    close: () => closing.abort(),
  };
}

async function recordTaken(mails: readonly Mail[], taken: Taken, answered: Handover['answered']): Promise<void> {
  const refused = new Map(taken.errors.map(({ index, message }) => [index, message]));
  const ids = taken.data.values();
  const answers = mails.map((mail, index): [string, Answer] => {
    const reason = refused.get(index);
    if (reason !== undefined) return [mail.id, { kind: 'refused', reason }];
    return [mail.id, { kind: 'sent', providerId: ids.next().value?.id ?? null }];
  });
  await Promise.all(answers.map(([id, answer]) => answered([id], answer)));
}
