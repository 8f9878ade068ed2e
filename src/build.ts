import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '#core/error.ts';

/** What the build is made from. Migrations are read when the server starts. */
const sources = ['src', 'db', 'content', 'astro.config.mjs', 'package-lock.json'];
const apart = 'db/migrations';

const astroBuild = ['--env-file=.ci/astro.env', 'node_modules/astro/bin/astro.mjs', 'build'];
const lockPollMs = 200;

const fingerprintPath = (packageRoot: string): string => join(packageRoot, 'dist/fingerprint');

async function filesBelow(packageRoot: string, path: string): Promise<string[]> {
  const entries = await readdir(join(packageRoot, path), { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return existsSync(join(packageRoot, path)) ? [path] : [];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(packageRoot, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

/** One word for the whole source: it changes when a file's name or content does. */
export async function fingerprintOf(packageRoot: string): Promise<string> {
  const lists = await Promise.all(sources.map((path) => filesBelow(packageRoot, path)));
  const paths = lists.flat().filter((path) => !path.startsWith(`${apart}/`));
  const hash = createHash('sha256');
  for (const path of paths.toSorted()) {
    const content = await readFile(join(packageRoot, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * What the code that runs is called: another word after each change of the source. Where nothing was built, as in
 * development, no two processes share one.
 */
export async function buildOf(packageRoot: string): Promise<string> {
  return readFile(fingerprintPath(packageRoot), 'utf8').catch(() => `not built, started at ${Date.now()}`);
}

async function isBuilt(packageRoot: string, fingerprint: string): Promise<boolean> {
  const built = await readFile(fingerprintPath(packageRoot), 'utf8').catch(() => '');
  return built === fingerprint && existsSync(join(packageRoot, 'dist/server/entry.mjs'));
}

/** Waits for the turn to build. The lock is the kernel's: it ends with the process that holds it. */
async function takeTurn(packageRoot: string): Promise<() => void> {
  await mkdir(join(packageRoot, '.astro'), { recursive: true });
  const lock = new DatabaseSync(join(packageRoot, '.astro/build.lock'), { timeout: 0 });
  for (;;)
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return () => lock.close();
    } catch (error) {
      if (!(error instanceof Error && /locked|busy/i.test(error.message))) throw error;
      await sleep(lockPollMs);
    }
}

async function runBuild(packageRoot: string, command: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, command, { cwd: packageRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : 1, output };
}

export type BuildOptions = {
  /** Called when there is something to build, before it begins. What it throws ends the attempt. */
  before?: () => void;
  /** Arguments for Node that make `dist/server/entry.mjs`. */
  command?: readonly string[];
};

/**
 * Builds the product when its source has changed since the last build; otherwise does nothing. Of two starts at
 * once, one builds and the other waits.
 * @param log takes progress, a line at a time; what the build says only when it fails
 * @throws StartError when the build fails
 */
export async function ensureBuild(
  packageRoot: string,
  log: (line: string) => void,
  { before, command = astroBuild }: BuildOptions = {},
): Promise<void> {
  const fingerprint = await fingerprintOf(packageRoot);
  if (await isBuilt(packageRoot, fingerprint)) return;
  before?.();
  const giveTurn = await takeTurn(packageRoot);
  try {
    if (await isBuilt(packageRoot, fingerprint)) return;
    log('Building the pages (once after each change of the source)…');
    const startedAt = performance.now();
    await rm(fingerprintPath(packageRoot), { force: true });
    const { code, output } = await runBuild(packageRoot, command);
    if (code !== 0) {
      log(output.trimEnd());
      throw new StartError('The pages could not be built; what the build said is above.');
    }
    await writeFile(fingerprintPath(packageRoot), fingerprint);
    log(`Built in ${Math.round((performance.now() - startedAt) / 1_000)} s.`);
  } finally {
    giveTurn();
  }
}
