import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePostmortem, parseTranslation, readName } from '../../src/config/postmortem.ts';

const dir = join(import.meta.dirname, '../../content/incidents');
const small = `---
title: Uploads failed
summary: For an hour no film could be handed in.
state: published
published_on: 2026-11-20
impact: major
loss: null
timeline: [{ when: "Friday, 20:00", hours: 0, what: A disk was full. }]
---
It was full of logs.
`;

const spanish = `---
title: Fallaron las subidas
summary: Durante una hora no se pudo entregar ninguna película.
loss: null
timeline: [{ when: "Viernes, 20:00", what: Un disco estaba lleno. }]
---
Estaba lleno de registros.
`;

const problemsOf = (text: string, parse: (file: string, text: string) => unknown = parsePostmortem) => {
  try {
    parse('night.md', text);
  } catch (error) {
    return String(error instanceof Error ? error.message : error)
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
};

describe('a postmortem', () => {
  it('is its settings and its prose, with what was left out filled in', () => {
    expect(parsePostmortem('night.md', small)).toMatchObject({
      title: 'Uploads failed',
      publishedOn: '2026-11-20',
      incident: null,
      loss: null,
      actionItems: [],
      notKnown: [],
      body: 'It was full of logs.',
    });
  });

  const read = (name: string) => readFileSync(join(dir, name), 'utf8');

  it.each(globSync('*.md', { cwd: dir }).filter((name) => name !== 'README.md'))(
    'ships as %s without a mistake',
    (name) => {
      const { slug, language } = readName(name) ?? { slug: '', language: null };
      const title =
        language === null
          ? parsePostmortem(name, read(name)).title
          : parseTranslation(name, read(name), parsePostmortem(`${slug}.md`, read(`${slug}.md`))).title;
      expect(title).not.toBe('');
    },
  );

  it('reads files that were saved with the line ends of Windows', () => {
    expect(parsePostmortem('night.md', small.replaceAll('\n', '\r\n')).title).toBe('Uploads failed');
  });

  it('names every mistake with line, column, what was expected and what was found', () => {
    const bad = small
      .replace('state: published', 'state: publish')
      .replace('published_on: 2026-11-20', 'published_on: 2026-02-30')
      .replace('loss: null', 'losses: null');
    expect(problemsOf(bad)).toEqual([
      'night.md:4:8 state: expected one of draft, published, found "publish". Did you mean "published"?',
      'night.md:5:15 published_on: expected a date such as 2026-11-24, found "2026-02-30".',
      'night.md:2:1 loss: expected a map of keys, found nothing.',
      expect.stringMatching(
        /^night\.md:7:1 the file: expected one of the keys title, .*, found "losses"\. Did you mean "loss"\?$/,
      ),
    ]);
  });

  it('tells a mistake of YAML at its place, and a file without settings', () => {
    expect(problemsOf(small.replace('[{ when', '[{ when: ['))[0]).toMatch(
      /^night\.md:8:\d+ the file: expected valid YAML/,
    );
    expect(problemsOf('Only prose.')).toEqual([
      'night.md:1:1 the file: expected settings between two lines of three hyphens, found none.',
    ]);
  });

  it('puts no variable of the environment into prose', () => {
    expect(problemsOf(small.replace('Uploads failed', '${SECRET_KEY} failed'))).toHaveLength(1);
  });
});

describe('the name of a file', () => {
  it.each([
    ['night.md', { slug: 'night', language: null }],
    ['two-disks.es.md', { slug: 'two-disks', language: 'es' }],
  ])('%s says what it is', (name, said) => {
    expect(readName(name)).toEqual({ file: name, ...said });
  });

  it.each(['_template.md', 'README.md', 'night.xx.md', 'night.ES.md', 'night.es.fr.md', 'night.es', '../night.md'])(
    '%s is neither a postmortem nor a translation',
    (name) => {
      expect(readName(name)).toBeNull();
    },
  );
});

describe('a translation', () => {
  const original = parsePostmortem('night.md', small);
  const translationProblems = (text: string) =>
    problemsOf(text, (file, content) => parseTranslation(file, content, original));

  it('is the words of a postmortem in another language', () => {
    expect(parseTranslation('night.es.md', spanish, original)).toMatchObject({
      title: 'Fallaron las subidas',
      loss: null,
      timeline: [{ when: 'Viernes, 20:00', what: 'Un disco estaba lleno.' }],
      body: 'Estaba lleno de registros.',
    });
  });

  it('states no fact of its own, so that it cannot state another one', () => {
    const facts = spanish
      .replace('loss: null', 'loss: null\nstate: draft\nimpact: none\npublished_on: 2026-11-21')
      .replace('what: Un disco', 'hours: 3, what: Un disco');
    expect(translationProblems(facts)).toEqual([
      expect.stringMatching(/^night\.md:8:\d+ timeline 1: expected one of the keys when, what, found "hours"\.$/),
      expect.stringMatching(/^night\.md:5:1 the file: .* found "state"\.$/),
      expect.stringMatching(/^night\.md:6:1 the file: .* found "impact"\.$/),
      expect.stringMatching(/^night\.md:7:1 the file: .* found "published_on"\.$/),
    ]);
  });

  it('has an entry for each of the original', () => {
    const more = spanish.replace('lleno. }]', 'lleno. }, { when: Después, what: Nada. }]\nwent_well: [Todo.]');
    expect(translationProblems(more)).toEqual([
      expect.stringMatching(/^night\.md:5:\d+ timeline: expected as many entries as in the original \(1\), found /),
      expect.stringMatching(/^night\.md:6:\d+ went_well: expected as many entries as in the original \(0\), found /),
    ]);
  });

  it('says of the loss and in prose what the original says', () => {
    const loss = 'loss: { from: a, to: b, what: c, recovery: d }';
    expect(translationProblems(spanish.replace('loss: null', loss))).toEqual([
      expect.stringMatching(/^night\.md:4:\d+ loss: expected null, as in the original, found /),
    ]);
    expect(translationProblems(spanish.replace('Estaba lleno de registros.\n', ''))).toEqual([
      expect.stringContaining('expected prose below the settings, as in the original, found none.'),
    ]);
  });
});
