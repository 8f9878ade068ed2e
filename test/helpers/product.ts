import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitUntil } from './wait.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The running product: its own process, data folder and port. */
export type Product = {
  url: string;
  dataDir: string;
  /** Everything it said on stdout. */
  said: () => string;
  /** Everything it logged. */
  logged: () => string;
  pid: number;
  /** Runs the command line against it. */
  cli: (...args: string[]) => Promise<{ stdout: string; stderr: string }>;
  /** Ends it as a power cut would. */
  kill: () => Promise<void>;
  /** Ends it as an operator would; resolves with the exit code. */
  stop: () => Promise<number | null>;
};

/** A folder for a product's data and settings, and the way to remove it. */
export async function makeDataDir(statusYaml: string): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-'));
  await writeFile(join(dir, 'status.yaml'), statusYaml);
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** The environment of a product on a data folder. */
export function productEnvironment(dir: string, extra: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: dir,
    NO_COLOR: '1',
    DATA_DIR: dir,
    STATUS_CONFIG: join(dir, 'status.yaml'),
    PORT: '0',
    EGRESS_ALLOW: '127.0.0.0/8',
    ...extra,
  };
}

async function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

/** Starts the product on a data folder and waits until it has published. */
export async function startProduct(dir: string, extra: Record<string, string> = {}): Promise<Product> {
  const product = await spawnProduct(dir, extra);
  await waitUntil('the product is ready', async () => (await fetch(`${product.url}/readyz`)).ok);
  return product;
}

/** Starts the product on a data folder and waits until it is open, whatever it has published. */
export async function spawnProduct(dir: string, extra: Record<string, string> = {}): Promise<Product> {
  const env = productEnvironment(dir, extra);
  const announcement = join(dir, 'server.json');
  await rm(announcement, { force: true });
  const child = spawn(process.execPath, [join(root, 'src/cli.ts'), 'start'], { cwd: dir, env, stdio: 'pipe' });
  let said = '';
  let complained = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complained += chunk;
  });
  await waitUntil('the product has announced itself', () => {
    if (child.exitCode !== null) throw new Error(`the product ended with ${child.exitCode}: ${said}${complained}`);
    return existsSync(announcement);
  });
  const { url } = JSON.parse(await readFile(announcement, 'utf8')) as { url: string };
  return {
    url,
    dataDir: dir,
    said: () => said,
    logged: () => complained,
    pid: child.pid ?? 0,
    cli: (...args) => run(process.execPath, [join(root, 'src/cli.ts'), ...args], { cwd: dir, env }),
    async kill() {
      child.kill('SIGKILL');
      await exited(child);
    },
    async stop() {
      child.kill('SIGTERM');
      return exited(child);
    },
  };
}

/** Runs the start command to its end, for starts that must fail. */
export async function failToStart(dir: string, extra: Record<string, string> = {}) {
  const env = productEnvironment(dir, extra);
  const child = spawn(process.execPath, [join(root, 'src/cli.ts'), 'start'], { cwd: dir, env, stdio: 'pipe' });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  return { code: await exited(child), stderr };
}
