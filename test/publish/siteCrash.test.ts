import type FileSystem from 'node:fs/promises';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { makePage } from '#publish/bytes.ts';
import { openSite } from '#publish/site.ts';
import { contentOf, listeningLog, temporaryDir, textAt } from '../helpers/site.ts';

/** How many more writes the process lives for; the last of them is cut in half. */
const life = vi.hoisted(() => ({ writesLeft: Number.POSITIVE_INFINITY, writes: 0 }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  const dead = () => {
    life.writes++;
    return life.writesLeft-- <= 0;
  };
  const cutting = (write: typeof real.writeFile) => async (path: string, data: string | Buffer, options: object) => {
    if (!dead()) return write(path, data, options);
    if (life.writesLeft === -1) await write(path, data.slice(0, Math.floor(data.length / 2)), options);
    throw new Error('dead');
  };
  return {
    ...real,
    writeFile: cutting(real.writeFile),
    appendFile: cutting(real.appendFile),
    async rename(from: string, to: string) {
      if (dead()) throw new Error('dead');
      return real.rename(from, to);
    },
    async rm(path: string, options: object) {
      if (dead()) throw new Error('dead');
      return real.rm(path, options);
    },
  };
});

beforeEach(() => {
  life.writesLeft = Number.POSITIVE_INFINITY;
});

const pages = [0, 1, 2, 3, 4].map((number) => `/pages/${number}`);

/** The first page is taken back in even generations, and put in odd ones. */
async function saveGeneration(dir: string, generation: number): Promise<void> {
  const site = await openSite({ dir, log: listeningLog().log });
  await site.learn();
  for (const address of pages) {
    const page = await makePage(contentOf(), `generation ${generation}`);
    site.put([{ address, key: String(generation), page }]);
  }
  if (generation % 2 === 0) site.withdraw(pages.slice(0, 1));
  site.beat({ at: generation, revision: generation });
  life.writes = 0;
  await site.save();
  await site.tidy();
}

/** What a process finds that starts on it: which generations, by page. */
async function found(dir: string): Promise<(number | null)[]> {
  const { log, lines } = listeningLog();
  const site = await openSite({ dir, log });
  await site.learn();
  const generations: (number | null)[] = [];
  for (const address of pages) {
    const text = await textAt(site, address);
    expect(text ?? 'generation 0').toMatch(/^generation \d$/);
    const generation = text === undefined ? null : Number(text.split(' ')[1]);
    const key = site.keyOf(address);
    // A key is never believed of bytes that were not rendered under it.
    if (key !== undefined && generation !== null) expect(key).toBe(String(generation));
    if (generation !== null) expect(generation).toBeGreaterThanOrEqual(site.heartbeatAt);
    generations.push(generation);
  }
  // A page that was taken back may be listed and be gone: that alone is told.
  for (const line of lines) expect(line).toMatchObject({ address: pages[0] });
  return generations;
}

it('wherever a save is cut off, every page is the old one or the new one, and nothing counts as newer than it is', async () => {
  const dir = await temporaryDir();
  const old = join(dir, 'old');
  await saveGeneration(old, 1);
  await saveGeneration(join(dir, 'complete'), 1);
  await saveGeneration(join(dir, 'complete'), 2);
  const steps = life.writes;
  expect(steps).toBeGreaterThan(12);
  const seen = new Set<number | null>();
  for (let step = 0; step < steps; step++) {
    const cut = join(dir, `cut-${step}`);
    await cp(old, cut, { recursive: true });
    life.writesLeft = step;
    await saveGeneration(cut, 2).catch((error: Error) => expect(error.message).toBe('dead'));
    life.writesLeft = Number.POSITIVE_INFINITY;
    for (const generation of await found(cut)) seen.add(generation);
    await saveGeneration(cut, 3);
    expect(await found(cut)).toEqual([3, 3, 3, 3, 3]);
  }
  expect([...seen].toSorted()).toEqual([1, 2, null]);
});
