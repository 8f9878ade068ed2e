import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type Pusher, startPusher } from '#publish/pusher.ts';
import type { StaticSite } from '#publish/staticSite.ts';
import type { TargetSettings } from '#publish/targetRunner.ts';
import { folder } from '#publish/targets/folder.ts';
import { s3 } from '#publish/targets/s3.ts';
import { type Target, TargetError, targetKind } from '#publish/targets/target.ts';
import { siteOfTexts } from '../contracts/target.ts';
import { openS3 } from '../helpers/s3.ts';
import { listeningLog, temporaryDir } from '../helpers/site.ts';
import { waitUntil } from '../helpers/wait.ts';

const settingsOf = (name: string, kind: string, part: Partial<TargetSettings> = {}): TargetSettings => ({
  name,
  kind,
  refreshMs: 30_000,
  config: {},
  secrets: {},
  ...part,
});

/** A kind whose targets do what the test says. */
function scripted(sync: Target['sync']) {
  return targetKind({ kind: 'scripted', schema: z.strictObject({}), open: () => ({ sync }) });
}

const beat = Date.UTC(2026, 10, 24, 20);
const home = (text: string, at = beat) => siteOfTexts({ 'index.html': text }, at);

type Given = Partial<Parameters<typeof startPusher>[0]> & { targets: () => readonly TargetSettings[] };

async function push(given: Given) {
  const { log, lines } = listeningLog();
  const dir = given.dir ?? join(await temporaryDir(), 'targets');
  const scene: { site: StaticSite } = { site: home('one') };
  const start = (): Pusher =>
    startPusher({
      site: async () => scene.site,
      searchPath: process.env['PATH'] ?? '',
      hide: (text) => text.replaceAll('sesame', '[hidden]'),
      log,
      backoffMs: { first: 20, most: 100 },
      ...given,
      dir,
    });
  const pusher = start();
  onTestFinished(() => pusher.stop());
  return { pusher, start, scene, dir, lines };
}

const folderTarget = (path: string, part: Partial<TargetSettings> = {}) =>
  settingsOf('disk', 'folder', { config: { path }, ...part });

