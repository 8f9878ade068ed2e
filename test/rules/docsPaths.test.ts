import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findDeadPaths } from '../../.ci/docsPaths.ts';

async function folderOf(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'intermission-docs-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

async function deadIn(text: string, files: Record<string, string> = {}): Promise<string[]> {
  const root = await folderOf({ ...files, 'README.md': text });
  return findDeadPaths(root).map(({ file, line, path }) => `${file}:${line} ${path}`);
}

describe('a path in the documentation', () => {
  it('is named with its file and line when it does not exist', async () => {
    expect(await deadIn('# House\n\nSee `src/core/gone.ts`.\n')).toEqual(['README.md:3 src/core/gone.ts']);
  });

  it('is found in lists, in fences and in the documents under docs', async () => {
    const root = await folderOf({
      'CONTRIBUTING.md': '```\nsrc/gone/   what we had\nsrc/core/   what we have\n```\n',
      'docs/decisions/0001-one.md': '- `db/gone.ts`, `db/schema.ts`\n',
      'src/core/status.ts': '',
      'db/schema.ts': '',
    });
    expect(findDeadPaths(root)).toEqual([
      { file: 'CONTRIBUTING.md', line: 2, path: 'src/gone/' },
      { file: 'docs/decisions/0001-one.md', line: 1, path: 'db/gone.ts' },
    ]);
  });

  it('may be a folder, a pattern that matches, or a file of the top folder', async () => {
    const files = { 'src/probes/http.ts': '', 'src/pages/incidents/[id].astro': '', 'biome.json': '{}' };
    const text = '`src/probes/`, `src/probes/*.ts`, `src/pages/incidents/[id].astro`, `biome.json`, src/probes.';
    expect(await deadIn(text, files)).toEqual([]);
    expect(await deadIn('`src/probes/*.py` and `gone.json`', files)).toEqual([
      'README.md:1 src/probes/*.py',
      'README.md:1 gone.json',
    ]);
  });

  it('is not confused with an address, a package or a file made later', async () => {
    const text = '`/api/v2/summary.json` `drizzle-orm/libsql` `#core/x.ts` https://example.org/src/x.ts `status.yaml`';
    expect(await deadIn(text)).toEqual([]);
  });
});

describe('a link in the documentation', () => {
  it('is dead when its file or its heading is missing', async () => {
    const files = { 'docs/here.md': '# Here\n\n## What it does, in short\n' };
    const text = [
      '[a](docs/here.md) [b](docs/here.md#what-it-does-in-short) [c](https://example.org/gone)',
      '[d](docs/gone.md) [e](docs/here.md#gone) ![f](docs/images/gone.png) [g](#gone)',
    ].join('\n');
    expect(await deadIn(text, files)).toEqual([
      'README.md:2 docs/gone.md',
      'README.md:2 docs/here.md#gone',
      'README.md:2 docs/images/gone.png',
      'README.md:2 #gone',
    ]);
  });

  it('is read from the folder of its document', async () => {
    const root = await folderOf({ 'docs/a.md': '[b](b.md) [top](../README.md)', 'docs/b.md': '', 'README.md': '' });
    expect(findDeadPaths(root)).toEqual([]);
  });
});

describe('the step of the gate', () => {
  const script = join(import.meta.dirname, '../../.ci/docsPaths.ts');
  const run = (root: string) =>
    new Promise<{ failed: boolean; stderr: string }>((resolve) =>
      execFile(process.execPath, [script, root], (error, _, stderr) => resolve({ failed: error !== null, stderr })),
    );

  it('fails on a dead path and says where it stands', async () => {
    const { failed, stderr } = await run(await folderOf({ 'README.md': 'See `src/gone.ts`.\n' }));
    expect(failed).toBe(true);
    expect(stderr).toContain('README.md:1: src/gone.ts does not exist');
  });

  it('passes in silence when every path lives', async () => {
    const result = await run(await folderOf({ 'README.md': 'See `src/here.ts`.\n', 'src/here.ts': '' }));
    expect(result).toEqual({ failed: false, stderr: '' });
  });
});
