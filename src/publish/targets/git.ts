import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { SiteFile, StaticSite } from '#publish/staticSite.ts';
import { siteFile } from '#publish/staticSite.ts';
import { manifestFile, manifestName } from './manifest.ts';
import { complaint, type Outcome, runProgram } from './program.ts';
import { sshCommand, sshFields, sshFiles, writeSshConfig } from './ssh.ts';
import { type Held, type Place, type Target, TargetError, targetKind } from './target.ts';

const oneLine = /^[^<>\p{Cc}]{1,100}$/u;

const schema = z.strictObject({
  url: z
    .string()
    .regex(
      /^(https:\/\/|ssh:\/\/([\w.-]+@)?|file:\/\/\/)(?!-)[^\s@\p{Cc}]{1,500}$/u,
      'an https:, ssh: or file: address of a repository without a password in it',
    ),
  branch: z
    .string()
    .max(100)
    .regex(/^(?!.*(\.\.|\/\/|\.lock$|\.$))[a-z0-9][\w./-]*[\w-]$/i, 'the name of a branch')
    .default('gh-pages'),
  token: z
    .string()
    .regex(/^[\x21-\x7e]{1,500}$/, 'a token')
    .optional()
    .describe('for an https: address'),
  authorName: z.string().regex(oneLine, 'a name').default('Intermission'),
  authorEmail: z.string().regex(oneLine, 'a mail address').default('status@intermission.invalid'),
  cname: z
    .string()
    .regex(/^[\w.-]{1,253}$/, 'the name of a host')
    .optional()
    .describe('domain of the page, for hosts that read it from a file CNAME'),
  ...sshFields,
});

type Settings = z.output<typeof schema>;

/** The commit that is made next, and the one that was pushed last: what they need is kept here, and nothing else. */
const nextRef = 'refs/intermission/next';
const pushedRef = 'refs/intermission/pushed';
/** No file of a repository can have this name: under it stands which commit holds the others. */
const commitKey = '.git';
const repositoryName = 'site.git';
/** What is no longer reachable is let go of after so many commits. */
const tidyEvery = 100;
/** A push of a whole site may take so many times what one word may. */
const pushPatience = 20;

/** Beside the site: what hosts of pages want to find in a branch. Without `.nojekyll` they leave out names with a dot. */
function extras({ cname }: Settings): SiteFile[] {
  const domain = cname === undefined ? [] : [siteFile('CNAME', 'text/plain', 'no-cache', `${cname}\n`)];
  return [siteFile('.nojekyll', 'text/plain', 'no-cache', ''), ...domain];
}

/** What the branch has in the end, and how that differs from what it holds. */
function changesOf(settings: Settings, site: StaticSite, held: Held) {
  const wanted = new Map(site.files);
  for (const file of extras(settings)) wanted.set(file.name, file);
  const isOurs = (name: string) => name !== commitKey && name !== manifestName;
  const gone = [...held.keys()].filter((name) => isOurs(name) && !wanted.has(name));
  const files = [...wanted.values()].filter(({ name, hash }) => held.get(name) !== hash);
  if (gone.length > 0 || files.some(({ name }) => !held.has(name))) files.push(manifestFile(wanted.keys()));
  return { files, gone };
}

