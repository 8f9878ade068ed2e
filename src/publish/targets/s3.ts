import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AwsClient } from 'aws4fetch';
import { z } from 'zod';
import { isText, type SiteFile } from '#publish/staticSite.ts';
import { type Host, stepwise } from './stepwise.ts';
import { type Place, TargetError, targetKind } from './target.ts';

const schema = z.strictObject({
  endpoint: z
    .string()
    .refine(
      (text) => URL.canParse(text) && /^https?:\/\/[^/?#@]+\/?$/.test(text),
      'an https: address of a host without a path, such as "https://s3.eu-central-1.amazonaws.com"',
    )
    .transform((text) => text.replace(/\/$/, '')),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket'),
  region: z
    .string()
    .regex(/^[\w-]{1,60}$/, 'a region such as "eu-central-1" or "auto"')
    .default('us-east-1'),
  prefix: z
    .string()
    .regex(/^([\w~-][\w.~-]*\/)*$/, 'a prefix that ends in "/", such as "status/"')
    .default(''),
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  gzip: z.boolean().default(false).describe('store text compressed; every browser reads it, some programs do not'),
});

type Settings = z.output<typeof schema>;
type Request = { method: 'GET' | 'PUT' | 'DELETE'; name: string; headers?: Record<string, string>; body?: Buffer };
type Answer = { status: number; body: Buffer };

/** Requests on their way at a time. */
const width = 8;
/** A manifest of 100,000 files is half as large; anything larger is no answer to a question of ours. */
const maxAnswerBytes = 16 * 1024 * 1024;
/** Below this nothing is gained. */
const leastPackedBytes = 1_024;
const gzipInBackground = promisify(gzip);

async function readCapped(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw new TargetError(`The storage answered with more than ${maxAnswerBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The word that S3 has for what is wrong, such as `SignatureDoesNotMatch`. */
function codeIn(body: Buffer): string {
  const [, code] = /<Code>(\w{1,60})<\/Code>/.exec(body.toString('utf8', 0, 4_096)) ?? [];
  return code === undefined ? '' : ` ${code}`;
}

function wordsOf(error: unknown, patienceMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${patienceMs / 1_000} s`;
  const { cause } = error;
  if (cause instanceof Error && cause.message.includes('redirect'))
    return 'it redirects elsewhere; name the endpoint of the region itself';
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause ? String(cause.code) : cause.message;
}

function openStorage(settings: Settings, patienceMs: number): Host {
  const { endpoint, bucket, prefix, region, accessKeyId, secretAccessKey } = settings;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });

  async function ask({ method, name, headers, body }: Request, signal: AbortSignal): Promise<Answer> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    try {
      const signed = await client.sign(`${endpoint}/${bucket}/${prefix}${name}`, {
        method,
        // With the hash of the body under the signature, what was torn on the way is refused.
        headers: { ...headers, 'x-amz-content-sha256': hash('sha256', body ?? '') },
        ...(body ? { body: new Uint8Array(body) } : {}),
      });
      const response = await fetch(signed, { signal: within, redirect: 'error' });
      return { status: response.status, body: await readCapped(response) };
    } catch (error) {
      if (error instanceof TargetError) throw error;
      signal.throwIfAborted();
      throw new TargetError(`${method} ${name}: ${wordsOf(error, patienceMs)}.`, { cause: error });
    }
  }

  function expectSuccess({ method, name }: Request, { status, body }: Answer): void {
    if (status >= 200 && status < 300) return;
    throw new TargetError(`${method} ${name}: the storage answered ${status}${codeIn(body)}.`);
  }

  async function putOne(file: SiteFile, signal: AbortSignal): Promise<void> {
    const plain = await file.bytes();
    const isPacked = settings.gzip && isText(file.contentType) && plain.length >= leastPackedBytes;
    const body = isPacked ? await gzipInBackground(plain) : plain;
    const request: Request = {
      method: 'PUT',
      name: file.name,
      headers: {
        'content-type': file.contentType,
        'cache-control': file.cacheControl,
        ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
      },
      body,
    };
    expectSuccess(request, await ask(request, signal));
  }

  return {
    async read(name, signal) {
      const request: Request = { method: 'GET', name };
      const answer = await ask(request, signal);
      if (answer.status === 404 && codeIn(answer.body) !== ' NoSuchBucket') return null;
      expectSuccess(request, answer);
      return answer.body;
    },
    put: (files, placed, signal) =>
      inTurns(files, async (file) => {
        await putOne(file, signal);
        placed(file);
      }),
    remove: (names, signal) =>
      inTurns(names, async (name) => {
        const request: Request = { method: 'DELETE', name };
        const answer = await ask(request, signal);
        if (answer.status !== 404) expectSuccess(request, answer);
      }),
  };
}

/** Works through a list a few at a time; after the first failure nothing more is begun, and what has begun is waited for. */
async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const failures: unknown[] = [];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of queue) {
        if (failures.length > 0) return;
        await work(item).catch((error: unknown) => failures.push(error));
      }
    }),
  );
  if (failures.length > 0) throw failures[0];
}

/** Storage that speaks the API of S3 (signature version 4, addresses with the bucket in the path). */
export const s3 = targetKind({
  kind: 's3',
  schema,
  secrets: ['secretAccessKey'],
  open: (settings, { patienceMs }: Place) => stepwise(openStorage(settings, patienceMs)),
});
