import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { makeDataDir, type Product, startProduct } from '../helpers/product.ts';
import { waitUntil } from '../helpers/wait.ts';

const run = promisify(execFile);
const noCurl = !['/usr/bin/curl', '/bin/curl', '/usr/local/bin/curl'].some(existsSync);

/** A product that listens to one nightly job. */
async function openJobs() {
  const { dir, remove } = await makeDataDir(`page: { name: Jobs }
components:
  - slug: letters
    name: Letters
    probes:
      - { kind: heartbeat, name: nightly, interval: 1d, grace: 1h }
`);
  const opened: { product: Product } = { product: await startProduct(dir) };
  onTestFinished(async () => {
    await opened.product.kill();
    await remove();
  });
  /** Where the job reports; the port is another one after each start. */
  const address = async () => (await opened.product.cli('probe', 'url', 'letters/nightly')).stdout.trim();
  /** As it stands in crontabs. Returns what curl said. */
  const curl = async (...args: string[]) => (await run('curl', ['-fsS', '-m', '10', '--retry', '5', ...args])).stdout;
  const says = (words: string) =>
    waitUntil(`the page says "${words}"`, async () => (await (await fetch(opened.product.url)).text()).includes(words));
  return { opened, dir, address, curl, says };
}

it.skipIf(noCurl)(
  'takes the word of curl, from the crontab to the page',
  async () => {
    const { opened, dir, address, curl, says } = await openJobs();
    const url = await address();
    await writeFile(join(dir, 'log'), 'a'.repeat(100_001));
    expect(await curl('--data-binary', `@${join(dir, 'log')}`, url)).toBe('OK');
    await says('Everything is working');
    expect(await curl(`${url}/1`)).toBe('OK');
    await says('Letters is not available');
    expect(await curl('-I', url)).toContain('200 OK');
    await says('Everything is working');
    // -f: an answer of 400 and more is curl's exit code 22.
    await expect(run('curl', ['-fsS', '-m', '10', `${url}x`])).rejects.toMatchObject({ code: 22 });
    expect((await opened.product.cli('probe', 'list')).stdout).toMatch(/^letters\/nightly +heartbeat +up +heard /);
  },
  60_000,
);

it.skipIf(noCurl)(
  'keeps a word that it has answered, though it is killed the moment after',
  async () => {
    const { opened, dir, address, curl, says } = await openJobs();
    await curl(await address());
    await says('Everything is working');
    await curl(`${await address()}/fail`);
    await opened.product.kill();
    opened.product = await startProduct(dir);
    await says('Letters is not available');
  },
  60_000,
);

it.skipIf(noCurl)(
  'hears what was said to it while it was suspended',
  async () => {
    const { opened, address, curl, says } = await openJobs();
    const url = await address();
    await curl(`${url}/fail`);
    await says('Letters is not available');
    process.kill(opened.product.pid, 'SIGSTOP');
    const said = curl(url);
    await sleep(3_000);
    process.kill(opened.product.pid, 'SIGCONT');
    expect(await said).toBe('OK');
    await says('Everything is working');
  },
  60_000,
);
