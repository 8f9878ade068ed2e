import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const script = join(import.meta.dirname, '../../.ci/postmortems.ts');

const original = `---
title: The disk was full
summary: For an hour no film could be handed in.
state: published
language: en
published_on: 2026-11-20
impact: major
loss: null
timeline: [{ when: Friday, what: A disk was full. }]
---
`;
const spanish = `---
title: El disco estaba lleno
summary: Durante una hora no se pudo entregar ninguna película.
loss: null
timeline: [{ when: Viernes, what: Un disco estaba lleno. }]
---
`;

/** What the step of the gate says of a folder, a line a mistake. */
async function mistakesIn(files: Record<string, string>): Promise<string[]> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-postmortems-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  return new Promise((resolve) =>
    execFile(process.execPath, [script, dir], (error, _, stderr) => {
      const lines = stderr.split('\n').map((line) => line.trim().replace(/^.*intermission-postmortems-\w+\//, ''));
      resolve(error ? lines.filter(Boolean) : []);
    }),
  );
}

describe('the postmortems of a folder', () => {
  it('pass with their translations, the template and the manual', async () => {
    const files = { 'disk.md': original, 'disk.es.md': spanish, '_template.md': original, 'README.md': 'How.' };
    expect(await mistakesIn(files)).toEqual([]);
  });

  it('are told where a translation differs, with its line', async () => {
    const more = spanish.replace('lleno. }]', 'lleno. }, { when: Sábado, what: Ya no. }]');
    expect(await mistakesIn({ 'disk.md': original, 'disk.es.md': more })).toEqual([
      expect.stringMatching(/^disk\.es\.md has one problem:$/),
      expect.stringMatching(/^disk\.es\.md:5:\d+ timeline: expected as many entries as in the original \(1\), found /),
    ]);
  });

  it('are told what stands beside no original, in no language of ours, or in the language of the original', async () => {
    expect(await mistakesIn({ 'disk.es.md': spanish })).toEqual([
      'disk.es.md: expected the original disk.md beside it.',
    ]);
    expect(await mistakesIn({ 'disk.md': original, 'disk.en.md': spanish })).toEqual([
      'disk.en.md: the original is in this language itself.',
    ]);
    expect(await mistakesIn({ 'disk.md': original, 'disk.xx.md': spanish })).toEqual([
      expect.stringMatching(/^disk\.xx\.md: expected a name such as .* of a language among en, es, /),
    ]);
  });
});
