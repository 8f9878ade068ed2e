import type { IncomingHttpHeaders } from 'node:http';
import { type Encoding, encodings, type Page, type Variant } from './bytes.ts';

/** Browsers send a handful of different values; a visitor who sends thousands does not make us remember them. */
const rememberedLimit = 100;
const remembered = new Map<string, Encoding>();

function negotiate(acceptEncoding: string): Encoding {
  const weights = new Map<string, number>();
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length);
    weights.set(name === 'x-gzip' ? 'gzip' : name, weight === undefined ? 1 : Number(weight) || 0);
  }
  // Plain bytes need no permission, but come last among what is asked for by name.
  const weightOf = (encoding: Encoding) =>
    weights.get(encoding) ?? (encoding === 'identity' ? Number.MIN_VALUE : (weights.get('*') ?? 0));
  const [best = 'identity'] = encodings.toSorted((a, b) => weightOf(b) - weightOf(a));
  return weightOf(best) > 0 ? best : 'identity';
}

/**
 * The encoding to answer in, by Accept-Encoding (RFC 9110 section 12.5.3): the heaviest we have, the smallest
 * where weights are equal, plain bytes where nothing else is accepted.
 */
export function preferredEncoding(acceptEncoding: string | undefined): Encoding {
  if (!acceptEncoding) return 'identity';
  const known = remembered.get(acceptEncoding);
  if (known) return known;
  const encoding = negotiate(acceptEncoding);
  if (remembered.size < rememberedLimit) remembered.set(acceptEncoding, encoding);
  return encoding;
}

/**
 * True when the reader already has these bytes: If-None-Match by weak comparison, or, without it,
 * If-Modified-Since where the page says when it changed (RFC 9110 section 13.1).
 */
export function isUnchanged(page: Page, { etag }: Variant, headers: IncomingHttpHeaders): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined)
    return (
      tags === etag || tags.trim() === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
    );
  const since = headers['if-modified-since'];
  if (since === undefined || page.kind !== 'feed') return false;
  return Date.parse(since) >= Math.floor(page.changedAt / 1000) * 1000;
}
