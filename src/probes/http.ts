import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import { trustIn } from './authority.ts';
import { type Body, bodyLimitBytes } from './body.ts';
import { startDeadline } from './deadline.ts';
import { type Ask, exchange } from './exchange.ts';
import { degradedOverMsField, familyField } from './field.ts';
import { Miss } from './miss.ts';
import { answered, type Dial, defineKind, type Finding } from './probe.ts';
import { followRedirect } from './redirect.ts';
import { isExpected, statusField } from './statusRange.ts';

const redirectLimit = 5;

/** Ours to write: they frame the message or belong to one connection. */
const framingHeaders = /^(connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === '' && url.port !== '0';
}

function isHeader([name, value]: [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return !framingHeaders.test(name);
  } catch {
    return false;
  }
}

const textsField = z
  .union([
    z.array(z.string().min(1).max(1_024)).max(20),
    z
      .string()
      .min(1)
      .max(1_024)
      .transform((text) => [text]),
  ])
  .default([]);

const schema = z.strictObject({
  url: z
    .string()
    .refine(isWebAddress, 'an http or https address without user name and password')
    .describe('Address to ask: http or https.'),
  method: z
    .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    .default('GET')
    .describe('Request method.'),
  headers: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .refine(
      (headers) => Object.entries(headers).every(isHeader),
      'valid header fields, none of which frame the message',
    )
    .default({})
    .describe('Request headers.'),
  secretHeaders: z
    .array(z.string())
    .default([])
    .describe('Headers that a redirect must not carry to another host, besides authorization and cookie.'),
  body: z.string().max(bodyLimitBytes).optional().describe('Request body, sent as it stands.'),
  status: statusField,
  contains: textsField.describe('Texts that the first 64 kB of the body must all contain: one, or a list.'),
  doesNotContain: textsField.describe('Texts of which the first 64 kB of the body must contain none: one, or a list.'),
  degradedOverMs: degradedOverMsField,
  ip: familyField,
  tlsCa: z.string().min(1).optional().describe('Path of a PEM file with certificate authorities to trust as well.'),
});
type HttpConfig = z.output<typeof schema>;

function firstAsk({ url, method, headers, body }: HttpConfig): Ask {
  const lowerCased = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { url: new URL(url), method, headers: Object.fromEntries(lowerCased), body };
}

/** Asks, and follows redirects until there is an answer to judge. */
async function finalAnswer(config: HttpConfig, dial: Dial): Promise<{ status: number; body: Body; latencyMs: number }> {
  const secureContext = config.tlsCa === undefined ? undefined : await trustIn(config.tlsCa);
  const wire = { egress: dial.egress, deadline: startDeadline(dial), family: config.ip, secureContext };
  const secretHeaders = config.secretHeaders.map((name) => name.toLowerCase());
  let ask = firstAsk(config);
  let latencyMs = 0;
  for (let redirects = 0; redirects <= redirectLimit; redirects += 1) {
    const answer = await exchange(ask, wire);
    latencyMs += answer.tookMs;
    const next = isExpected(answer.status, config.status) ? null : followRedirect(ask, answer, secretHeaders);
    if (next === null) return { ...answer, latencyMs };
    ask = next;
  }
  throw new Miss('fail', `redirect: more than ${redirectLimit} in a row`);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}

/** Why the answer is not the expected one, or null. */
function problemOf(config: HttpConfig, status: number, { bytes, isCut }: Body): string | null {
  if (!isExpected(status, config.status)) return `http: status ${status}, expected ${config.status.join(', ')}`;
  const where = isCut ? 'the first 64 kB of the body' : 'the body';
  const missing = config.contains.find((text) => !bytes.includes(text));
  if (missing !== undefined) return `body: ${quoted(missing)} is not in ${where}`;
  const unwanted = config.doesNotContain.find((text) => bytes.includes(text));
  if (unwanted !== undefined) return `body: ${quoted(unwanted)} is in ${where}`;
  return null;
}

/** Asks a web address and judges its status, its body and its speed. */
export const http = defineKind('http', schema, async (config, dial): Promise<Finding> => {
  const { status, body, latencyMs } = await finalAnswer(config, dial);
  const reason = problemOf(config, status, body);
  return reason === null ? answered(latencyMs, config.degradedOverMs) : { outcome: 'fail', latencyMs, reason };
});