describe('the pusher', () => {
  it('brings news to every target at once, and says how old what each shows is', async () => {
    const root = await temporaryDir();
    const targets = ['a', 'b'].map((name) => settingsOf(name, 'folder', { config: { path: join(root, name) } }));
    const { pusher, scene } = await push({ targets: () => targets });
    pusher.wake(true);
    await waitUntil('both are there', () => pusher.report().every(({ shownAt }) => shownAt === beat));
    scene.site = home('two', beat + 30_000);
    pusher.wake(true);
    await waitUntil('both are newer', () => pusher.report().every(({ shownAt }) => shownAt === beat + 30_000));
    expect(await readFile(join(root, 'b/index.html'), 'utf8')).toBe('two');
    expect(pusher.report()).toMatchObject([
      { name: 'a', kind: 'folder', lastError: null },
      { name: 'b', kind: 'folder', lastError: null },
    ]);
  });

  it('waits with what is no news until it is due', async () => {
    const began: number[] = [];
    const clock = { now: beat };
    const kind = scripted(async () => void began.push(clock.now));
    const targets = [settingsOf('quiet', 'scripted', { refreshMs: 60_000 })];
    const { pusher } = await push({ targets: () => targets, kinds: [kind], now: () => clock.now });
    pusher.wake(true);
    await waitUntil('the first is done', () => pusher.report()[0]?.lastSuccessAt);
    clock.now += 30_000;
    pusher.wake(false);
    clock.now += 29_990;
    pusher.wake(false);
    await waitUntil('the second is done', () => began.length === 2);
    pusher.wake(true);
    await waitUntil('the news is done', () => began.length === 3);
    expect(began).toEqual([beat, beat + 59_990, beat + 59_990]);
  });

  it('makes one attempt at a time, and one more for all that came meanwhile', async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    const seen: (string | undefined)[] = [];
    const kind = scripted(async (site) => {
      running += 1;
      expect(running).toBe(1);
      seen.push((await site.files.get('index.html')?.bytes())?.toString());
      await gate.promise;
      running -= 1;
    });
    const { pusher, scene } = await push({ targets: () => [settingsOf('slow', 'scripted')], kinds: [kind] });
    pusher.wake(true);
    await waitUntil('it has begun', () => seen.length === 1);
    for (const text of ['two', 'three', 'four']) {
      scene.site = home(text);
      pusher.wake(true);
    }
    gate.resolve();
    await waitUntil('it has begun again', () => seen.length === 2);
    await waitUntil('it is done', () => running === 0);
    expect(seen).toEqual(['one', 'four']);
  });

  it('lets no target wait for another', async () => {
    const root = await temporaryDir();
    const dead = scripted(() => new Promise(() => {}));
    const targets = [settingsOf('dead', 'scripted'), folderTarget(root)];
    const { pusher } = await push({ targets: () => targets, kinds: [dead, folder] });
    pusher.wake(true);
    await waitUntil('the live one is there', () => pusher.report()[1]?.shownAt);
    expect(pusher.report()[0]).toMatchObject({ name: 'dead', shownAt: null, lastError: null });
    await pusher.stop();
  });

  it('ends an attempt that does not end, and says so', async () => {
    const dead = scripted(() => new Promise(() => {}));
    const { pusher } = await push({ targets: () => [settingsOf('dead', 'scripted')], kinds: [dead], patienceMs: 1 });
    pusher.wake(true);
    const error = await waitUntil('it has given up', () => pusher.report()[0]?.lastError);
    expect(error.sentence).toBe('It was not done in time, and goes on where it was.');
  });

  it('tries again by itself, later each time, and says in the log when it is well again', async () => {
    let tries = 0;
    const kind = scripted(async () => {
      tries += 1;
      if (tries < 4) throw new TargetError('The host is away.');
    });
    const { pusher, lines } = await push({ targets: () => [settingsOf('a', 'scripted')], kinds: [kind] });
    pusher.wake(true);
    await waitUntil('it is well', () => pusher.report()[0]?.lastSuccessAt);
    expect(tries).toBe(4);
    expect(pusher.report()[0]?.lastError).toBeNull();
    expect(lines.map(({ msg }) => msg)).toEqual([
      'a target could not be brought up to date',
      'a target is up to date again',
    ]);
  });

  it('says why in one line without anything secret', async () => {
    const reason = 'fatal: cannot reach\nhttps://owner:pass@example.org/x with sesame\u0007';
    const kind = scripted(() => Promise.reject(new Error(reason)));
    const { pusher, lines } = await push({ targets: () => [settingsOf('a', 'scripted')], kinds: [kind] });
    pusher.wake(true);
    const { sentence } = await waitUntil('it has failed', () => pusher.report()[0]?.lastError);
    expect(sentence).toBe('fatal: cannot reach https://example.org/x with [hidden]');
    expect(JSON.stringify(lines)).not.toMatch(/sesame|pass@/);
  });

  it('remembers after a restart what a host holds, and reads nothing again', async () => {
    const { endpoint, bucket, accessKeyId, secretAccessKey, written } = await openS3();
    const config = { endpoint, bucket, region: 'auto', prefix: '', accessKeyId, gzip: false };
    const targets = [settingsOf('store', 's3', { config, secrets: { secretAccessKey } })];
    const { pusher, start, dir } = await push({ targets: () => targets, kinds: [s3] });
    pusher.wake(true);
    await waitUntil('it is there', () => pusher.report()[0]?.shownAt);
    const firstAt = pusher.report()[0]?.lastSuccessAt;
    await pusher.stop();
    expect(await readFile(join(dir, 'store/memory'), 'utf8')).not.toContain(secretAccessKey);
    const before = written.length;
    expect(before).toBe(3);
    const again = start();
    onTestFinished(() => again.stop());
    again.wake(true);
    expect(await waitUntil('it is known', () => again.report()[0]?.shownAt)).toBe(beat);
    await waitUntil('it was looked at again', () => again.report()[0]?.lastSuccessAt !== firstAt);
    expect(written.slice(before)).toEqual([]);
  });

  it('has no memory in the middle of an attempt, so that a kill makes the next one a full one', async () => {
    const memories: boolean[] = [];
    const file = (dir: string) => join(dir, 'a/memory');
    const given: { dir?: string } = {};
    const kind = scripted(async (_, held) => {
      memories.push(existsSync(file(given.dir ?? '')));
      held.set('index.html', 'x');
    });
    const { pusher, dir } = await push({ targets: () => [settingsOf('a', 'scripted')], kinds: [kind] });
    given.dir = dir;
    pusher.wake(true);
    await waitUntil('it is remembered', () => existsSync(file(dir)));
    pusher.wake(true);
    await waitUntil('it has begun again', () => memories.length === 2);
    await waitUntil('it is remembered again', () => existsSync(file(dir)));
    expect(memories).toEqual([false, false]);
  });

  it('removes at the start what it kept of targets that are gone', async () => {
    const dir = join(await temporaryDir(), 'targets');
    await mkdir(join(dir, 'former'), { recursive: true });
    await push({ targets: () => [], dir });
    await waitUntil('it is gone', () => !existsSync(join(dir, 'former')));
  });

  it.each(['{', '{"version":1,"place":"x"}\nnonsense'])(
    'begins anew with a memory that is damaged: %s',
    async (text) => {
      const root = await temporaryDir();
      const dir = join(await temporaryDir(), 'targets');
      await mkdir(join(dir, 'disk'), { recursive: true });
      await writeFile(join(dir, 'disk/memory'), text);
      const { pusher } = await push({ targets: () => [folderTarget(root)], dir });
      pusher.wake(true);
      await waitUntil('it is there', () => pusher.report()[0]?.shownAt);
      expect(await readFile(join(root, 'index.html'), 'utf8')).toBe('one');
    },
  );

  it('goes on when its own disk takes nothing', async () => {
    const root = await temporaryDir();
    const { pusher, lines } = await push({ targets: () => [folderTarget(root)], dir: '/dev/null/targets' });
    pusher.wake(true);
    await waitUntil('it is there', () => pusher.report()[0]?.shownAt);
    expect(lines.map(({ msg }) => msg)).toContain('what a target holds cannot be kept');
  });

  it('follows its settings at run time: another place, one more, one less', async () => {
    const root = await temporaryDir();
    const scene = {
      targets: [folderTarget(join(root, 'a')), settingsOf('other', 'folder', { config: { path: join(root, 'o') } })],
    };
    const { pusher, dir } = await push({ targets: () => scene.targets });
    pusher.wake(true);
    await waitUntil('both are there', () => pusher.report().every(({ shownAt }) => shownAt !== null));
    scene.targets = [folderTarget(join(root, 'b'))];
    pusher.wake(false);
    await waitUntil('the new place is filled', () => existsSync(join(root, 'b/heartbeat.json')));
    await waitUntil('the other is forgotten', async () => !(await readdir(dir)).includes('other'));
    expect(pusher.report().map(({ name }) => name)).toEqual(['disk']);
    // What is at a host that was taken out is the operator's.
    expect(existsSync(join(root, 'o/index.html'))).toBe(true);
  });

  it('fills a host again that was emptied', async () => {
    const root = await temporaryDir();
    const { pusher, scene } = await push({ targets: () => [folderTarget(join(root, 'www'))] });
    pusher.wake(true);
    await waitUntil('it is there', () => pusher.report()[0]?.shownAt);
    await rm(join(root, 'www'), { recursive: true });
    scene.site = home('one', beat + 30_000);
    pusher.wake(true);
    await waitUntil('it is there again', () => existsSync(join(root, 'www/heartbeat.json')));
    expect(await readFile(join(root, 'www/index.html'), 'utf8')).toBe('one');
  });
});
