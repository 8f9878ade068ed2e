import { describe, expect, it } from 'vitest';
import { type Declared, nothingDeclared, type Surroundings } from '#db/settings.ts';
import { kinds } from '#probes/registry.ts';
import { planText } from '../../src/cli/planText.ts';
import type { Environment } from '../../src/config/interpolate.ts';
import { planId, planOf } from '../../src/config/plan.ts';
import { parseStatus } from '../../src/config/statusYaml.ts';
import { declaredOf } from '../../src/config/things.ts';

const read = (text: string, environment: Environment = {}): Declared =>
  declaredOf(parseStatus('status.yaml', text, environment, kinds));

const calm: Surroundings = { openIncidents: [], retired: [] };

/** What a person is shown of a plan, line by line. */
const lines = (before: Declared, after: Declared, around = calm): string[] =>
  planText(planOf(before, after, around), false).split('\n');

const base = `page: { name: Reel }
groups: [Front, Back]
components:
  - slug: submissions
    name: Submissions
    group: Front
    depends_on: [database]
    probes:
      - { kind: http, name: door, url: "https://a.example/", headers: { accept: text/html, x-key: "\${KEY}" } }
  - slug: database
    name: Database
    group: Back
    probes: [{ kind: tcp, host: b.example, port: 5432, interval: 1m }]
`;
const keyed = { KEY: 'sesame' };
const before = read(base, keyed);

/** The file with one text replaced. */
const edited = (from: string, to: string, environment: Environment = keyed): Declared => {
  expect(base).toContain(from);
  return read(base.replace(from, to), environment);
};

describe('a plan', () => {
  it('has a line for everything when there was nothing', () => {
    expect(planText(planOf(nothingDeclared, before, calm), false).split('\n')).toEqual([
      '+ page',
      '+ policies',
      '+ locales',
      '+ group Front',
      '+ group Back',
      '+ component submissions (Submissions)',
      '+ dependency submissions -> database',
      '+ probe submissions/door (http)',
      '+ component database (Database)',
      '+ probe database/tcp (tcp)',
      '',
      '10 added, 0 changed, 0 retired, 0 unchanged.',
    ]);
  });

  it('is empty when nothing changes', () => {
    expect(planOf(before, read(base, keyed), calm)).toEqual({ changes: [], unchanged: 10, warnings: [] });
    expect(lines(before, read(base, keyed))).toEqual(['Nothing would change: 10 unchanged.']);
  });

  it.each([
    [
      'name: Reel }',
      'name: Reel Call, accent: "#2f7fc1" }',
      'page',
      ['name: Reel -> Reel Call', 'accent: nothing -> #2f7fc1'],
    ],
    [
      'name: Database',
      'name: Main database',
      'component database (Main database)',
      ['name: Database -> Main database'],
    ],
    [
      'interval: 1m',
      'interval: 90s, timeout: 2s',
      'probe database/tcp (tcp)',
      ['interval: 1m -> 90s', 'timeout: 10s -> 2s'],
    ],
    [
      'port: 5432',
      'port: 5433, expect: ready',
      'probe database/tcp (tcp)',
      ['port: 5432 -> 5433', 'expect: nothing -> ready'],
    ],
    [
      '"https://a.example/"',
      '"https://a.example/", contains: [a, b]',
      'probe submissions/door (http)',
      ['contains: nothing -> [a, b]'],
    ],
    [
      'kind: tcp',
      'when_down: degraded, kind: tcp',
      'probe database/tcp (tcp)',
      ['when_down: major_outage -> degraded'],
    ],
  ])('tells each field that changes, from what to what: %s', (from, to, what, fields) => {
    const found = lines(before, edited(from, to));
    expect(found).toEqual([
      `~ ${what}`,
      ...fields.map((field) => `    ${field}`),
      '',
      '0 added, 1 changed, 0 retired, 9 unchanged.',
    ]);
  });

  it('tells what comes and what goes', () => {
    const start = base.indexOf('  - slug: database');
    const after = `${base.slice(0, start).replace('[database]', '[mail]')}  - { slug: mail, name: Mail }\n`;
    expect(lines(before, read(after, keyed))).toEqual([
      '+ dependency submissions -> mail',
      '+ component mail (Mail)',
      '- dependency submissions -> database',
      '- component database (Database)',
      '- probe database/tcp (tcp)',
      '',
      'Warning: component database: It leaves the page. Its history is kept but hidden, and comes back when its slug does.',
      'Warning: component mail: submissions depends on it, but it has no probe: its failure is suspected, never seen.',
      '',
      '2 added, 0 changed, 3 retired, 7 unchanged.',
    ]);
  });

  it('tells another order once, not for everything behind it', () => {
    const after = { ...before, groups: ['Back', 'Front'], components: before.components.toReversed() };
    expect(lines(before, after)).toEqual([
      '~ order groups',
      '    order: [Front, Back] -> [Back, Front]',
      '~ order components',
      '    order: [submissions, database] -> [database, submissions]',
      '',
      '0 added, 2 changed, 0 retired, 10 unchanged.',
    ]);
  });

  it('knows settings that it was never told of, nested as they may be', () => {
    const steps = (second: object) => ({
      steps: [
        { name: 'sign in', url: 'a' },
        { name: 'submit', ...second },
      ],
      waits: [{ ms: 1 }],
    });
    const withSteps = (config: object): Declared => ({
      ...before,
      components: before.components.map((component) => ({
        ...component,
        probes: component.probes.map((probe) => ({ ...probe, config })),
      })),
    });
    const was = { ...withSteps(steps({ url: 'b' })), rules: { lisbon: { quorum: 1 } } };
    const becomes = { ...withSteps(steps({ url: 'c', body: 'x' })), rules: { lisbon: { quorum: 2 } } };
    expect(lines(was, becomes)).toEqual([
      '~ rules',
      '    lisbon.quorum: 1 -> 2',
      '~ probe submissions/door (http)',
      '    steps.submit.url: b -> c',
      '    steps.submit.body: changed (not shown)',
      '~ probe database/tcp (tcp)',
      '    steps.submit.url: b -> c',
      '    steps.submit.body: changed (not shown)',
      '',
      '0 added, 3 changed, 0 retired, 8 unchanged.',
    ]);
  });
});

