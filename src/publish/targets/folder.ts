import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { SiteFile } from '#publish/staticSite.ts';
import { type Host, stepwise } from './stepwise.ts';
import { TargetError, targetKind } from './target.ts';

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** Writes a file where nobody reads yet. */
export async function writeBelow(root: string, name: string, bytes: Buffer): Promise<void> {
  const path = join(root, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** A reader finds the old file or the new one, also after a power cut. */
async function placeFile(root: string, name: string, bytes: Buffer): Promise<void> {
  const path = join(root, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, bytes, { flush: true });
  await rename(`${path}.new`, path);
}

async function removeFile(root: string, name: string): Promise<void> {
  await rm(join(root, name), { force: true });
  await rm(join(root, `${name}.new`), { force: true });
  for (let folder = dirname(name); folder !== '.'; folder = dirname(folder)) {
    const isEmpty = await rmdir(join(root, folder)).then(
      () => true,
      () => false,
    );
    if (!isEmpty) return;
  }
}

/**
 * File systems of other machines can hang, and no call to them can be ended. One call at a time: a dead one holds a
 * single thread of the pool, and nothing more is asked before it has answered.
 */
function patiently(patienceMs: number) {
  let waiting: Promise<unknown> | null = null;
  return async function ask<Value>(signal: AbortSignal, call: () => Promise<Value>): Promise<Value> {
    if (waiting) throw new TargetError('The file system has still not answered what it was asked before.');
    signal.throwIfAborted();
    const answer = call();
    waiting = answer
      .catch(() => null)
      .finally(() => {
        waiting = null;
      });
    const late = Promise.withResolvers<never>();
    const onAbort = () => late.reject(signal.reason);
    const timer = setTimeout(
      () => late.reject(new TargetError(`The file system has not answered for ${patienceMs / 1_000} s.`)),
      patienceMs,
    );
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([answer, late.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  };
}

function openFolder(path: string, patienceMs: number): Host {
  const ask = patiently(patienceMs);
  return {
    read: (name, signal) =>
      ask(signal, () =>
        readFile(join(path, name)).catch((error: unknown) => {
          if (isMissing(error)) return null;
          throw error;
        }),
      ),
    async put(files: readonly SiteFile[], placed, signal) {
      for (const file of files) {
        const bytes = await file.bytes();
        await ask(signal, () => placeFile(path, file.name, bytes));
        placed(file);
      }
    },
    async remove(names, signal) {
      for (const name of names) await ask(signal, () => removeFile(path, name));
    },
  };
}

/** A folder of this machine or of one that is mounted: a second disk, a share, the root of a web server. */
export const folder = targetKind({
  kind: 'folder',
  schema: z.strictObject({
    path: z.string().min(1).describe('a folder of its own; a relative path begins in the folder of the settings file'),
  }),
  files: ['path'],
  open: ({ path }, { patienceMs }) => stepwise(openFolder(path, patienceMs)),
});