/** Settings that are secret go through the environment: the arguments of a program can be read by every account. */
function environmentOf({ url, token }: Settings, { dir, searchPath, patienceMs }: Place): Record<string, string> {
  const credentials = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    PATH: searchPath,
    HOME: dir,
    LC_ALL: 'C',
    GIT_DIR: join(dir, repositoryName),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'https:ssh:file',
    GIT_SSH_COMMAND: sshCommand,
    GIT_HTTP_LOW_SPEED_LIMIT: '1',
    GIT_HTTP_LOW_SPEED_TIME: String(Math.max(1, Math.ceil(patienceMs / 1_000))),
    GIT_CONFIG_COUNT: token === undefined ? '1' : '2',
    GIT_CONFIG_KEY_0: 'http.followRedirects',
    GIT_CONFIG_VALUE_0: 'false',
    // For this host alone.
    GIT_CONFIG_KEY_1: `http.${new URL(url).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_1: `Authorization: Basic ${credentials}`,
  };
}

function openRepository(settings: Settings, place: Place) {
  const { url } = settings;
  const { dir, patienceMs } = place;
  const env = environmentOf(settings, place);

  function git(args: readonly string[], signal: AbortSignal, input?: Readable): Promise<Outcome> {
    const limitMs = patienceMs * pushPatience;
    return runProgram('git', args, { cwd: dir, env, limitMs, signal, ...(input ? { input } : {}) });
  }

  async function say(args: readonly string[], signal: AbortSignal, input?: Readable): Promise<string> {
    const outcome = await git(args, signal, input);
    if (outcome.code !== 0) throw new TargetError(`git ${args[0]}: ${complaint(outcome)}`);
    return outcome.stdout.trim();
  }

  return {
    git,
    say,
    async prepare(signal: AbortSignal): Promise<void> {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await writeSshConfig(dir, settings, patienceMs);
      const isThere = await access(join(dir, repositoryName, 'HEAD')).then(
        () => true,
        () => false,
      );
      if (!isThere) await say(['init', '--bare', '--quiet', repositoryName], signal);
    },
    /** The id of what a name stands for; null when it stands for nothing. */
    async idOf(name: string, signal: AbortSignal): Promise<string | null> {
      const { code, stdout } = await git(['rev-parse', '--quiet', '--verify', name], signal);
      return code === 0 ? stdout.trim() : null;
    },
    /**
     * The commit that the branch has at the host; null where there is no such branch.
     * @throws TargetError when what is in it is not ours
     */
    async remoteId(ref: string, signal: AbortSignal): Promise<string | null> {
      const [id = ''] = (await say(['ls-remote', url, ref], signal)).split('\t');
      if (id === '') return null;
      await say(['fetch', '--quiet', '--no-tags', '--depth=1', url, ref], signal);
      const { code } = await git(['cat-file', '-e', `${id}:${manifestName}`], signal);
      if (code === 0) return id;
      throw new TargetError(`The branch ${settings.branch} holds something else: name a branch that is not there yet.`);
    },
  };
}

/** A command of git-fast-import(1) with data; lengths are in bytes. */
const data = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);

/**
 * One commit without a parent, in the language of git-fast-import(1): the tree that is there, and what differs.
 * @param base id of a tree, null to begin with nothing
 */
async function* commitStream(
  { authorName, authorEmail }: Settings,
  { heartbeatAt }: StaticSite,
  changes: { base: string | null; files: readonly SiteFile[]; gone: readonly string[] },
): AsyncGenerator<Buffer> {
  const at = new Date(heartbeatAt);
  yield Buffer.from(`commit ${nextRef}\n`);
  yield Buffer.from(`committer ${authorName} <${authorEmail}> ${Math.floor(heartbeatAt / 1_000)} +0000\n`);
  yield data(Buffer.from(`Publish the page as of ${at.toISOString()}\n`));
  if (changes.base !== null) yield Buffer.from(`M 040000 ${changes.base} ""\n`);
  for (const name of changes.gone) yield Buffer.from(`D ${name}\n`);
  for (const { name, bytes } of changes.files) {
    yield Buffer.from(`M 100644 inline ${name}\n`);
    yield data(await bytes());
  }
  yield Buffer.from('done\n');
}

function openBranch(settings: Settings, place: Place): Target {
  const { git, say, prepare, idOf, remoteId } = openRepository(settings, place);
  const ref = `refs/heads/${settings.branch}`;
  let commits = 0;

  async function commitAndPush(site: StaticSite, held: Held, signal: AbortSignal): Promise<void> {
    const pushed = held.get(commitKey);
    const base = pushed === undefined ? null : await idOf(`${pushed}^{tree}`, signal);
    if (base === null) held.clear();
    const lease = held.get(commitKey) ?? (await remoteId(ref, signal));
    const { files, gone } = changesOf(settings, site, held);
    const stream = Readable.from(commitStream(settings, site, { base, files, gone }));
    await say(['fast-import', '--quiet', '--done', '--force'], signal, stream);
    // All or nothing, and only while the branch is as we left it.
    const guard = `--force-with-lease=${ref}:${lease ?? ''}`;
    await say(['push', '--quiet', guard, settings.url, `${nextRef}:${ref}`], signal);
    await say(['update-ref', pushedRef, nextRef], signal);
    for (const name of gone) held.delete(name);
    for (const { name, hash } of files) held.set(name, hash);
    held.set(commitKey, await say(['rev-parse', pushedRef], signal));
  }

  return {
    async sync(site, held, signal) {
      await prepare(signal);
      try {
        await commitAndPush(site, held, signal);
      } catch (error) {
        // Whether it arrived is not known: the next attempt asks the host.
        held.clear();
        throw error;
      }
      commits += 1;
      // Housekeeping of ours alone: what it cannot do now it does another time.
      if (commits % tidyEvery === 0) await git(['gc', '--quiet', '--prune=now'], signal);
    },
  };
}

/**
 * A branch of a repository, for hosts that serve one. Each sync is a commit without a parent that replaces the one
 * before, so that the history of the branch does not grow.
 */
export const git = targetKind({
  kind: 'git',
  schema,
  secrets: ['token'],
  files: sshFiles,
  // Hosts of pages build a branch a few times an hour (GitHub Pages: ten).
  refreshMs: 600_000,
  open: openBranch,
});
