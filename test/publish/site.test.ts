import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePage } from '#publish/bytes.ts';
import { pathOf } from '#publish/pageFile.ts';
import { openSite, type Site, type SiteOptions } from '#publish/site.ts';
import { contentOf, listeningLog, temporaryDir, textAt } from '../helpers/site.ts';

async function openIn(dir: string, options: Partial<SiteOptions> = {}) {
  const { log, lines } = listeningLog();
  const site = await openSite({ dir, log, ...options });
  await site.learn();
  return { site, lines, dir };
}

const newsOf = async (address: string, text: string, key = text) => ({
  address,
  key,
  page: await makePage(contentOf(), text),
});

async function put(site: Site, texts: Record<string, string>): Promise<void> {
  site.put(await Promise.all(Object.entries(texts).map(([address, text]) => newsOf(address, text))));
}

async function savedSite(texts: Record<string, string>) {
  const opened = await openIn(await temporaryDir());
  await put(opened.site, texts);
  opened.site.beat({ at: 1_000, revision: 7 });
  await opened.site.save();
  await opened.site.tidy();
  return opened;
}

const reopen = ({ dir }: { dir: string }) => openIn(dir);
const logPath = (dir: string) => join(dir, 'addresses.log');

describe('the site', () => {
  it('comes back as it was: bytes in every encoding, headers, tags, keys and heartbeat', async () => {
    const opened = await savedSite({ '/': 'Home '.repeat(100), '/history.rss?per=update': 'ü🎬'.repeat(50) });
    const token = contentOf({ kind: 'token', policy: "default-src 'self'", changedAt: 7, staleBody: 'Old' });
    const leave = await makePage(token, 'Leave');
    opened.site.put([{ address: '/u', key: 'k', page: leave }]);
    await opened.site.save();
    const { site, lines } = await reopen(opened);
    expect(await site.find('/u')).toEqual(leave);
    expect(await textAt(site, '/')).toBe('Home '.repeat(100));
    expect(await textAt(site, '/history.rss?per=update')).toBe('ü🎬'.repeat(50));
    expect([site.keyOf('/u'), site.keyOf('/nowhere')]).toEqual(['k', undefined]);
    expect(site.heartbeatAt).toBe(1_000);
    expect(JSON.parse((await textAt(site, '/heartbeat.json')) ?? '')).toEqual({
      at: new Date(1_000).toISOString(),
      revision: '7',
    });
    expect(lines).toEqual([]);
  });

  it('is empty, and says nothing, where nothing was ever saved', async () => {
    const { site, lines } = await openIn(join(await temporaryDir(), 'not', 'there'));
    expect([await site.find('/'), site.heartbeatAt, site.addresses(), lines]).toEqual([null, 0, [], []]);
  });

  it('reads nothing but its heartbeat when it is opened, and gives each page before it has learnt of any', async () => {
    const { dir } = await savedSite({ '/': 'Home', '/history': 'past' });
    const site = await openSite({ dir, log: listeningLog().log });
    await rm(pathOf(dir, '/history'));
    expect(await textAt(site, '/')).toBe('Home');
    expect(await textAt(site, '/history')).toBeUndefined();
  });

  it('opens no file for what it knows is not there', async () => {
    const opened = await savedSite({ '/': 'Home' });
    const { site } = await reopen(opened);
    await mkdir(join(opened.dir, 'pages', 'x'), { recursive: true });
    expect(site.find('/nonsense')).toBeNull();
  });

  it('shows what was put at once, whether the disk has it or not', async () => {
    const opened = await savedSite({ '/': 'one', '/history': 'past' });
    await put(opened.site, { '/': 'two' });
    expect(await textAt(opened.site, '/')).toBe('two');
    expect(await textAt((await reopen(opened)).site, '/')).toBe('one');
    await opened.site.save();
    expect(await textAt((await reopen(opened)).site, '/')).toBe('two');
    expect(opened.site.owedBytes()).toBe(0);
  });

  it('gives nobody an old page that was still being read when it was replaced or taken back', async () => {
    const opened = await savedSite({ '/a': 'one', '/b': 'one' });
    const { site } = await reopen(opened);
    const [replaced, gone] = [textAt(site, '/a'), textAt(site, '/b')];
    await put(site, { '/a': 'two' });
    site.withdraw(['/b']);
    expect([await replaced, await gone]).toEqual(['two', undefined]);
    expect(await textAt(site, '/a')).toBe('two');
  });

  it('reads a file once, however many ask for it at the same time', async () => {
    const { site } = await reopen(await savedSite({ '/a': 'one' }));
    expect(site.find('/a')).toBe(site.find('/a'));
    const page = await site.find('/a');
    expect(site.find('/a')).toBe(page);
  });

  it('takes pages back, from the disk too', async () => {
    const opened = await savedSite({ '/': 'Home', '/gone': 'old' });
    opened.site.withdraw(['/gone']);
    expect(opened.site.find('/gone')).toBeNull();
    await opened.site.save();
    await expect(readFile(pathOf(opened.dir, '/gone'))).rejects.toThrow('ENOENT');
    const { site } = await reopen(opened);
    expect([site.find('/gone'), site.addresses()]).toEqual([null, ['/']]);
  });

  it('holds in memory what is asked for, up to a limit, and what is pinned beyond it', async () => {
    const texts = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`/${n}`, `${n}`.repeat(500)]));
    const saved = await savedSite({ ...texts, '/': 'Home' });
    const { site } = await openIn(saved.dir, { memoryBytes: 60_000 });
    site.pin(new Set(['/']));
    for (const address of ['/', ...Object.keys(texts)]) await site.find(address);
    const held = Object.keys(texts).filter((address) => site.peek(address));
    expect(held.length).toBeGreaterThan(3);
    expect(held.length).toBeLessThan(20);
    expect(held).toContain('/39');
    expect(site.peek('/')).toBeDefined();
  });

  it.each([
    [
      'changed',
      async (path: string) => {
        const packed = await readFile(path);
        packed.writeUInt8(packed.readUInt8(packed.length - 2) ^ 1, packed.length - 2);
        await writeFile(path, packed);
      },
    ],
    ['cut short', (path: string) => truncate(path, 50)],
    ['empty', (path: string) => truncate(path, 0)],
    ['missing', (path: string) => rm(path)],
    [
      'that of another address',
      async (path: string) => writeFile(path, await readFile(pathOf(join(path, '../../..'), '/history'))),
    ],
  ])('a file that is %s is not served, is named in the log, and is to be put again', async (_, damage) => {
    const opened = await savedSite({ '/': 'Home', '/history': 'past' });
    await damage(pathOf(opened.dir, '/'));
    const { site, lines } = await reopen(opened);
    let lost = 0;
    site.onLoss(() => lost++);
    expect([await textAt(site, '/'), await textAt(site, '/history')]).toEqual([undefined, 'past']);
    expect([site.isPublic('/'), site.keyOf('/'), lost]).toEqual([true, undefined, 1]);
    expect(lines).toMatchObject([{ level: 40, address: '/' }]);
    await put(site, { '/': 'Home' });
    await site.save();
    expect(await textAt((await reopen(opened)).site, '/')).toBe('Home');
  });

  it('a list whose last line was cut off loses that line and nothing else', async () => {
    const opened = await savedSite({ '/': 'Home', '/history': 'past' });
    await appendFile(logPath(opened.dir), '["/history","ot');
    const { site, lines } = await reopen(opened);
    expect([site.keyOf('/history'), lines]).toEqual(['past', []]);
    await put(site, { '/new': 'page' });
    await site.save();
    expect((await reopen(opened)).site.keyOf('/new')).toBe('page');
  });

  it.each([
    ['nonsense', 'nonsense'],
    ['of another version', '{"addresses":2,"whole":true}\n["/","Home"]\n'],
    ['broken in the middle', '{"addresses":1,"whole":true}\n["/","Home"]\n["/hist\n["/","Home"]\n'],
    ['empty', ''],
  ])('a list that is %s is as good as none: everything is served as it is and rendered again', async (_, text) => {
    const opened = await savedSite({ '/': 'Home', '/history': 'past' });
    await writeFile(logPath(opened.dir), text);
    const { site, lines } = await reopen(opened);
    expect(lines).toMatchObject([{ level: 40 }]);
    expect([site.keyOf('/'), await textAt(site, '/history')]).toEqual([undefined, 'past']);
    await put(site, { '/': 'Home' });
    await site.save();
    await site.tidy();
    expect(await readdir(join(pathOf(opened.dir, '/'), '..'))).toHaveLength(1);
    await expect(readFile(pathOf(opened.dir, '/history'))).rejects.toThrow('ENOENT');
    expect((await reopen(opened)).site.addresses()).toEqual(['/']);
  });

  it('a heartbeat that cannot be read makes every page old, and none go away', async () => {
    const opened = await savedSite({ '/': 'Home' });
    await writeFile(pathOf(opened.dir, '/heartbeat.json'), 'x');
    const { site, lines } = await reopen(opened);
    expect([site.heartbeatAt, await textAt(site, '/')]).toEqual([0, 'Home']);
    expect(lines[0]).toMatchObject({ level: 40 });
  });

  it('after a save that failed, the next one writes everything that is missing', async () => {
    const dir = join(await temporaryDir(), 'site');
    await writeFile(dir, 'a file where the folder should be');
    const { site } = await openIn(dir);
    await put(site, { '/': 'Home' });
    await expect(site.save()).rejects.toThrow();
    expect(await textAt(site, '/')).toBe('Home');
    await rm(dir);
    await site.save();
    expect(await textAt((await openIn(dir)).site, '/')).toBe('Home');
  });

  it('keeps its list short, however often the same pages change', async () => {
    const opened = await savedSite({ '/': 'Home' });
    for (let round = 0; round < 40; round++) {
      const many = Array.from({ length: 100 }, (_, n) => [`/${n}`, `${round} of ${n}`]);
      await put(opened.site, Object.fromEntries(many));
      await opened.site.save();
    }
    const lines = (await readFile(logPath(opened.dir), 'utf8')).split('\n').length;
    expect(lines).toBeLessThan(5_500);
    const { site } = await reopen(opened);
    expect([site.addresses().length, await textAt(site, '/99')]).toEqual([101, '39 of 99']);
  }, 60_000);

  it('a process killed at any moment leaves whole pages, and a heartbeat that is not newer than any of them', async () => {
    const dir = await temporaryDir();
    const program = join(import.meta.dirname, '../helpers/savingProcess.ts');
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [program, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      await once(child.stdout, 'data');
      await sleep(Math.random() * 60);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const { site, lines } = await openIn(dir);
      for (let number = 0; number < 20; number++) {
        const [, generation] =
          /^generation (\d+) of page \d+$/.exec((await textAt(site, `/pages/${number}`)) ?? '') ?? [];
        expect(Number(generation)).toBeGreaterThanOrEqual(site.heartbeatAt);
        // What the list says it is, it is.
        const key = site.keyOf(`/pages/${number}`);
        if (key !== undefined) expect(key).toBe(generation);
      }
      expect(lines).toEqual([]);
    }
  });
});
