import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { exportSite } from '#publish/exportSite.ts';
import type { StaticSite } from '#publish/staticSite.ts';
import { siteOfTexts } from '../contracts/target.ts';
import { temporaryDir } from '../helpers/site.ts';

const long = '<p>row</p>'.repeat(100);
const site = siteOfTexts({ 'index.html': long, 'incidents/a/index.html': 'A' });

async function write(
  dir: string,
  wanted: StaticSite = site,
  part: { precompressed?: boolean; signal?: AbortSignal } = {},
) {
  let told = 0;
  const onFile = () => {
    told += 1;
  };
  const options = { precompressed: false, signal: new AbortController().signal, ...part, onFile };
  const sum = await exportSite(wanted, dir, options);
  return { ...sum, told };
}

describe('the export', () => {
  it('writes the whole site, and tells each file', async () => {
    const dir = join(await temporaryDir(), 'deep/public');
    expect(await write(dir)).toMatchObject({ files: 4, told: 4 });
    expect((await readdir(dir)).toSorted()).toEqual([
      '.intermission.json',
      'heartbeat.json',
      'incidents',
      'index.html',
    ]);
    expect(await readFile(join(dir, 'incidents/a/index.html'), 'utf8')).toBe('A');
  });

  it('replaces an earlier one, of which nothing is left', async () => {
    const parent = await temporaryDir();
    const dir = join(parent, 'public');
    await write(dir);
    await write(dir, siteOfTexts({ 'index.html': 'new' }));
    expect(existsSync(join(dir, 'incidents'))).toBe(false);
    expect(await readdir(parent)).toEqual(['public']);
  });

  it('fills an empty folder, and refuses one with something else in it', async () => {
    const dir = await temporaryDir();
    await mkdir(join(dir, 'empty'));
    await write(join(dir, 'empty'));
    await mkdir(join(dir, 'mine'));
    await writeFile(join(dir, 'mine/thesis.txt'), 'years of work');
    await expect(write(join(dir, 'mine'))).rejects.toThrow('is not empty');
    expect(await readdir(join(dir, 'mine'))).toEqual(['thesis.txt']);
    await expect(write(join(dir, 'mine/thesis.txt'))).rejects.toThrow('is no folder');
  });

  it('leaves the earlier one whole when a file cannot be had, or when it is stopped', async () => {
    const parent = await temporaryDir();
    const dir = join(parent, 'public');
    await write(dir);
    const broken = siteOfTexts({ 'index.html': 'new', 'z.html': 'z' });
    const file = broken.files.get('z.html');
    if (!file) throw new Error('no file');
    const files = new Map([...broken.files, ['z.html', { ...file, bytes: () => Promise.reject(new Error('gone')) }]]);
    await expect(write(dir, { ...broken, files })).rejects.toThrow('gone');
    await expect(write(dir, broken, { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
    expect(await readFile(join(dir, 'index.html'), 'utf8')).toBe(long);
    expect(await readdir(parent)).toEqual(['public']);
  });

  it('compresses what is text and large enough, where it is told to', async () => {
    const dir = join(await temporaryDir(), 'public');
    expect((await write(dir, site, { precompressed: true })).files).toBe(6);
    expect(gunzipSync(await readFile(join(dir, 'index.html.gz'))).toString()).toBe(long);
    expect(brotliDecompressSync(await readFile(join(dir, 'index.html.br'))).toString()).toBe(long);
    expect(existsSync(join(dir, 'incidents/a/index.html.gz'))).toBe(false);
  });
});
