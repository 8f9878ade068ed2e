import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { Miss } from './miss.ts';

/** Building a context parses every root certificate, so one is kept for each file until the file changes. */
const contexts = new Map<string, { mtimeMs: number; context: SecureContext }>();

/**
 * The trust of this machine, and of the authorities in one more file.
 * @param path of a PEM file
 * @throws Miss `unknown`, because a file that cannot be read is not the target's failure
 */
export async function trustIn(path: string): Promise<SecureContext> {
  try {
    const { mtimeMs } = await stat(path);
    const kept = contexts.get(path);
    if (kept?.mtimeMs === mtimeMs) return kept.context;
    const pem = await readFile(path, 'utf8');
    // A text without any certificate would be accepted, and trust nobody more.
    new X509Certificate(pem);
    const context = createSecureContext({ ca: [...getCACertificates('default'), pem] });
    contexts.set(path, { mtimeMs, context });
    return context;
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new Miss('unknown', `probe: the authorities in ${path} cannot be read${why}`);
  }
}
