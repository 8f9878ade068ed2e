import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createUnzip, createZstdDecompress } from 'node:zlib';
import { Miss } from './miss.ts';

/** How much of a body is read, after decompression. The rest is left unread. */
export const bodyLimitBytes = 64 * 1024;

/** The beginning of a body. */
export type Body = {
  bytes: Buffer;
  /** True when there was more than {@link bodyLimitBytes}. */
  isCut: boolean;
};

/** A body that is none, as of a HEAD request. */
export const noBody: Body = { bytes: Buffer.alloc(0), isCut: false };

const decoders: Record<string, () => Transform> = {
  gzip: createUnzip,
  'x-gzip': createUnzip,
  deflate: createUnzip,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** The codings to undo, the last applied first (RFC 9110 section 8.4). */
function codingsOf(response: IncomingMessage): string[] {
  const names = (response.headers['content-encoding'] ?? '').toLowerCase().split(',');
  return names
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
    .reverse();
}

/** We ask for identity; a target that codes all the same is undone once, not endlessly. */
function decoderOf(response: IncomingMessage): Transform | null {
  const [coding, ...more] = codingsOf(response);
  if (coding === undefined) return null;
  const create = decoders[coding];
  if (!create || more.length > 0)
    throw new Miss('fail', `body: its content-encoding ${[coding, ...more].reverse().join(', ')} was not asked for`);
  return create();
}

/**
 * Reads the beginning of a body, decompressed, and never holds more than that.
 * @throws Miss when the coding is unknown or broken; whatever the connection throws otherwise
 */
export async function readBody(response: IncomingMessage, signal: AbortSignal): Promise<Body> {
  const decoder = decoderOf(response);
  const stream = decoder ? response.pipe(decoder) : response;
  let lost: Error | undefined;
  response.on('error', (error) => {
    lost = error;
    decoder?.destroy(error);
  });
  signal.addEventListener('abort', () => stream.destroy(), { once: true });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > bodyLimitBytes) break;
    }
  } catch (error) {
    if (lost || !(error instanceof Error)) throw lost ?? error;
    throw decoder ? new Miss('fail', `body: it does not decompress (${error.message})`) : error;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, bodyLimitBytes), isCut: size > bodyLimitBytes };
}
