import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { rsync } from '#publish/targets/rsync.ts';
import { siteOfTexts } from '../../contracts/target.ts';
import { missingSshd, startSshd } from '../../helpers/sshd.ts';

const missing = await missingSshd();
const sshd = missing === null ? await startSshd() : null;
afterAll(() => sshd?.stop());

async function makeDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-rsync-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function openHost(given: object = {}, patienceMs = 10_000) {
  if (!sshd) throw new Error('no sshd');
  const { port, user, identityFile, knownHosts } = sshd;
  const own = await makeDir();
  const path = join(await makeDir(), 'www');
  const settings = { host: '127.0.0.1', port, user, path, identityFile, knownHosts, ...given };
  const target = rsync.open(settings, { dir: own, searchPath: process.env['PATH'] ?? '', patienceMs });
  const sync = () => target.sync(siteOfTexts({ 'index.html': 'home' }), new Map(), AbortSignal.timeout(30_000));
  return { own, path, sync };
}

describe.skipIf(missing !== null)('the target rsync', () => {
  it('goes to no host whose key it does not know', async () => {
    const empty = join(await makeDir(), 'known_hosts');
    await writeFile(empty, '');
    const { sync } = await openHost({ knownHosts: empty });
    await expect(sync()).rejects.toThrow(/^rsync: .*Host key verification failed/i);
  });

  it('says when it is not let in', async () => {
    const { sync } = await openHost({ user: 'nobody' });
    await expect(sync()).rejects.toThrow(/^rsync: .*(Permission denied|closed)/i);
  });

  it('does not wait for ever for a host that takes connections and says nothing', async () => {
    const mute = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => void mute.once('listening', resolve));
    onTestFinished(() => void mute.close());
    const address = mute.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { sync } = await openHost({ port }, 1_000);
    await expect(sync()).rejects.toThrow(/^rsync/);
  });

  it('leaves nothing in its own folder but how to reach the host', async () => {
    const { own, path, sync } = await openHost();
    await sync();
    expect(await readdir(own)).toEqual(['ssh_config']);
    expect((await readdir(path)).toSorted()).toEqual(['.intermission.json', 'heartbeat.json', 'index.html']);
  });

  it.each([
    { host: '-oProxyCommand=true' },
    { user: '-l' },
    { path: '-x' },
    { path: 'host:x' },
    { identityFile: 'a"b' },
  ])('takes nothing that ssh could take for something else: %j', (given) => {
    expect(rsync.schema.safeParse({ host: 'a.example', path: '/srv', ...given }).success).toBe(false);
  });
});
