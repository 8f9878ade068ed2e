import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { StartError } from '#core/error.ts';
import { expectation } from './expectation.ts';
import type { Environment } from './interpolate.ts';

/** Addresses or ranges, separated by commas. */
const ranges = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
  .refine((list) => list.every(isRange), 'addresses or CIDR ranges separated by commas, such as "10.0.0.0/8,::1"');

const webAddress = z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
  error: 'an http: or https: address, such as "https://status.example.org"',
  abort: true,
});

/** Only the origin: pages, links and feeds live at its root. */
const origin = webAddress
  .refine((text) => {
    const { pathname, search, hash, username } = new URL(text);
    return pathname === '/' && search === '' && hash === '' && username === '';
  }, 'an address without path or query, such as "https://status.example.org"')
  .transform((text) => new URL(text).origin);

const databaseUrl = z
  .string()
  .regex(/^(file:.+|(libsql|https?|wss?):\/\/.+)$/, 'a file:, http:, https: or libsql: address');

const smtpUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol) && new URL(text).hostname !== '',
    'an smtp: or smtps: address, such as "smtp://user:password@mail.example.org:587"',
  );

const sender = z
  .string()
  .regex(/^[^\r\n]*[^\s<>@]+@[^\s<>@]+>?$/, 'a mail address, such as "Example status <status@example.org>"');

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'a port from 0 to 65535')
  .transform(Number)
  .refine((number) => number <= 65_535, 'a port from 0 to 65535');

/** Every variable the program reads. An empty one counts as not set. */
export const environmentSchema = z.object({
  PORT: port.default(4321).describe('where we listen; 0 lets the system choose'),
  HOST: z.string().default('127.0.0.1').describe('address we listen on'),
  DATA_DIR: z.string().default('./data').describe('where everything is kept'),
  DATABASE_URL: databaseUrl.optional().describe('file:, http:, https: or libsql: address'),
  DATABASE_AUTH_TOKEN: z.string().optional().describe('for a libSQL server'),
  PUBLIC_URL: origin.optional().describe('what readers see: used in links, feeds and mails'),
  STATUS_CONFIG: z.string().default('./status.yaml').describe('the page, its components and probes'),
  SECRET_KEY: z.string().min(32).optional().describe('signs links and cookies'),
  EMAIL_FROM: sender.optional().describe('sender of every mail'),
  RESEND_API_KEY: z.string().optional().describe('sends mail through Resend'),
  RESEND_BASE_URL: webAddress.optional().describe('another address of the Resend API'),
  RESEND_WEBHOOK_SECRET: z.string().optional().describe('proves that a delivery report is from Resend'),
  SMTP_URL: smtpUrl.optional().describe('sends mail through a mail server'),
  TRUSTED_PROXIES: ranges.default([]).describe('whose X-Forwarded-* we believe'),
  AGENT_TOKEN: z.string().optional().describe('token of an agent that looks from another location'),
  EGRESS_ALLOW: ranges.default([]).describe('special-purpose ranges that probes may dial all the same'),
});
export type Variables = z.output<typeof environmentSchema>;

const secrets = new Set([
  'DATABASE_AUTH_TOKEN',
  'SECRET_KEY',
  'RESEND_API_KEY',
  'RESEND_WEBHOOK_SECRET',
  'SMTP_URL',
  'AGENT_TOKEN',
]);

function isRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  if (!/^\d{1,3}$/.test(prefix)) return false;
  try {
    new BlockList().addSubnet(address, Number(prefix), family);
    return true;
  } catch {
    return false;
  }
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

/** What `PUBLIC_URL` is when nobody said: known only while nobody but this machine can reach us. */
export function defaultPublicUrl(host: string, port: number): string | null {
  if (!isLoopback(host) || port === 0) return null;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A variable as it may be shown. */
function shown(name: string, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  return secrets.has(name) ? `${value.length} characters (not shown)` : JSON.stringify(value);
}

/** Rules between variables, each a sentence. */
function contradictions(variables: Partial<Variables>, isSet: (name: string) => boolean): string[] {
  const problems: string[] = [];
  const sendsMail = isSet('RESEND_API_KEY') || isSet('SMTP_URL');
  if (isSet('RESEND_API_KEY') && isSet('SMTP_URL'))
    problems.push('SMTP_URL: expected not to be set beside RESEND_API_KEY, found both; choose how mail is sent.');
  if (sendsMail && !isSet('PUBLIC_URL'))
    problems.push('PUBLIC_URL: expected the public address of the page, since mails link to it, found nothing.');
  if (sendsMail && !isSet('EMAIL_FROM'))
    problems.push('EMAIL_FROM: expected the sender of mails, since RESEND_API_KEY or SMTP_URL is set, found nothing.');
  if (variables.DATABASE_URL?.startsWith('file:') && isSet('DATABASE_AUTH_TOKEN'))
    problems.push('DATABASE_AUTH_TOKEN: expected not to be set beside a file: DATABASE_URL, found one.');
  return problems;
}

/**
 * Parses the environment.
 * @throws StartError that lists every wrong variable, one sentence a line, secrets left out
 */
export function parseEnvironment(environment: Environment): Variables {
  const given = Object.fromEntries(
    Object.keys(environmentSchema.shape).map((name) => [name, environment[name]?.trim() || undefined]),
  );
  const parsed = environmentSchema.safeParse(given, { error: expectation });
  const problems = (parsed.error?.issues ?? []).map(({ path, message }) => {
    const name = String(path[0]);
    return `${name}: expected ${message}, found ${shown(name, given[name])}.`;
  });
  problems.push(...contradictions(parsed.data ?? {}, (name) => given[name] !== undefined));
  if (!parsed.success || problems.length > 0) throw new StartError(problems.join('\n'));
  return parsed.data;
}
