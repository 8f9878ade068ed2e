import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFilmHouse } from '../test/helpers/filmHouse.ts';
import { freePort } from '../test/helpers/freePort.ts';
import { makeDataDir, productEnvironment } from '../test/helpers/product.ts';
import { median, roundMs } from './median.ts';
import type { Measurement } from './run.ts';

const rounds = 5;
const root = join(import.meta.dirname, '..');

async function untilOk(url: string, from: number): Promise<number> {
  for (;;) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return performance.now() - from;
    await sleep(2);
  }
}

/** From the start of the process to the last good page, and to everything at work. */
export async function measure(): Promise<Measurement> {
  const house = await startFilmHouse();
  const { dir, remove } = await makeDataDir(house.statusYaml);
  const firstByteMs: number[] = [];
  const readyMs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    await rm(join(dir, 'server.json'), { force: true });
    const port = await freePort();
    const env = { ...productEnvironment(dir), PORT: String(port) };
    const from = performance.now();
    const child = spawn(process.execPath, [join(root, 'src/cli.ts'), 'start'], { cwd: dir, env, stdio: 'ignore' });
    const url = `http://127.0.0.1:${port}`;
    const [first, ready] = await Promise.all([untilOk(`${url}/`, from), untilOk(`${url}/readyz`, from)]);
    // The first start has no page yet; it only prepares the others.
    if (round > 0) firstByteMs.push(first);
    if (round > 0) readyMs.push(ready);
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await house.stop();
  await remove();
  return {
    figures: { coldFirstByteMs: roundMs(median(firstByteMs)), readyMs: roundMs(median(readyMs)) },
    setting: { rounds, what: 'node src/cli.ts start, built, with a page from before' },
  };
}
