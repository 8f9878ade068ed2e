import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ensureBuild, fingerprintOf } from '../src/build.ts';

/** Stands for Astro: writes dist, leaves one mark for each build, and fails half-way, or when two overlap. */
const builder = `
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
if (existsSync('building')) { console.log('two builds at once'); process.exit(1); }
writeFileSync('building', '');
mkdirSync('dist/server', { recursive: true });
writeFileSync('dist/server/entry.mjs', 'half');
await new Promise((resolve) => setTimeout(resolve, 300));
if (existsSync('src/broken.ts')) { console.log('src/broken.ts cannot be read'); process.exit(1); }
writeFileSync('dist/server/entry.mjs', 'whole');
appendFileSync('builds', 'built\\n');
rmSync('building');
`;

let root: string;
let lines: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'intermission-build-'));
  lines = [];
  for (const folder of ['src/pages', 'db/migrations']) await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'src/pages/index.astro'), '<h1>Reel</h1>');
  await writeFile(join(root, 'db/schema.ts'), '');
  await writeFile(join(root, 'db/migrations/0000.sql'), '');
  await writeFile(join(root, 'package-lock.json'), '{}');
  await writeFile(join(root, 'builder.mjs'), builder);
  onTestFinished(() => rm(root, { recursive: true, force: true }));
});

const build = () => ensureBuild(root, (line) => lines.push(line), { command: ['builder.mjs'] });
const builds = async () => (await readFile(join(root, 'builds'), 'utf8').catch(() => '')).split('\n').length - 1;

describe('the fingerprint', () => {
  it.each(['src/pages/index.astro', 'src/new.ts', 'db/schema.ts', 'astro.config.mjs', 'package-lock.json'])(
    'changes with %s',
    async (path) => {
      const before = await fingerprintOf(root);
      await writeFile(join(root, path), 'changed');
      expect(await fingerprintOf(root)).not.toBe(before);
    },
  );

  it('changes when a file moves', async () => {
    await writeFile(join(root, 'src/a.ts'), 'one');
    const before = await fingerprintOf(root);
    await rm(join(root, 'src/a.ts'));
    await writeFile(join(root, 'src/b.ts'), 'one');
    expect(await fingerprintOf(root)).not.toBe(before);
  });

  it.each(['db/migrations/0001.sql', 'README.md'])('does not change with %s', async (path) => {
    const before = await fingerprintOf(root);
    await writeFile(join(root, path), 'changed');
    expect(await fingerprintOf(root)).toBe(before);
  });
});

describe('a start', () => {
  it('builds once, and says so', async () => {
    await build();
    await build();
    expect(await builds()).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^Building the pages/), expect.stringMatching(/^Built in \d+ s\.$/)]);
  });

  it('builds again when the source has changed', async () => {
    await build();
    await writeFile(join(root, 'src/pages/index.astro'), '<h1>Reel Call</h1>');
    await build();
    expect(await builds()).toBe(2);
  });

  it('builds again when the build is gone', async () => {
    await build();
    await rm(join(root, 'dist/server/entry.mjs'));
    await build();
    expect(await builds()).toBe(2);
  });

  it('beside another waits for it and does not build again', async () => {
    await Promise.all([build(), build(), build()]);
    expect(await builds()).toBe(1);
  });

  it('that cannot build says what the build said, and leaves nothing that passes for a build', async () => {
    await build();
    await writeFile(join(root, 'src/broken.ts'), '');
    await expect(build()).rejects.toThrow('The pages could not be built');
    expect(lines.at(-1)).toBe('src/broken.ts cannot be read');
    await rm(join(root, 'building'));
    await rm(join(root, 'src/broken.ts'));
    await build();
    expect(await builds()).toBe(2);
  });
});
