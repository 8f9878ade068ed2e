import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '#core/error.ts';

/**
 * The key that signs links and cookies, kept in the data directory for its owner only; made at the first run.
 * @throws StartError when the file is there and is not a key
 */
export function keptSecretKey(dataDir: string): string {
  const path = join(dataDir, 'secret.key');
  const kept = read(path) ?? make(path);
  if (kept.length >= 32) return kept;
  throw new StartError(
    `${path}: expected a key of at least 32 characters, found ${kept.length}. Restore it from a backup, or remove the file: links in mails already sent will then no longer work.`,
  );
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new StartError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Written aside and linked into place: of two first runs at once, both end up with the same whole key. */
function make(path: string): string {
  const draft = `${path}.${process.pid}`;
  const key = randomBytes(32).toString('base64url');
  writeFileSync(draft, `${key}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return key;
  } catch (error) {
    const kept = read(path);
    if (kept === null) throw error;
    return kept;
  } finally {
    rmSync(draft, { force: true });
  }
}
