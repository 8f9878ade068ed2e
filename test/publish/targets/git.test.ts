import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { git } from '#publish/targets/git.ts';
import type { Held } from '#publish/targets/target.ts';
import { siteOfTexts } from '../../contracts/target.ts';
import { missingProgram } from '../../helpers/debian.ts';

const run = promisify(execFile);
const missing = await missingProgram('git');

async function openHost(given: object = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-git-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const host = join(dir, 'host.git');
  await run('git', ['init', '--bare', '--quiet', host]);
  const place = { dir: join(dir, 'own'), searchPath: process.env['PATH'] ?? '', patienceMs: 10_000 };
  const target = git.open({ url: `file://${host}`, branch: 'pages', ...given }, place);
  const at = async (...args: string[]) => (await run('git', ['--git-dir', host, ...args])).stdout.trim();
  const sync = (text: string, held: Held = new Map(), second = 0) =>
    target.sync(
      siteOfTexts({ 'index.html': text }, Date.UTC(2026, 10, 24, 20, 0, second)),
      held,
      AbortSignal.timeout(20_000),
    );
  return { dir, host, at, sync };
}

describe.skipIf(missing !== null)('the target git', () => {
  it('keeps one commit without a parent, however often it is brought up to date', async () => {
    const { at, sync } = await openHost();
    const held: Held = new Map();
    for (let round = 0; round < 4; round++) await sync(`round ${round}`, held, round);
    expect(await at('rev-list', '--count', 'pages')).toBe('1');
    expect(await at('show', 'pages:index.html')).toBe('round 3');
    expect(await at('for-each-ref', '--format=%(refname)')).toBe('refs/heads/pages');
  });

  it('writes in the name that the settings give', async () => {
    const { at, sync } = await openHost({ authorName: 'Reel Call', authorEmail: 'status@example.org' });
    await sync('home');
    expect(await at('log', '-1', '--format=%an <%ae>|%cn|%s', 'pages')).toBe(
      'Reel Call <status@example.org>|Reel Call|Publish the page as of 2026-11-24T20:00:00.000Z',
    );
  });

  it('keeps hosts of pages from leaving out files, and names the domain', async () => {
    const { at, sync } = await openHost({ cname: 'status.example.org' });
    await sync('home');
    expect((await at('ls-tree', '--name-only', 'pages')).split('\n')).toContain('.nojekyll');
    expect(await at('show', 'pages:CNAME')).toBe('status.example.org');
  });

  it('does not overwrite what somebody else has pushed since, before it has looked', async () => {
    const { at, sync, host, dir } = await openHost();
    const held: Held = new Map();
    await sync('ours', held);
    const work = join(dir, 'work');
    await run('git', ['clone', '--quiet', '--branch', 'pages', host, work]);
    const other = ['-C', work, '-c', 'user.name=O', '-c', 'user.email=o@example.org'];
    await run('git', [...other, 'rm', '--quiet', '.intermission.json']);
    await run('git', [...other, 'commit', '--quiet', '-m', 'Take over']);
    await run('git', [...other, 'push', '--quiet', 'origin', 'pages']);
    await expect(sync('ours again', held, 1)).rejects.toThrow(/stale info|rejected/);
    await expect(sync('ours again', held, 1)).rejects.toThrow('The branch pages holds something else');
    expect(await at('log', '-1', '--format=%s', 'pages')).toBe('Take over');
  });

  it('leaves no token on its disk', async () => {
    const { dir, sync } = await openHost({ token: 'sesame-open-sesame' });
    await sync('home');
    const encoded = Buffer.from('x-access-token:sesame-open-sesame').toString('base64');
    const { stdout } = await run('grep', ['-rlE', `sesame|${encoded}`, dir]).catch(() => ({ stdout: '' }));
    expect(stdout).toBe('');
    expect(await readFile(join(dir, 'own/site.git/config'), 'utf8')).not.toContain('extraHeader');
  });

  it('says in one line what is wrong with the host', async () => {
    const { sync } = await openHost({ url: 'file:///nonexistent/repository.git' });
    await expect(sync('home')).rejects.toThrow(/^git ls-remote: fatal: .*repository\.git/);
  });

  it.each([
    'https://user:password@example.org/x.git',
    'ext::sh -c true',
    '--upload-pack=true',
    'http://example.org/x.git',
    '/srv/x.git',
    'ssh://-oProxyCommand=true/x',
  ])('takes no address such as %s', (url) => {
    expect(git.schema.safeParse({ url }).success).toBe(false);
  });

  it.each(['-x', 'a..b', 'a b', 'x.lock', 'a/', '@{u}'])('takes no branch such as %s', (branch) => {
    expect(git.schema.safeParse({ url: 'https://example.org/x.git', branch }).success).toBe(false);
  });
});
