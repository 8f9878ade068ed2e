import { hash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { Held } from './target.ts';

/** The first line of a memory; a line for each file follows, its hash, a space and its name. */
const headSchema = z.object({
  version: z.literal(1),
  /** Of the settings that say which place it is: another place holds something else. */
  place: z.string(),
  lastSuccessAt: z.number().int().nullable(),
  shownAt: z.number().int().nullable(),
});

/** What is remembered of a target from one start to the next. */
export type Memory = { lastSuccessAt: number | null; shownAt: number | null; held: Held };

const fileOf = (dir: string): string => join(dir, 'memory');
/** Lines written before the event loop has a turn. */
const sliceLength = 500;

export const nothingRemembered = (): Memory => ({ lastSuccessAt: null, shownAt: null, held: new Map() });

/** Names a place by its settings, less those that are secret. */
export const placeOf = (kind: string, config: unknown): string => hash('sha256', JSON.stringify([kind, config]));

function heldIn(lines: readonly string[]): Held {
  return new Map(
    lines.map((line): [string, string] => {
      const space = line.indexOf(' ');
      if (space < 0) throw new Error('not a line of a memory');
      return [line.slice(space + 1), line.slice(0, space)];
    }),
  );
}

/**
 * What is remembered of the place. A memory that is lost, damaged or of another place is none, and the folder is
 * cleared: the next sync is a full one, which is always right.
 */
export async function recall(dir: string, place: string): Promise<Memory> {
  try {
    const [head = '', ...lines] = (await readFile(fileOf(dir), 'utf8')).trimEnd().split('\n');
    const { lastSuccessAt, shownAt, ...kept } = headSchema.parse(JSON.parse(head));
    if (kept.place === place) return { lastSuccessAt, shownAt, held: heldIn(lines) };
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

async function* linesOf(place: string, { lastSuccessAt, shownAt, held }: Memory): AsyncGenerator<string> {
  yield `${JSON.stringify({ version: 1, place, lastSuccessAt, shownAt })}\n`;
  const entries = [...held];
  for (let start = 0; start < entries.length; start += sliceLength) {
    const slice = entries.slice(start, start + sliceLength);
    yield slice.map(([name, content]) => `${content} ${name}\n`).join('');
    await nextTurn();
  }
}

/** Remembers after a sync, good or bad. */
export async function remember(dir: string, place: string, memory: Memory): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(`${fileOf(dir)}.new`, linesOf(place, memory), { mode: 0o600 });
  await rename(`${fileOf(dir)}.new`, fileOf(dir));
}
