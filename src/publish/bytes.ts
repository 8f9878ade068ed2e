import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib';
import { type PageKind, securityHeaders, validatorHeaders } from './headers.ts';

/** The encodings a page is kept in, best first. */
export const encodings = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof encodings)[number];
export type Bodies = Record<Encoding, Buffer>;

/** What a request is answered with. Built once and shared by every request: never change one. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
};

/** What is published under one address, before it is encoded. */
export type Content = {
  kind: PageKind;
  contentType: string;
  /** Content-Security-Policy as the render gave it. */
  policy: string;
  /** When these bytes were made. */
  changedAt: number;
};

/** One page in one encoding, with every answer it can give ready to send. */
export type Variant = {
  readonly etag: string;
  readonly full: Answer;
  readonly head: Answer;
  readonly notModified: Answer;
};

export type Page = Readonly<Content> & {
  readonly hash: string;
  readonly bodies: Bodies;
  readonly variants: Readonly<Record<Encoding, Variant>>;
};

// Level 11 takes eighty times as long for a sixth less: never while somebody waits for the news.
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
const etagSuffix: Record<Encoding, string> = { br: '-br', gzip: '-gz', identity: '' };

const hashOf = (identity: Buffer) => hash('sha256', identity, 'base64url').slice(0, 27);

function variantOf(content: Content, contentHash: string, encoding: Encoding, body: Buffer): Variant {
  const { kind, contentType, policy, changedAt } = content;
  const etag = `"${contentHash}${etagSuffix[encoding]}"`;
  const validators = validatorHeaders(kind, etag, changedAt);
  const status = kind === 'missing' ? 404 : 200;
  const headers = {
    'content-type': contentType,
    'content-length': String(body.length),
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
    'accept-ranges': 'none',
    ...validators,
    ...securityHeaders(kind, policy),
  };
  return {
    etag,
    full: { status, headers, body },
    head: { status, headers, body: null },
    notModified: { status: 304, headers: validators, body: null },
  };
}

/** A page from bodies that are already encoded. Where an encoding saves nothing, the plain body is sent. */
export function assemblePage({ kind, contentType, policy, changedAt }: Content, bodies: Bodies): Page {
  const content = { kind, contentType, policy, changedAt };
  const contentHash = hashOf(bodies.identity);
  const plain = variantOf(content, contentHash, 'identity', bodies.identity);
  const encoded = (encoding: Encoding) =>
    bodies[encoding].length < bodies.identity.length
      ? variantOf(content, contentHash, encoding, bodies[encoding])
      : plain;
  return {
    ...content,
    hash: contentHash,
    bodies,
    variants: { br: encoded('br'), gzip: encoded('gzip'), identity: plain },
  };
}

const gzipInBackground = promisify(gzip);
const brotliInBackground = promisify(brotliCompress);

/**
 * Encodes a page on other threads.
 * @param before what is published there; where nothing changed, it is given back as it is
 */
export async function makePage(content: Content, body: string | Uint8Array, before?: Page): Promise<Page> {
  const identity = Buffer.from(body);
  if (before?.hash === hashOf(identity) && before.kind === content.kind && before.policy === content.policy)
    return before;
  // A PNG is compressed already.
  if (content.kind === 'card') return assemblePage(content, { identity, gzip: identity, br: identity });
  const [gzipped, brotli] = await Promise.all([
    gzipInBackground(identity),
    brotliInBackground(identity, brotliOptions),
  ]);
  return assemblePage(content, { identity, gzip: gzipped, br: brotli });
}

/** Encodes a page at once, on the thread of whoever waits for it. */
export function makePageNow(content: Content, body: string): Page {
  const identity = Buffer.from(body);
  return assemblePage(content, {
    identity,
    gzip: gzipSync(identity),
    br: brotliCompressSync(identity, brotliOptions),
  });
}
