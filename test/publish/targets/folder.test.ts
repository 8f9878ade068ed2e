import { execFile } from 'node:child_process';
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { folder } from '#publish/targets/folder.ts';
import type { Held } from '#publish/targets/target.ts';
import { siteOfTexts } from '../../contracts/target.ts';
import { temporaryDir } from '../../helpers/site.ts';

const run = promisify(execFile);
const site = siteOfTexts({ 'index.html': 'home' });

async function openFolder(patienceMs: number) {
  const path = await temporaryDir();
  const target = folder.open({ path }, { dir: join(path, 'unused'), searchPath: '', patienceMs });
  const sync = (held: Held = new Map()) => target.sync(site, held, AbortSignal.timeout(20_000));
  return { path, sync };
}

describe('the target folder', () => {
  it('does not wait for ever for a file system that hangs, asks it nothing more, and goes on when it is back', async () => {
    const { path, sync } = await openFolder(100);
    // Reading a pipe that nobody writes to is a call that does not end.
    const pipe = join(path, 'heartbeat.json');
    await run('mkfifo', [pipe]);
    await expect(sync()).rejects.toThrow('The file system has not answered for 0.1 s.');
    await expect(sync()).rejects.toThrow('The file system has still not answered what it was asked before.');
    await (await open(pipe, 'w')).close();
    await rm(pipe);
    await expect.poll(() => sync().then(() => 'done', String)).toBe('done');
    expect(await readFile(join(path, 'index.html'), 'utf8')).toBe('home');
  });

  it('is never read half, while it is written', async () => {
    const path = await temporaryDir();
    const target = folder.open({ path }, { dir: 'unused', searchPath: '', patienceMs: 20_000 });
    const held: Held = new Map();
    const write = (round: number) => {
      const wanted = siteOfTexts({ 'index.html': `${round % 10}`.repeat(1_000_000) }, round);
      return target.sync(wanted, held, AbortSignal.timeout(20_000));
    };
    await write(0);
    let isWriting = true;
    const seen = new Set<string>();
    const reading = (async () => {
      while (isWriting) {
        const text = await readFile(join(path, 'index.html'), 'utf8');
        seen.add(`${text.length} ${new Set(text).size}`);
      }
    })();
    for (let round = 1; round <= 10; round++) await write(round);
    isWriting = false;
    await reading;
    expect([...seen]).toEqual(['1000000 1']);
  });

  it('leaves nothing of a write that was cut off', async () => {
    const { path, sync } = await openFolder(5_000);
    await writeFile(join(path, 'index.html.new'), 'half a pa');
    await sync();
    expect((await readdir(path)).toSorted()).toEqual(['.intermission.json', 'heartbeat.json', 'index.html']);
  });

  it('says when it cannot be written', async () => {
    const target = folder.open({ path: '/dev/null/www' }, { dir: 'unused', searchPath: '', patienceMs: 5_000 });
    await expect(target.sync(site, new Map(), AbortSignal.timeout(5_000))).rejects.toThrow(/ENOTDIR|EACCES/);
  });
});
