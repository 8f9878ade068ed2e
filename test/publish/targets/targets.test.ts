import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, onTestFinished } from 'vitest';
import { folder } from '#publish/targets/folder.ts';
import { git } from '#publish/targets/git.ts';
import { manifestName } from '#publish/targets/manifest.ts';
import { rsync } from '#publish/targets/rsync.ts';
import { s3 } from '#publish/targets/s3.ts';
import type { Place } from '#publish/targets/target.ts';
import { describeTarget, type ReadFile } from '../../contracts/target.ts';
import { missingProgram } from '../../helpers/debian.ts';
import { openS3 } from '../../helpers/s3.ts';
import { missingSshd, startSshd } from '../../helpers/sshd.ts';

const run = promisify(execFile);
const searchPath = process.env['PATH'] ?? '';
const programs: ReadonlySet<string> = new Set([manifestName, '.nojekyll', 'CNAME']);

async function makeDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-target-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const makePlace = async (): Promise<Place> => ({ dir: join(await makeDir(), 'own'), searchPath, patienceMs: 20_000 });

/** What lies in a folder that a web server shows. */
async function shownIn(root: string): Promise<Map<string, ReadFile>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  const shown = names.filter((name) => !programs.has(name));
  return new Map(
    await Promise.all(
      shown.map(
        async (name): Promise<[string, ReadFile]> => [name, { text: await readFile(join(root, name), 'utf8') }],
      ),
    ),
  );
}

async function plantIn(root: string, name: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, name)), { recursive: true });
  await writeFile(join(root, name), text);
}

describeTarget('folder', null, async () => {
  const root = join(await makeDir(), 'www');
  return {
    target: folder.open({ path: root }, await makePlace()),
    shown: () => shownIn(root),
    plant: (name, text) => plantIn(root, name, text),
  };
});

describeTarget('s3', null, async () => {
  const { endpoint, bucket, accessKeyId, secretAccessKey, objects } = await openS3();
  const settings = { endpoint, bucket, region: 'eu-central-1', prefix: 'status/', accessKeyId, secretAccessKey };
  return {
    target: s3.open(settings, await makePlace()),
    async shown() {
      const files = [...objects].map(([key, { body, headers }]): [string, ReadFile] => [
        key.replace(/^status\//, ''),
        {
          text: body.toString(),
          contentType: headers['content-type'] ?? 'none',
          cacheControl: headers['cache-control'] ?? 'none',
        },
      ]);
      return new Map(files.filter(([name]) => !programs.has(name)));
    },
    plant: async (name, text) => void objects.set(`status/${name}`, { body: Buffer.from(text), headers: {} }),
  };
});

const noSshd = await missingSshd();
const sshd = noSshd === null ? await startSshd() : null;
afterAll(() => sshd?.stop());

describeTarget('rsync', noSshd, async () => {
  if (!sshd) throw new Error('no sshd');
  const root = join(await mkdtemp(join(sshd.dir, 'www-')), "it's a site");
  await mkdir(root);
  const { port, user, identityFile, knownHosts } = sshd;
  return {
    target: rsync.open({ host: '127.0.0.1', port, user, path: root, identityFile, knownHosts }, await makePlace()),
    shown: () => shownIn(root),
    plant: (name, text) => plantIn(root, name, text),
  };
});

/** A bare repository, and what the branch shows in a fresh clone. */
async function makeRepository(urlOf: (path: string) => string, given: object = {}) {
  const dir = await makeDir();
  const path = join(dir, 'host.git');
  await run('git', ['init', '--bare', '--quiet', path]);
  const clone = async (): Promise<string | null> => {
    const work = await mkdtemp(join(dir, 'clone-'));
    const branches = await run('git', ['--git-dir', path, 'branch', '--list', 'gh-pages']);
    if (branches.stdout === '') return null;
    await run('git', ['clone', '--quiet', '--branch', 'gh-pages', path, work]);
    await rm(join(work, '.git'), { recursive: true });
    return work;
  };
  return {
    path,
    target: git.open({ url: urlOf(path), ...given }, await makePlace()),
    async shown() {
      const work = await clone();
      return work === null ? new Map<string, ReadFile>() : shownIn(work);
    },
    async plant(name: string, text: string) {
      const work = await mkdtemp(join(dir, 'other-'));
      const at = ['-C', work, '-c', 'user.name=Other', '-c', 'user.email=other@example.org'];
      await run('git', ['init', '--quiet', '--initial-branch=gh-pages', work]);
      await plantIn(work, name, text);
      await run('git', [...at, 'add', '.']);
      await run('git', [...at, 'commit', '--quiet', '-m', 'Theirs']);
      await run('git', [...at, 'push', '--quiet', path, 'gh-pages']);
    },
  };
}

const noGit = await missingProgram('git');
describeTarget('git', noGit, () => makeRepository((path) => `file://${path}`));

describeTarget('git over ssh', noGit ?? noSshd, () => {
  if (!sshd) throw new Error('no sshd');
  const { port, user, identityFile, knownHosts } = sshd;
  return makeRepository((path) => `ssh://${user}@127.0.0.1:${port}${path}`, { identityFile, knownHosts });
});
