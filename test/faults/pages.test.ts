import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startFilmHouse } from '../helpers/filmHouse.ts';
import { freePort } from '../helpers/freePort.ts';
import { makeDataDir, productEnvironment, startProduct } from '../helpers/product.ts';
import { waitUntil } from '../helpers/wait.ts';

const paths = [
  '/',
  '/history',
  '/components/submissions',
  '/subscribe',
  '/api/v2/summary.json',
  '/history.atom',
  '/badge.svg',
];
const program = join(import.meta.dirname, '../../src/cli.ts');
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

async function openFolder() {
  const house = await startFilmHouse();
  const { dir, remove } = await makeDataDir(house.statusYaml);
  onTestFinished(async () => {
    await house.stop();
    await remove();
  });
  const port = String(await freePort());
  return { dir, port, environment: { PORT: port }, database: join(dir, 'intermission.db') };
}

type Answered = { status: number | undefined; body: string; isWhole: boolean };

function ask(url: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    request(url, { agent }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const isWhole = response.complete && response.headers['content-length'] === String(body.length);
      resolve({ status: response.statusCode, body: body.toString(), isWhole });
    })
      .on('error', reject)
      .end();
  });
}

/** Whole, and its age right: not of the future, and a warning in it where it is older than three minutes. */
function expectGood(path: string, { status, body, isWhole }: Answered): void {
  expect([path, status, isWhole]).toEqual([path, 200, true]);
  if (path.endsWith('.json')) JSON.parse(body);
  else expect(body.trimEnd()).toMatch(/<\/(html|feed|svg)>$/);
  if (path !== '/') return;
  const madeAt = Number(/data-made="(\d+)"/.exec(body)?.[1]);
  const isOld = Date.now() - madeAt > 180_000;
  expect(madeAt).toBeLessThanOrEqual(Date.now());
  expect(/<html [^>]*class="stale"/.test(body)).toBe(isOld);
}

async function askOften(url: string, times: number): Promise<void> {
  const numbers = Array.from({ length: times }, (_, number) => number).values();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const number of numbers) {
        const path = paths[number % paths.length] ?? '/';
        expectGood(path, await ask(url + path));
      }
    }),
  );
}

/** The start command on a folder whose house may not open. */
function launch(dir: string, environment: Record<string, string>) {
  const env = productEnvironment(dir, environment);
  const child: ChildProcess = spawn(process.execPath, [program, 'start'], { cwd: dir, env, stdio: 'pipe' });
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  async function end(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  onTestFinished(end);
  return { child, logged: () => log, end };
}

const corrupt = async (path: string) => {
  for (const suffix of ['-wal', '-shm']) await rm(path + suffix, { force: true });
  await writeFile(path, 'This was a database. '.repeat(500));
};

it('answers ten thousand requests with whole pages while its database is locked, corrupted and removed', async () => {
  const { dir, environment, database } = await openFolder();
  const product = await startProduct(dir, environment);
  onTestFinished(() => product.kill());
  const asking = askOften(product.url, 10_000);
  const other = new DatabaseSync(database, { timeout: 5_000 });
  other.exec('BEGIN EXCLUSIVE');
  await sleep(1_500);
  other.exec('ROLLBACK');
  other.close();
  const bytes = await readFile(database);
  await writeFile(database, bytes.fill(0x5a, 0, bytes.length));
  await sleep(1_500);
  for (const suffix of ['', '-wal', '-shm']) await rm(database + suffix, { force: true });
  await asking;
  expect((await ask(`${product.url}/healthz`)).status).toBe(200);
}, 90_000);

it('starts with its last good pages on a corrupt database, says so, and opens when it is mended', async () => {
  const { dir, port, environment, database } = await openFolder();
  const before = await startProduct(dir, environment);
  await before.stop();
  await copyFile(database, `${database}.good`);
  await corrupt(database);
  const { child, logged } = launch(dir, environment);
  const url = `http://127.0.0.1:${port}`;
  await waitUntil('the pages are served', () =>
    ask(`${url}/`).then(
      () => true,
      () => false,
    ),
  );
  await waitUntil('the log says why', () => logged().includes('the database cannot be opened'));
  await askOften(url, 500);
  const ready = await ask(`${url}/readyz`);
  expect([ready.status, JSON.parse(ready.body)]).toMatchObject([
    503,
    { ok: false, reasons: [expect.stringContaining('the database cannot be opened')] },
  ]);
  expect((await ask(`${url}/healthz`)).status).toBe(200);
  expect((await ask(`${url}/nowhere`)).status).toBe(503);
  expect(child.exitCode).toBeNull();
  await copyFile(`${database}.good`, database);
  await waitUntil('the house is open', async () => (await ask(`${url}/readyz`)).status === 200, 40_000);
}, 90_000);

it('ends with a sentence on a corrupt database when there is no page to serve', async () => {
  const { dir, environment, database } = await openFolder();
  await corrupt(database);
  const { child } = launch(dir, environment);
  const [code] = await once(child, 'exit');
  expect(code).not.toBe(0);
}, 30_000);

it('gives whole pages from the disk alone after a kill, whenever in a publish it comes', async () => {
  const { dir, port, environment, database } = await openFolder();
  const url = `http://127.0.0.1:${port}`;
  for (const waitMs of [0, 15, 40]) {
    const product = await startProduct(dir, environment);
    const { token } = JSON.parse(await readFile(join(dir, 'server.json'), 'utf8'));
    await fetch(`${url}/api/v1/incidents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        title: `Uploads fail ${waitMs}`,
        body: 'We look.',
        components: { submissions: 'degraded' },
      }),
    });
    await sleep(waitMs);
    await product.kill();
    await copyFile(database, `${database}.good`);
    const wal = await readFile(`${database}-wal`).catch(() => null);
    await corrupt(database);
    const { end } = launch(dir, environment);
    await waitUntil('the pages are served', () =>
      ask(`${url}/`).then(
        () => true,
        () => false,
      ),
    );
    await askOften(url, 200);
    await end();
    await copyFile(`${database}.good`, database);
    if (wal) await writeFile(`${database}-wal`, wal);
  }
  const product = await startProduct(dir, environment);
  onTestFinished(() => product.kill());
  const home = await ask(`${url}/`);
  for (const waitMs of [0, 15, 40]) expect(home.body).toContain(`Uploads fail ${waitMs}`);
}, 120_000);
