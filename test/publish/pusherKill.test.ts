import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { generationOf, pageCount } from '../helpers/pushingProcess.ts';
import { temporaryDir } from '../helpers/site.ts';
import { waitUntil } from '../helpers/wait.ts';

const program = join(import.meta.dirname, '../helpers/pushingProcess.ts');

async function filesIn(root: string): Promise<Map<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((each) => each.isFile() && !each.name.endsWith('.new'))
    .map((each) => join(each.parentPath, each.name));
  return new Map(
    await Promise.all(
      paths.map(async (path): Promise<[string, string]> => [path.slice(root.length + 1), await readFile(path, 'utf8')]),
    ),
  );
}

function expectWhole(files: Map<string, string>): void {
  for (const [name, text] of files)
    if (name.endsWith('.html')) expect([name, text.split(' ').at(-1)]).toEqual([name, text.split(' ')[0]]);
}

it('leaves only whole files and no dead link on home, whenever it is killed, and catches up afterwards', async () => {
  const [dir, root] = [join(await temporaryDir(), 'targets'), await temporaryDir()];
  const start = (generation: number) => {
    const child = spawn(process.execPath, [program, dir, root, String(generation)], { stdio: 'inherit' });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const isThere = async (generation: number) =>
    (await readFile(join(root, 'heartbeat.json'), 'utf8').catch(() => '')) ===
    (await generationOf(generation).files.get('heartbeat.json')?.bytes())?.toString();
  for (let generation = 1; generation <= 6; generation++) {
    const child = start(generation);
    if (generation === 1) await waitUntil('the first is there', () => isThere(1));
    else {
      // Each time a little further on its way.
      const page = `pages/${generation * 20 + 1}-of-${generation}/index.html`;
      await waitUntil('it is on its way', () => readFile(join(root, page), 'utf8').catch(() => null));
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    const files = await filesIn(root);
    expectWhole(files);
    for (const [, path] of (files.get('index.html') ?? '').matchAll(/href="\/([^"]+)"/g))
      expect([...files.keys()]).toContain(`${path}/index.html`);
  }
  const child = start(7);
  await waitUntil('the last is there', () => isThere(7));
  child.kill('SIGKILL');
  await once(child, 'exit');
  const files = await filesIn(root);
  expectWhole(files);
  // What earlier generations had is gone, although nothing remembered it but the host.
  expect(files.size).toBe(pageCount + 3);
  expect(files.get('pages/0/index.html')).toMatch(/^7 /);
}, 90_000);
