import { hash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Held } from './target.ts';

const schema = z.object({
  version: z.literal(1),
  /** Of the settings that say which place it is: another place holds something else. */
  place: z.string(),
  lastSuccessAt: z.number().int().nullable(),
  shownAt: z.number().int().nullable(),
  held: z.record(z.string(), z.string()),
});

/** What is remembered of a target from one start to the next. */
export type Memory = { lastSuccessAt: number | null; shownAt: number | null; held: Held };

const fileOf = (dir: string): string => join(dir, 'memory.json');

export const nothingRemembered = (): Memory => ({ lastSuccessAt: null, shownAt: null, held: new Map() });

/** Names a place by its settings, less those that are secret. */
export const placeOf = (kind: string, config: unknown): string => hash('sha256', JSON.stringify([kind, config]));

/**
 * What is remembered of the place. A memory that is lost, damaged or of another place is none, and the folder is
 * cleared: the next sync is a full one, which is always right.
 */
export async function recall(dir: string, place: string): Promise<Memory> {
  try {
    const { held, lastSuccessAt, shownAt, ...kept } = schema.parse(JSON.parse(await readFile(fileOf(dir), 'utf8')));
    if (kept.place === place) return { lastSuccessAt, shownAt, held: new Map(Object.entries(held)) };
  } catch {
    // Nothing to go by is the usual case at the first start, and after a crash in the middle of a sync.
  }
  await rm(dir, { recursive: true, force: true });
  return nothingRemembered();
}

/** Forgets before a sync begins: a crash in the middle leaves no memory rather than a wrong one. */
export async function forget(dir: string): Promise<void> {
  await rm(fileOf(dir), { force: true });
}

/** Remembers after a sync, good or bad. */
export async function remember(dir: string, place: string, memory: Memory): Promise<void> {
  const { lastSuccessAt, shownAt, held } = memory;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const kept = { version: 1, place, lastSuccessAt, shownAt, held: Object.fromEntries(held) };
  await writeFile(`${fileOf(dir)}.new`, JSON.stringify(kept), { mode: 0o600 });
  await rename(`${fileOf(dir)}.new`, fileOf(dir));
}
