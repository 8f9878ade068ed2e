import { z } from 'zod';
import {
  type AgentResult,
  type Assignments,
  assignmentsSchema,
  type Receipt,
  receiptSchema,
  serverTimeHeader,
} from '#core/assignment.ts';
import { StartError } from '#core/error.ts';

const patienceMs = 15_000;

/** Settings of ten thousand probes fit in; whatever is larger is not from our server. */
const answerLimitBytes = 32 * 1024 * 1024;

/** A clock that differs by less is left alone: the way there and back takes time too. */
const clockToleranceMs = 1_000;

/** Why the server gave no answer to work with. `refused`: it does not want us; trying again at once is no use. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly kind: 'away' | 'refused';

  constructor(kind: 'away' | 'refused', sentence: string) {
    super(sentence);
    this.kind = kind;
  }
}

/** What connects an agent with its server. What it says is parsed before anybody sees it. */
export type Link = {
  /** The assignments, or null when they are as they were at that revision. @throws LinkError */
  pull(revision: string | null): Promise<Assignments | null>;
  /** @throws LinkError */
  handIn(results: readonly AgentResult[]): Promise<Receipt>;
  /** The time at the server, as far as we know it: what results are dated by. */
  now(): number;
};

const problemSchema = z.object({ detail: z.string().max(1_000) });

/**
 * The address of a server.
 * @throws StartError for what is none
 */
export function parseServer(text: string): URL {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '' && url.hash === '') return url;
  throw new StartError(`--server: expected an address such as "https://status.example.org", found "${text}".`);
}

/** undici hides the reason in the cause. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${patienceMs / 1_000} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || ('code' in cause ? String(cause.code) : error.message);
}

/** The whole of an answer, as long as it is not too long. */
async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > answerLimitBytes) throw new LinkError('away', 'its answer is larger than any answer of ours');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What an answer says; null when it is no JSON. */
async function readJson(response: Response): Promise<unknown> {
  const text = await readText(response).catch((error: unknown) => {
    throw error instanceof LinkError ? error : new LinkError('away', sentenceOf(error));
  });
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function refusal(response: Response): Promise<LinkError> {
  const { status } = response;
  const detail = problemSchema.safeParse(await readJson(response)).data?.detail ?? `it answered with status ${status}`;
  return new LinkError(status < 500 && status !== 429 && status !== 408 ? 'refused' : 'away', detail);
}

function parsed<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(answer);
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  throw new LinkError('away', `its answer does not fit at /${issue?.path.join('/')}: ${issue?.message}`);
}

/**
 * Connects to a server by HTTP.
 * @param signal ends what is on its way
 */
export function openLink(server: URL, token: string, location: string, signal: AbortSignal): Link {
  const base = `${server.href.replace(/\/$/, '')}/api/v1/agent`;
  /** Ahead of our own clock. */
  let serverAheadMs = 0;
  const now = () => Date.now() + serverAheadMs;

  function learnTime(response: Response, askedAt: number): void {
    const header = response.headers.get(serverTimeHeader);
    if (header === null || !/^\d{1,16}$/.test(header)) return;
    const aheadMs = Number(header) - Math.round((askedAt + Date.now()) / 2);
    if (Math.abs(aheadMs - serverAheadMs) <= clockToleranceMs) return;
    serverAheadMs = Math.abs(aheadMs) <= clockToleranceMs ? 0 : aheadMs;
  }

  async function ask(path: string, init: { method: string; body?: string; headers?: Record<string, string> }) {
    const askedAt = Date.now();
    const response = await fetch(`${base}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers },
      // The token goes to the server that was named, and to no other.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    }).catch((error: unknown) => {
      throw new LinkError('away', sentenceOf(error));
    });
    learnTime(response, askedAt);
    return response;
  }

  return {
    now,
    async pull(revision) {
      const query = new URLSearchParams({ location, clock: String(Date.now()) });
      const headers: Record<string, string> = revision === null ? {} : { 'if-none-match': `"${revision}"` };
      const response = await ask(`/assignments?${query}`, { method: 'GET', headers });
      if (response.status === 304) return null;
      if (!response.ok) throw await refusal(response);
      return parsed(assignmentsSchema, await readJson(response));
    },
    async handIn(results) {
      const body = JSON.stringify({ location, sentAt: now(), results });
      const response = await ask('/results', { method: 'POST', body });
      if (!response.ok) throw await refusal(response);
      return parsed(receiptSchema, await readJson(response));
    },
  };
}
