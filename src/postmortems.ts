import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Postmortem } from '#core/postmortem.ts';
import { parsePostmortem } from './config/postmortem.ts';

/** A file of the shelf: lower case, and not one that begins with an underscore, as the template does. */
const fileName = /^(?<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.md$/;

/** One file as it was last read; a draft is null. */
type Copy = { stamp: string; postmortem: Postmortem | null };

/** The postmortems of a folder, as they are on disk at each reading. */
export type Shelf = {
  /** The published ones, newest first. Never fails: a file that cannot be read keeps its last good words. */
  read: () => Promise<Postmortem[]>;
};

async function load(path: string, slug: string): Promise<Postmortem | null> {
  const { state, ...postmortem } = parsePostmortem(path, await readFile(path, 'utf8'));
  return state === 'published' ? { ...postmortem, slug } : null;
}

/** Opens a folder of postmortems: a new or changed file shows at the next reading, without a build or a restart. */
export function openShelf(dir: string, log: Logger): Shelf {
  const copies = new Map<string, Copy>();

  async function refresh(name: string, slug: string): Promise<void> {
    const path = join(dir, name);
    const last = copies.get(name);
    const { mtimeMs, size } = await stat(path);
    const stamp = `${mtimeMs} ${size}`;
    if (last?.stamp === stamp) return;
    // Remembered before it is parsed, so that a bad file is told once and not at every reading.
    copies.set(name, { stamp, postmortem: last?.postmortem ?? null });
    copies.set(name, { stamp, postmortem: await load(path, slug) });
  }

  async function names(): Promise<string[]> {
    try {
      return await readdir(dir);
    } catch (error) {
      if (copies.size > 0) log.error({ err: error, dir }, 'the postmortems cannot be listed; the last good ones stay');
      return [...copies.keys()];
    }
  }

  return {
    async read() {
      const present = await names();
      for (const name of copies.keys()) if (!present.includes(name)) copies.delete(name);
      for (const name of present) {
        const slug = fileName.exec(name)?.groups?.['slug'];
        if (slug === undefined) continue;
        await refresh(name, slug).catch((error: unknown) =>
          log.error({ err: error, file: name }, 'a postmortem cannot be read; its last good words stay'),
        );
      }
      const published = [...copies.values()].flatMap(({ postmortem }) => postmortem ?? []);
      return published.toSorted((a, b) => b.publishedOn.localeCompare(a.publishedOn) || a.slug.localeCompare(b.slug));
    },
  };
}
