import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { nameOf, pagesDir } from './pageFile.ts';
import { inTurns } from './turns.ts';

/** Names that are worked out before others have their turn. */
const slice = 500;

/** Removes the files below the pages' folder that belong to none of these addresses: a write cut off, a lost list. */
export async function removeOrphans(dir: string, addresses: Iterable<string>): Promise<void> {
  const known = new Set<string>();
  for (const address of addresses) {
    known.add(nameOf(address));
    if (known.size % slice === 0) await nextTurn();
  }
  await mkdir(pagesDir(dir), { recursive: true });
  const entries = await readdir(pagesDir(dir), { recursive: true, withFileTypes: true });
  const orphans = entries.filter((entry) => entry.isFile() && !known.has(entry.name));
  await inTurns(orphans, ({ parentPath, name }) => rm(join(parentPath, name), { force: true }));
}
