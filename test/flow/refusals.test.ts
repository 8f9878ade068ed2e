import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startFilmHouse } from '../helpers/filmHouse.ts';
import { failToStart, makeDataDir, startProduct } from '../helpers/product.ts';

async function prepared() {
  const house = await startFilmHouse();
  const { dir, remove } = await makeDataDir(house.statusYaml);
  onTestFinished(async () => {
    await house.stop();
    await remove();
  });
  return dir;
}

/** One sentence, no stack, code 2. */
function expectRefusal({ code, stderr }: { code: number | null; stderr: string }, words: RegExp): void {
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(2);
}

it('refuses to start where it cannot, with one clear sentence each time', async () => {
  const dir = await prepared();
  const product = await startProduct(dir);
  onTestFinished(() => product.kill());
  const other = await prepared();
  expectRefusal(await failToStart(other, { PORT: new URL(product.url).port }), /Port \d+ on 127\.0\.0\.1 is taken/);
  expectRefusal(await failToStart(dir), /in use by another Intermission process/);
  expectRefusal(await failToStart(other, { HOST: '0.0.0.0' }), /PUBLIC_URL/);
  expectRefusal(await failToStart(other, { SMTP_URL: 'smtp://127.0.0.1:1', EMAIL_FROM: 'a@b.example' }), /PUBLIC_URL/);
  expectRefusal(await failToStart(other, { PORT: 'eighty' }), /PORT.*eighty/);
  await writeFile(join(other, 'status.yaml'), 'page:\n  nam: Film Post\n');
  expectRefusal(await failToStart(other), /status\.yaml:2:3/);
  expect((await fetch(`${product.url}/healthz`)).status).toBe(200);
}, 60_000);

it('refuses a data folder that cannot be written', async () => {
  const dir = await prepared();
  await writeFile(join(dir, 'occupied'), '');
  await chmod(join(dir, 'occupied'), 0o600);
  expectRefusal(await failToStart(dir, { DATA_DIR: join(dir, 'occupied') }), /DATA_DIR/);
}, 30_000);
