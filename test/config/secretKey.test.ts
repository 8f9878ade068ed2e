import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);

it('two first runs at once end up with the same key', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-key-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const rounds = Array.from({ length: 40 }, (_, round) => join(dir, String(round)));
  for (const round of rounds) await mkdir(round);
  // Both wait for the same instant of each round, so that they reach for the same missing file together.
  const script = `
import { keptSecretKey } from ${JSON.stringify(join(import.meta.dirname, '../../src/config/secretKey.ts'))};
const [beginsAt, ...rounds] = process.argv.slice(1);
console.log(JSON.stringify(rounds.map((round, index) => {
  while (Date.now() < Number(beginsAt) + index * 20);
  return keptSecretKey(round);
})));`;
  const args = ['--input-type=module', '--eval', script, '--', String(Date.now() + 1_000), ...rounds];
  const [one, other] = await Promise.all([run(process.execPath, args), run(process.execPath, args)]);
  expect(JSON.parse(one.stdout)).toHaveLength(rounds.length);
  expect(one.stdout).toBe(other.stdout);
  for (const round of rounds) expect(await readdir(round)).toEqual(['secret.key']);
});
