import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { postmortemFor } from '#core/postmortem.ts';
import { openShelf } from '../src/postmortems.ts';
import { listeningLog, temporaryDir } from './helpers/site.ts';

const text = (title: string, more: { state?: string; day?: string } = {}) => `---
title: ${title}
summary: For an hour no film could be handed in.
state: ${more.state ?? 'published'}
published_on: ${more.day ?? '2026-11-20'}
impact: major
loss: null
timeline: [{ when: Friday, what: A disk was full. }]
---
`;

const translated = (title: string, moments = '[{ when: Viernes, what: Un disco estaba lleno. }]') => `---
title: ${title}
summary: Durante una hora no se pudo entregar ninguna película.
loss: null
timeline: ${moments}
---
`;

async function startShelf() {
  const dir = await temporaryDir();
  const { log, lines } = listeningLog();
  const shelf = openShelf(dir, log);
  return {
    put: (name: string, content: string) => writeFile(join(dir, name), content),
    remove: (path = '.') => rm(join(dir, path), { recursive: true }),
    titles: async () => (await shelf.read()).map(({ title }) => title),
    shelf,
    lines,
  };
}

it('shows a new file at the next reading, newest first, under the name of the file', async () => {
  const { put, shelf, titles } = await startShelf();
  expect(await titles()).toEqual([]);
  await put('full-disk.md', text('The disk was full'));
  expect((await shelf.read())[0]).toMatchObject({ slug: 'full-disk', title: 'The disk was full' });
  await put('late-mails.md', text('Mails were late', { day: '2026-11-22' }));
  expect(await titles()).toEqual(['Mails were late', 'The disk was full']);
});

it('shows neither drafts, nor the template, nor what is no postmortem', async () => {
  const { put, titles, lines } = await startShelf();
  await put('draft.md', text('Not yet', { state: 'draft' }));
  await put('_template.md', text('A template'));
  await put('README.md', 'How to write one.');
  await put('schema.json', '{}');
  expect(await titles()).toEqual([]);
  expect(lines).toEqual([]);
});

it('follows a file that changes, becomes a draft again, or goes', async () => {
  const { put, remove, titles } = await startShelf();
  await put('full-disk.md', text('The disk was full'));
  await titles();
  await put('full-disk.md', text('The disk was quite full'));
  expect(await titles()).toEqual(['The disk was quite full']);
  await put('full-disk.md', text('The disk was quite full', { state: 'draft' }));
  expect(await titles()).toEqual([]);
  await put('full-disk.md', text('The disk was full'));
  expect(await titles()).toEqual(['The disk was full']);
  await remove('full-disk.md');
  expect(await titles()).toEqual([]);
});

it('keeps the last good words of a file with a mistake, and tells the mistake once', async () => {
  const { put, titles, lines } = await startShelf();
  await put('full-disk.md', text('The disk was full'));
  await titles();
  await put('full-disk.md', text('The disk was full', { day: 'yesterday' }));
  expect(await titles()).toEqual(['The disk was full']);
  await titles();
  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines[0])).toContain('full-disk.md:5:15 published_on: expected a date');
});

it('keeps everything while the folder is away', async () => {
  const { put, remove, titles, lines } = await startShelf();
  await put('full-disk.md', text('The disk was full'));
  await titles();
  await remove();
  expect(await titles()).toEqual(['The disk was full']);
  expect(lines.length).toBeGreaterThan(0);
});

describe('a translation', () => {
  async function withTranslation() {
    const started = await startShelf();
    await started.put('full-disk.md', text('The disk was full'));
    await started.put('full-disk.es.md', translated('El disco estaba lleno'));
    const titleIn = async () => (await started.shelf.read())[0]?.translations.es?.title;
    return { ...started, titleIn };
  }

  it('stands beside its original, and is no postmortem of its own', async () => {
    const { titles, titleIn, lines } = await withTranslation();
    expect(await titles()).toEqual(['The disk was full']);
    expect(await titleIn()).toBe('El disco estaba lleno');
    expect(lines).toEqual([]);
  });

  it('is read in the language of the reader, with the facts of the original', async () => {
    const { shelf } = await withTranslation();
    const [postmortem] = await shelf.read();
    if (!postmortem) throw new Error('nothing was read');
    expect(postmortemFor(postmortem, 'es', 'en')).toMatchObject({
      language: 'es',
      title: 'El disco estaba lleno',
      publishedOn: '2026-11-20',
      impact: 'major',
      timeline: [{ when: 'Viernes', what: 'Un disco estaba lleno.' }],
    });
    expect(postmortemFor(postmortem, 'fr', 'en')).toMatchObject({ language: 'en', title: 'The disk was full' });
    expect(postmortemFor({ ...postmortem, language: 'de' }, 'fr', 'en').language).toBe('de');
  });

  it('follows its file, and keeps its last good words while that is a bad one', async () => {
    const { put, remove, titleIn, lines } = await withTranslation();
    await titleIn();
    await put('full-disk.es.md', translated('El disco estaba muy lleno'));
    expect(await titleIn()).toBe('El disco estaba muy lleno');
    await put('full-disk.es.md', translated('Roto').replace('loss: null', 'loss: nada'));
    expect(await titleIn()).toBe('El disco estaba muy lleno');
    await titleIn();
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines[0])).toContain('full-disk.es.md:4:7 loss');
    await remove('full-disk.es.md');
    expect(await titleIn()).toBeUndefined();
  });

  it('is not shown once its original has moments that it does not tell', async () => {
    const { put, titleIn, lines } = await withTranslation();
    await titleIn();
    await put(
      'full-disk.md',
      text('The disk was full').replace('full. }]', 'full. }, { when: Later, what: It was not. }]'),
    );
    expect(await titleIn()).toBeUndefined();
    expect(JSON.stringify(lines)).toContain('as many entries as in the original (2)');
    const moments = '[{ when: Viernes, what: Estaba lleno. }, { when: Después, what: Ya no. }]';
    await put('full-disk.es.md', translated('El disco estaba lleno', moments));
    expect(await titleIn()).toBe('El disco estaba lleno');
  });

  it('without its original is not shown', async () => {
    const { remove, titles } = await withTranslation();
    await remove('full-disk.md');
    expect(await titles()).toEqual([]);
  });
});
