import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { SiteFile } from '#publish/staticSite.ts';
import { writeBelow } from './folder.ts';
import { complaint, type Outcome, runProgram } from './program.ts';
import { sshCommand, sshFields, sshFiles, writeSshConfig } from './ssh.ts';
import { type Host, stepwise } from './stepwise.ts';
import { type Place, TargetError, targetKind } from './target.ts';

const schema = z.strictObject({
  host: z
    .string()
    .regex(/^(?!-)[\w.-]{1,253}$|^[\da-f]*:[\da-f:.]+$/i, 'the name or address of a host')
    .describe('where ssh and rsync are'),
  user: z
    .string()
    .regex(/^(?!-)[\w.-]{1,64}$/, 'the name of an account')
    .optional(),
  port: z.number().int().min(1).max(65_535).optional(),
  path: z
    .string()
    .regex(/^(?!-)[^\p{Cc}:]{1,500}$/u, 'the path of a folder on the host')
    .describe('a folder on the host; a relative one begins in the home of the account'),
  ...sshFields,
});

/** Files that travel together: so much is lost at most when the line breaks. */
const batchLength = 500;
/** A whole batch may take so many times what one word may. */
const batchPatience = 10;
/** rsync(1), EXIT VALUES: some files were not transferred, because they are not there; some were gone on our side. */
const partial = 23;
const vanished = 24;

/** Folders above these files, deepest first. */
function foldersOf(names: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const name of names)
    for (let folder = dirname(name); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  return [...folders].toSorted((a, b) => b.length - a.length);
}

function openHost(settings: z.output<typeof schema>, place: Place): Host {
  const { dir, searchPath, patienceMs } = place;
  const { host, user, path } = settings;
  const name = host.includes(':') ? `[${host}]` : host;
  const remote = `${user === undefined ? '' : `${user}@`}${name}:${path.replace(/\/*$/, '/')}`;

  async function rsync(
    options: readonly string[],
    ends: readonly string[],
    names: readonly string[] | null,
    signal: AbortSignal,
  ): Promise<Outcome> {
    await writeSshConfig(dir, settings, patienceMs);
    // What is named on our side and what is named on theirs is data to both ends: nothing of it reaches a shell.
    const common = ['--protect-args', `--timeout=${Math.max(1, Math.ceil(patienceMs / 1_000))}`, '-e', sshCommand];
    const list = names === null ? [] : ['--from0', '--files-from=-'];
    return runProgram('rsync', [...common, ...options, ...list, '--', ...ends], {
      cwd: dir,
      env: { PATH: searchPath, LC_ALL: 'C' },
      limitMs: patienceMs * batchPatience,
      signal,
      ...(names === null ? {} : { input: Readable.from([names.map((each) => `${each}\0`).join('')]) }),
    });
  }

  function expectSuccess(outcome: Outcome): void {
    if (outcome.code !== 0) throw new TargetError(`rsync: ${complaint(outcome)}`);
  }

  /** A folder for what is on its way. */
  async function withStage<Value>(use: (stage: string) => Promise<Value>): Promise<Value> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const stage = await mkdtemp(join(dir, 'stage-'));
    try {
      return await use(stage);
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
  }

  async function putBatch(batch: readonly SiteFile[], signal: AbortSignal): Promise<void> {
    await withStage(async (stage) => {
      for (const { name, bytes } of batch) await writeBelow(stage, name, await bytes());
      // --ignore-times: whether a file is due was decided by what is in it. --delay-updates: put in place together.
      const options = ['--ignore-times', '--delay-updates', '--chmod=D755,F644', '--perms', '--dirs'];
      expectSuccess(
        await rsync(
          options,
          [`${stage}/`, remote],
          batch.map(({ name }) => name),
          signal,
        ),
      );
    });
  }

  return {
    read: (name, signal) =>
      withStage(async (stage) => {
        const outcome = await rsync([], [`${remote}${name}`, `${stage}/`], null, signal);
        if (outcome.code === partial && /No such file or directory/.test(outcome.stderr)) return null;
        expectSuccess(outcome);
        return readFile(join(stage, name));
      }),
    async put(files, placed, signal) {
      for (let start = 0; start < files.length; start += batchLength) {
        const batch = files.slice(start, start + batchLength);
        await putBatch(batch, signal);
        batch.forEach(placed);
      }
    },
    remove: (names, signal) =>
      withStage(async (stage) => {
        // What is named and not on our side goes on theirs; a folder with something left in it stays.
        const gone = ['--dirs', '--delete-missing-args'];
        const outcome = await rsync(gone, [`${stage}/`, remote], names, signal);
        if (outcome.code !== vanished) expectSuccess(outcome);
        const folders = foldersOf(names);
        if (folders.length > 0) await rsync(gone, [`${stage}/`, remote], folders, signal);
      }),
  };
}

/** A folder of another machine, by rsync over ssh. */
export const rsync = targetKind({
  kind: 'rsync',
  schema,
  files: sshFiles,
  open: (settings, place) => stepwise(openHost(settings, place)),
});