describe('a secret', () => {
  it('is not shown when it stands in headers or a body', () => {
    const after = edited('accept: text/html', 'accept: text/plain');
    expect(lines(before, after)).toContain('    headers.accept: changed (not shown)');
    expect(JSON.stringify(planOf(before, after, calm))).not.toContain('text/plain');
  });

  it('is not shown when it came out of a variable, wherever it stands, before or after', () => {
    const hidden = edited('"https://a.example/"', '"https://a.example/?key=${KEY}"');
    const other = edited('"https://a.example/"', '"https://a.example/?key=${KEY}"', { KEY: 'open' });
    for (const [from, to] of [
      [before, hidden],
      [hidden, before],
      [hidden, other],
    ] as const) {
      const plan = planOf(from, to, calm);
      expect(planText(plan, false)).toContain('\n    url: changed (not shown)\n');
      expect(JSON.stringify(plan)).not.toMatch(/sesame|open|key=/);
    }
  });

  it('is not shown through an alias either', () => {
    const aliased = (key: string) =>
      read(
        'page: { name: &secret "${KEY}", about: *secret }\ncomponents: [{ slug: a, name: A, description: *secret }]\n',
        { KEY: key },
      );
    expect(JSON.stringify(planOf(aliased('sesame'), aliased('open'), calm))).not.toMatch(/sesame|open/);
    expect(planOf(aliased('sesame'), aliased('open'), calm).changes).toHaveLength(2);
  });
});

describe('a warning', () => {
  const without = { ...before, components: before.components.slice(1) };

  it('says that a component is retired in the middle of an incident', () => {
    const openIncidents = [{ title: 'Submissions fail', slugs: ['submissions'] }];
    expect(planOf(before, without, { openIncidents, retired: [] }).warnings).toEqual([
      {
        about: 'component submissions',
        sentence:
          'It is retired while the incident "Submissions fail" is open and names it: the incident stays open until somebody resolves it.',
      },
      {
        about: 'component submissions',
        sentence: 'It leaves the page. Its history is kept but hidden, and comes back when its slug does.',
      },
    ]);
  });

  it('says that history comes back', () => {
    expect(planOf(without, before, { openIncidents: [], retired: ['submissions'] }).warnings).toEqual([
      {
        about: 'component submissions',
        sentence: 'It was here before and brings its history back. The time in between counts as unknown.',
      },
    ]);
  });
});

describe('the text of a plan', () => {
  it('spells out what a terminal would not show', () => {
    const after = { ...before, page: { name: 'Re\u001b[2Jel', about: 'a \u202Eb', timeZone: 'UTC' } };
    const text = planText(planOf(before, after, calm), false);
    expect(text).toContain('    name: Reel -> "Re\\u001b[2Jel"');
    expect(text).toContain('    about: nothing -> "a \\u{202e}b"');
  });

  it('is coloured only where that is wanted', () => {
    const plan = planOf(before, edited('port: 5432', 'port: 1'), calm);
    expect(planText(plan, false)).not.toContain('\u001b');
    expect(planText(plan, true)).toContain('\u001b[33m~\u001b[0m probe database/tcp');
  });
});

describe('the name of a plan', () => {
  it('is another one when the file or what is stored is another', () => {
    const after = edited('port: 5432', 'port: 1');
    expect(planId(before, after)).toBe(planId(read(base, keyed), edited('port: 5432', 'port: 1')));
    expect(new Set([planId(before, after), planId(before, before), planId(after, after)]).size).toBe(3);
    expect(planId(before, edited('accept: text/html', 'accept: text/plain'))).not.toBe(planId(before, before));
  });
});
