import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, brotliDecompress, constants, gzip, gzipSync } from 'node:zlib';
import { type PageKind, securityHeaders, validatorHeaders } from './headers.ts';

/** The encodings a page is kept in, best first. */
export const encodings = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof encodings)[number];
/** Gzip is there only for pages in memory; those who accept nothing better get plain bytes of the others. */
export type Bodies = Readonly<Record<'br' | 'identity', Buffer> & { gzip: Buffer | null }>;

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
  /** What is said in its place once it may be old; null where the page has a place of its own for that, or none. */
  staleBody: string | null;
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

/**
 * Level 11 takes eighty times as long for a sixth less: never while somebody waits for the news. A window of 64 KiB,
 * which is more than most pages, keeps the encoder's tables small.
 */
const brotliOptions = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 16 },
};
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
function assemblePage({ kind, contentType, policy, changedAt, staleBody }: Content, bodies: Bodies): Page {
  const content = { kind, contentType, policy, changedAt, staleBody };
  const contentHash = hashOf(bodies.identity);
  const plain = variantOf(content, contentHash, 'identity', bodies.identity);
  function encoded(encoding: Encoding): Variant {
    const body = bodies[encoding];
    return body && body.length < bodies.identity.length ? variantOf(content, contentHash, encoding, body) : plain;
  }
  return {
    ...content,
    hash: contentHash,
    bodies,
    variants: { br: encoded('br'), gzip: encoded('gzip'), identity: plain },
  };
}

const gzipInBackground = promisify(gzip);
const brotliInBackground = promisify(brotliCompress);
const unbrotliInBackground = promisify(brotliDecompress);

type MakeOptions = {
  /** What is published there; where nothing changed, it is given back as it is. */
  before?: Page | undefined;
  /** True for a page that goes to the disk and is not kept in memory. */
  isForDisk?: boolean;
};

function isSame(content: Content, identity: Buffer, { hash, kind, policy, staleBody }: Page): boolean {
  return (
    hash === hashOf(identity) && kind === content.kind && policy === content.policy && staleBody === content.staleBody
  );
}

/** True for a picture: it is compressed already, and all its bodies are one. */
const isPacked = ({ kind }: Content) => kind === 'card';

/** Encodes a page on other threads. */
export async function makePage(
  content: Content,
  body: string | Uint8Array,
  { before, isForDisk = false }: MakeOptions = {},
): Promise<Page> {
  const identity = Buffer.from(body);
  if (before && isSame(content, identity, before)) return before;
  if (isPacked(content)) return assemblePage(content, { identity, gzip: null, br: identity });
  const [gzipped, br] = await Promise.all([
    isForDisk ? null : gzipInBackground(identity),
    brotliInBackground(identity, brotliOptions),
  ]);
  return assemblePage(content, { identity, gzip: gzipped, br });
}

/** A page of which only the brotli body was kept; the others are made from it, on other threads. */
export async function restorePage(content: Content, br: Buffer): Promise<Page> {
  if (isPacked(content)) return assemblePage(content, { identity: br, gzip: null, br });
  const identity = await unbrotliInBackground(br);
  return assemblePage(content, { identity, gzip: await gzipInBackground(identity), br });
}

/** Bytes that a page holds in memory, its headers estimated. */
export function weightOf({ bodies: { br, gzip, identity }, staleBody }: Page): number {
  return (br === identity ? 0 : br.length) + (gzip?.length ?? 0) + identity.length + (staleBody?.length ?? 0) + 4_096;
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
