import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePostmortem } from '../../src/config/postmortem.ts';

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

const problemsOf = (text: string) => {
  try {
    parsePostmortem('night.md', text);
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

  it.each(globSync('*.md', { cwd: dir }).filter((name) => name !== 'README.md'))(
    'ships as %s without a mistake',
    (name) => {
      expect(parsePostmortem(name, readFileSync(join(dir, name), 'utf8')).title).not.toBe('');
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
