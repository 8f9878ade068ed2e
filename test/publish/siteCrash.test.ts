import type FileSystem from 'node:fs/promises';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { makePage } from '#publish/bytes.ts';
import { loadSite, saveSite } from '#publish/site.ts';
import { contentOf, listeningLog, temporaryDir } from '../helpers/site.ts';

/** How many more writes the process lives for; the last of them is cut in half. */
const life = vi.hoisted(() => ({ writesLeft: Number.POSITIVE_INFINITY, writes: 0 }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  const dead = () => {
    life.writes++;
    return life.writesLeft-- <= 0;
  };
  return {
    ...real,
    async writeFile(path: string, data: string | Buffer, options: object) {
      if (!dead()) return real.writeFile(path, data, options);
      if (life.writesLeft === -1) await real.writeFile(path, data.slice(0, Math.floor(data.length / 2)), options);
      throw new Error('dead');
    },
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

async function saveGeneration(dir: string, generation: number): Promise<void> {
  const site = await loadSite(dir, listeningLog().log);
  for (let number = 0; number < 5; number++)
    site.pages.set(`/pages/${number}`, await makePage(contentOf(), `generation ${generation} of page ${number}`));
  site.heartbeatAt = generation;
  life.writes = 0;
  await saveSite(site);
}

async function expectWhole(dir: string): Promise<number> {
  const { log, lines } = listeningLog();
  const { pages, heartbeatAt } = await loadSite(dir, log);
  const generations = [...pages.values()].map(({ bodies }) => Number(bodies.identity.toString().split(' ')[1]));
  expect(lines).toEqual([]);
  expect(generations).toEqual(Array.from({ length: 5 }, () => heartbeatAt));
  return heartbeatAt;
}

it('wherever a save is cut off, the site on disk is the old one or the new one, whole', async () => {
  const dir = await temporaryDir();
  const old = join(dir, 'old');
  await saveGeneration(old, 1);
  await saveGeneration(join(dir, 'complete'), 1);
  await saveGeneration(join(dir, 'complete'), 2);
  const steps = life.writes;
  expect(steps).toBeGreaterThan(6);
  const found = new Set<number>();
  for (let step = 0; step < steps; step++) {
    const cut = join(dir, `cut-${step}`);
    await cp(old, cut, { recursive: true });
    life.writesLeft = step;
    await expect(saveGeneration(cut, 2)).rejects.toThrow('dead');
    life.writesLeft = Number.POSITIVE_INFINITY;
    found.add(await expectWhole(cut));
    await saveGeneration(cut, 3);
    expect(await expectWhole(cut)).toBe(3);
  }
  expect([...found]).toEqual([1, 2]);
});
