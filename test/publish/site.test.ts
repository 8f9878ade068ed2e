import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePage } from '#publish/bytes.ts';
import { loadSite, type Site, saveSite } from '#publish/site.ts';
import { contentOf, listeningLog, temporaryDir } from '../helpers/site.ts';

async function savedSite(texts: Record<string, string>): Promise<Site> {
  const site = await loadSite(await temporaryDir(), listeningLog().log);
  for (const [path, text] of Object.entries(texts)) site.pages.set(path, await makePage(contentOf(), text));
  site.heartbeatAt = 1_000;
  await saveSite(site);
  return site;
}

const textsOf = (site: Site) =>
  Object.fromEntries([...site.pages].map(([path, page]) => [path, page.bodies.identity.toString()]));
const filesOf = (site: Site) => readdir(join(site.disk.dir, 'pages'));

async function fileOf(site: Site, path: string): Promise<string> {
  const page = site.pages.get(path);
  const name = page && site.disk.names.get(page);
  if (!name) throw new Error(`${path} was not saved`);
  return join(site.disk.dir, 'pages', name);
}

describe('the site on disk', () => {
  it('it comes back as it was: bytes in every encoding, headers, tags and heartbeat', async () => {
    const site = await savedSite({ '/': 'Home '.repeat(100), '/history.rss?per=update': 'ü🎬' });
    site.pages.set(
      '/u',
      await makePage(contentOf({ kind: 'token', policy: "default-src 'self'", changedAt: 7 }), 'Leave'),
    );
    await saveSite(site);
    const { log, lines } = listeningLog();
    const back = await loadSite(site.disk.dir, log);
    expect(back.pages).toEqual(site.pages);
    expect(back.heartbeatAt).toBe(1_000);
    expect(lines).toEqual([]);
  });

  it('it is empty, and says nothing, where nothing was ever saved', async () => {
    const { log, lines } = listeningLog();
    const site = await loadSite(join(await temporaryDir(), 'not', 'there'), log);
    expect([site.pages.size, site.heartbeatAt, lines]).toEqual([0, 0, []]);
    await saveSite(site);
    expect((await loadSite(site.disk.dir, log)).pages.size).toBe(0);
  });

  it('it writes only what is new and removes what is no longer published', async () => {
    const site = await savedSite({ '/': 'one', '/history': 'past', '/gone': 'old' });
    const kept = await fileOf(site, '/history');
    const before = await filesOf(site);
    site.pages.set('/', await makePage(contentOf(), 'two'));
    site.pages.delete('/gone');
    await saveSite(site);
    const after = await filesOf(site);
    expect(after).toHaveLength(2);
    expect(after.filter((name) => before.includes(name))).toEqual([kept.split('/').at(-1)]);
    expect(textsOf(await loadSite(site.disk.dir, listeningLog().log))).toEqual({ '/': 'two', '/history': 'past' });
  });

  it('two addresses with the same content share a file', async () => {
    const site = await savedSite({ '/a': 'same', '/b': 'same', '/c': 'other' });
    expect(await filesOf(site)).toHaveLength(2);
    expect(textsOf(await loadSite(site.disk.dir, listeningLog().log))).toEqual({
      '/a': 'same',
      '/b': 'same',
      '/c': 'other',
    });
  });

  it.each([
    ['changed', async (path: string) => writeFile(path, (await readFile(path, 'utf8')).replace('Home', 'Hame'))],
    ['cut short', (path: string) => truncate(path, 50)],
    ['empty', (path: string) => truncate(path, 0)],
    ['missing', (path: string) => rm(path)],
  ])(
    'a file that is %s is left out and named in the log; the rest is served and it is written anew',
    async (_, damage) => {
      const site = await savedSite({ '/': 'Home', '/history': 'past' });
      await damage(await fileOf(site, '/'));
      const { log, lines } = listeningLog();
      const back = await loadSite(site.disk.dir, log);
      expect(textsOf(back)).toEqual({ '/history': 'past' });
      expect(lines).toMatchObject([{ level: 40, path: '/' }]);
      back.pages.set('/', await makePage(contentOf(), 'Home'));
      await saveSite(back);
      expect(textsOf(await loadSite(site.disk.dir, log))).toEqual({ '/': 'Home', '/history': 'past' });
      expect(lines).toHaveLength(1);
    },
  );

  it.each([
    '',
    '{',
    '[]',
    '{"version":2,"heartbeatAt":0,"pages":{}}',
    '{"version":1,"heartbeatAt":0,"pages":{"/":"../../etc/passwd"}}',
  ])('a manifest that is %s is as good as none, and the log says so', async (manifest) => {
    const site = await savedSite({ '/': 'Home' });
    await writeFile(join(site.disk.dir, 'manifest.json'), manifest);
    const { log, lines } = listeningLog();
    const back = await loadSite(site.disk.dir, log);
    expect([back.pages.size, lines.length, lines[0]?.['level']]).toEqual([0, 1, 40]);
  });

  it('after a save that failed, the next one writes everything that is missing', async () => {
    const site = await loadSite(join(await temporaryDir(), 'site'), listeningLog().log);
    site.pages.set('/', await makePage(contentOf(), 'Home'));
    await writeFile(site.disk.dir, 'a file where the folder should be');
    await expect(saveSite(site)).rejects.toThrow();
    await rm(site.disk.dir);
    await saveSite(site);
    expect(textsOf(await loadSite(site.disk.dir, listeningLog().log))).toEqual({ '/': 'Home' });
  });

  it('a process killed at any moment leaves a whole site of one generation', async () => {
    const dir = await temporaryDir();
    const program = join(import.meta.dirname, '../helpers/savingProcess.ts');
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [program, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      await once(child.stdout, 'data');
      await sleep(Math.random() * 60);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const { log, lines } = listeningLog();
      const back = await loadSite(dir, log);
      const generations = new Set(Object.values(textsOf(back)).map((text) => text.split(' ')[1]));
      expect(lines).toEqual([]);
      expect(back.pages.size).toBe(20);
      expect([...generations]).toEqual([String(back.heartbeatAt)]);
    }
  });
});
