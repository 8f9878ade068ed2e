import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { noBrand } from '#core/brand.ts';
import { kinds } from '#probes/registry.ts';
import type { Environment } from '../../src/config/interpolate.ts';
import { ConfigError, type ConfigProblem } from '../../src/config/problems.ts';
import { parseStatus } from '../../src/config/statusYaml.ts';

const parse = (text: string, environment: Environment = {}) => parseStatus('status.yaml', text, environment, kinds);

function problemsOf(text: string, environment: Environment = {}): readonly ConfigProblem[] {
  try {
    parse(text, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

/** A file of which only the components vary; they begin in line 3. */
const withComponents = (...lines: string[]): string => ['page: { name: Reel }', 'components:', ...lines].join('\n');

describe('the languages of a status.yaml', () => {
  const withLocales = (locales: string, ...lines: string[]) =>
    [...lines, 'components: [{ slug: mail, name: Mail }]', `locales: ${locales}`].join('\n');

  it('are those that the page speaks, with what things are called in the further ones', () => {
    const status = parse(`
page: { name: Reel, about: Films., translations: { es: { about: Cine. } } }
components:
  - { slug: mail, name: Mail, translations: { es: { name: Correo }, pt: { description: Cartas e recibos. } } }
locales: [en, es, pt]
`);
    expect(status.locales).toEqual(['en', 'es', 'pt']);
    expect(status.page.translations).toEqual({ es: { about: 'Cine.' } });
    expect(status.components[0]?.translations).toEqual({
      es: { name: 'Correo' },
      pt: { description: 'Cartas e recibos.' },
    });
  });

  it.each([
    ['[en, ess]', 'page: { name: Reel }', 'one of en, es, fr, de, pt, it, ru'],
    ['[en, es, es]', 'page: { name: Reel }', 'each language once'],
    ['[en]', 'page: { name: Reel, translations: { es: { about: Cine. } } }', 'a language that is listed under locales'],
    ['[en, fr]', 'page: { name: Reel, translations: { es: { about: Cine. } } }', 'a further language of locales: fr'],
    ['[es, en]', 'page: { name: Reel, translations: { es: { about: Cine. } } }', 'a further language of locales: en'],
    ['[en, es]', 'page: { name: Reel, translations: { sp: { about: Cine. } } }', 'one of the keys en, es, fr'],
    ['[en, es]', 'page: { name: Reel, translations: { es: { name: Cine } } }', 'one of the keys about'],
    ['[en, es]', 'page: { name: Reel, translations: { es: { about: "\\u202Eenic" } } }', 'direction overrides'],
  ])('with %s refuse %s', (locales, line, expected) => {
    const problems = problemsOf(withLocales(locales, line));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.expected).toContain(expected);
  });
});

describe('a complete status.yaml', () => {
  it('is read into camel case with every default filled in', () => {
    const status = parse(`
page: { name: Reel, support_url: "mailto:help@reel.example", time_zone: Europe/Lisbon }
groups: [Foundations]
components:
  - slug: database
    name: Database
    group: Foundations
    probes: [{ kind: tcp, host: db.reel.example, port: 5432, interval: 1m }]
  - slug: submissions
    name: Submissions
    depends_on: [database]
    probes:
      - { kind: http, name: front, url: "https://reel.example", tls_ca: ca.pem, interval: 2s, when_down: degraded, down_after: 5 }
policies: { up_after: 4, next_update_minutes: 20 }
`);
    expect(status.page).toEqual({
      name: 'Reel',
      about: null,
      supportUrl: 'mailto:help@reel.example',
      brand: noBrand,
      timeZone: 'Europe/Lisbon',
      translations: {},
    });
    expect(status.policies).toEqual({
      downAfter: 3,
      upAfter: 4,
      openIncidents: 'publish',
      onRecovery: 'resolve',
      nextUpdateMinutes: 20,
      flapping: { start: 20, stop: 5 },
      anchors: ['1.1.1.1:443', '9.9.9.9:443', 'dns.google:443'],
      uptime: { major_outage: 1, partial_outage: 0.3, degraded: 0 },
      retention: {
        resultsMs: 7 * 86_400_000,
        hourlyRollupsMs: 400 * 86_400_000,
        dailyRollupsMs: null,
        flipsMs: null,
      },
    });
    expect(status.locales).toEqual(['en']);
    expect(status.components[0]?.probes).toEqual([
      {
        name: 'tcp',
        kind: 'tcp',
        config: { host: 'db.reel.example', port: 5432 },
        intervalMs: 60_000,
        timeoutMs: 10_000,
        whenDown: 'major_outage',
        downAfter: 3,
        upAfter: 4,
        locations: null,
        quorum: null,
      },
    ]);
    expect(status.components[1]).toMatchObject({ group: null, dependsOn: ['database'] });
    expect(status.components[1]?.probes[0]).toMatchObject({
      name: 'front',
      config: { url: 'https://reel.example', tlsCa: resolve('ca.pem'), headers: {} },
      intervalMs: 2_000,
      timeoutMs: 2_000,
      whenDown: 'degraded',
      downAfter: 5,
    });
  });

  it('gives what listens its own pace, one word to turn it, and its schedule in one spelling', () => {
    const status = parse(
      withComponents(
        '  - slug: jobs',
        '    name: Jobs',
        '    runs_on: [server-1]',
        '    probes: [{ kind: heartbeat, interval: 1440m, grace: 90 }, { kind: backup, rpo: 1d, protects: jobs, where: nas }]',
      ),
    );
    expect(status.components[0]?.runsOn).toEqual(['server-1']);
    expect(status.components[0]?.probes).toEqual([
      {
        name: 'heartbeat',
        kind: 'heartbeat',
        config: { interval: '1d', grace: '90s' },
        intervalMs: 60_000,
        timeoutMs: 10_000,
        whenDown: 'major_outage',
        downAfter: 1,
        upAfter: 1,
        locations: null,
        quorum: null,
        listens: true,
      },
      expect.objectContaining({
        config: { rpo: '1d', protects: 'jobs', where: ['nas'], sizeAtLeast: 0.5, sizeAtMost: 2 },
      }),
    ]);
  });

  it('keeps the keys of free maps as they are written', () => {
    const status = parse(
      withComponents(
        '  - slug: a',
        '    name: A',
        '    probes: [{ kind: http, url: "http://a.example", headers: { X_Trace_id: yes } }]',
      ),
    );
    expect(status.components[0]?.probes[0]?.config).toMatchObject({ headers: { X_Trace_id: 'yes' } });
  });
});

describe('the steps of a journey', () => {
  const journey = (...steps: string[]): string =>
    withComponents(
      '  - slug: a',
      '    name: A',
      '    probes:',
      '      - kind: journey',
      '        steps:',
      ...steps.map((step) => `          - { ${step} }`),
    );

  it('are read into camel case, but for the names in free maps and what stands in texts', () => {
    const status = parse(
      journey(
        'name: sign_in, url: "http://a.example", secret_headers: [X_Key], headers: { X_Key: a_b }, extract: { next_url: { header: x_y } }',
        'name: look, url: "{{next_url}}", does_not_contain: log_in, degraded_over_ms: 5, expect_json: [{ path: $.a_b, not_equals: c_d }], expect_headers: [{ name: x_y, does_not_match: e_f }]',
      ),
    );
    expect(status.components[0]?.probes[0]?.config).toMatchObject({
      steps: [
        {
          name: 'sign_in',
          secretHeaders: ['X_Key'],
          headers: { X_Key: 'a_b' },
          extract: { next_url: { header: 'x_y' } },
        },
        {
          url: '{{next_url}}',
          doesNotContain: ['log_in'],
          degradedOverMs: 5,
          expectJson: [{ path: '$.a_b', notEquals: 'c_d' }],
          expectHeaders: [{ name: 'x_y', doesNotMatch: 'e_f' }],
        },
      ],
    });
  });

  it.each([
    [
      'an unknown key',
      journey('name: a, url: "http://a.example", §degraded_after_ms: 5'),
      { where: 'component a, probe 1, step a', found: '"degraded_after_ms"', suggestion: 'degraded_over_ms' },
    ],
    [
      'a key in camel case, deep in a list',
      journey('name: a, url: "http://a.example", expect_json: [{ path: $.a, §notEquals: 5 }]'),
      { found: '"notEquals"', suggestion: 'not_equals' },
    ],
    [
      'a pattern that is none',
      journey('name: a, url: "http://a.example", matches: §"(a"'),
      { where: 'component a, probe 1, step a, matches', expected: expect.stringContaining('RE2 syntax') },
    ],
    [
      'a JSON path that costs too much',
      journey('name: a, url: "http://a.example", expect_json: [{ path: §$..a..b }]'),
      { expected: 'a JSON path that descends (..) once at most', found: '"$..a..b"' },
    ],
    [
      'a value that nobody extracts',
      journey('name: a, url: "http://a.example"', '§name: b, url: "/{{film}}"').replace('{ §', '§{ '),
      { where: 'component a, probe 1, step b', expected: 'only values that an earlier step extracts, not {{film}}' },
    ],
  ])('tell with its place %s', (_, input, problem) => {
    const { text, line, column } = marked(input);
    expect(problemsOf(text)).toEqual([expect.objectContaining({ line, column, ...problem })]);
  });
});

describe("a word of blackbox_exporter's", () => {
  const http = (fields: string) =>
    withComponents('  - slug: a', '    name: A', `    probes: [{ kind: http, url: "http://a.example", ${fields} }]`);

  it('is understood, also in its lists', () => {
    const fields = 'valid_status_codes: [204], fail_if_header_matches: [{ header: a, regexp: b, allow_missing: true }]';
    expect(parse(http(fields)).components[0]?.probes[0]?.config).toMatchObject({
      status: [204],
      expectHeaders: [{ name: 'a', presence: 'optional', doesNotMatch: 'b' }],
    });
  });

  it('beside ours is told with its place', () => {
    const { text, line, column } = marked(http('status: 200, valid_status_codes: §[204]'));
    expect(problemsOf(text)).toEqual([
      expect.objectContaining({
        line,
        column,
        where: 'component a, probe 1, valid_status_codes',
        expected: 'no second word for a setting that is already given',
      }),
    ]);
  });
});

describe('a secret', () => {
  const text = withComponents(
    '  - slug: a',
    '    name: A',
    '    probes: [{ kind: http, url: "http://a.example", headers: { Authorization: "Bearer ${TOKEN}", Price: "$${TOKEN}" } }]',
  );

  it('comes from the environment, and a doubled dollar keeps the text', () => {
    const status = parse(text, { TOKEN: 'sesame' });
    expect(status.components[0]?.probes[0]?.config).toMatchObject({
      headers: { Authorization: 'Bearer sesame', Price: '${TOKEN}' },
    });
  });

  it('that is not set is one problem, at its place', () => {
    expect(problemsOf(text)).toEqual([
      {
        file: 'status.yaml',
        line: 5,
        column: 79,
        where: 'component a, probe 1, headers, Authorization',
        expected: 'the environment variable TOKEN to be set',
        found: 'nothing',
      },
    ]);
  });

  it('that is not set hides what only follows from it', () => {
    const problems = problemsOf(
      withComponents('  - slug: a', '    name: A', '    probes: [{ kind: http, url: "${URL}" }]'),
    );
    expect(problems.map((problem) => problem.expected)).toEqual(['the environment variable URL to be set']);
  });

  it('in the settings of a probe is told apart, so that no reason repeats it', () => {
    const { secrets } = parse(text, { TOKEN: 'sesame', NAME: 'A' });
    expect(secrets).toEqual(['sesame']);
    expect(parse(withComponents('  - { slug: a, name: "${NAME}" }'), { NAME: 'Reel' }).secrets).toEqual([]);
  });

  it('is never shown in a problem', () => {
    const [problem] = problemsOf(
      withComponents('  - slug: a', '    name: A', '    probes: [{ kind: http, url: "${URL}" }]'),
      { URL: 'sesame' },
    );
    expect(problem?.found).toBe('"${URL}"');
    expect(JSON.stringify(problem)).not.toContain('sesame');
  });
});

/** The text without its `§`, and where that stood. */
function marked(input: string): { text: string; line: number; column: number } {
  const [before = '', after] = input.split('§');
  if (after === undefined) throw new Error(`no § in: ${input}`);
  const lines = before.split('\n');
  return { text: before + after, line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** What is wrong, with a § where the problem is told to be. */
type Case = [claim: string, marked: string, problem: Partial<ConfigProblem>];

const probe = (fields: string): string =>
  withComponents('  - slug: mail', '    name: Mail', '    probes:', `      - §{ ${fields} }`.replace(/§(.*§)/, '$1'));

const cases: Case[] = [
  ['an empty file', '§', { where: 'the file', expected: 'a map of keys', found: 'nothing' }],
  ['a syntax error', 'page: { name: Reel\n§components: []\n', { where: 'the file', expected: 'valid YAML' }],
  [
    'a key given twice',
    'page: { name: A }\n§page: { name: B }\ncomponents: [{ slug: a, name: A }]\n',
    { expected: 'each key once in a map', found: '"page" again, after line 1' },
  ],
  [
    'a missing page',
    '§components:\n  - { slug: a, name: A }\n',
    { where: 'page', expected: 'a map of keys', found: 'nothing' },
  ],
  ['no components', 'page: { name: A }\ncomponents: §[]\n', { expected: 'a list of at least 1 entry' }],
  [
    'an unknown key at the top',
    `${withComponents('  - { slug: a, name: A }')}\n§polices: { up_after: 1 }\n`,
    { where: 'the file', found: '"polices"', suggestion: 'policies' },
  ],
  [
    'an unknown key of the page',
    'page:\n  name: A\n  §suport_url: "https://a.example"\ncomponents: [{ slug: a, name: A }]\n',
    { where: 'page', found: '"suport_url"', suggestion: 'support_url' },
  ],
  [
    'a colour that is none',
    'page:\n  name: A\n  accent: §"red;}"\ncomponents: [{ slug: a, name: A }]\n',
    { where: 'page, accent', found: '"red;}"' },
  ],
  [
    'a time zone that does not exist',
    'page:\n  name: A\n  time_zone: §Mars/Olympus\ncomponents: [{ slug: a, name: A }]\n',
    { where: 'page, time_zone', found: '"Mars/Olympus"' },
  ],
  [
    'a support address that could run a script',
    'page:\n  name: A\n  support_url: §"javascript:alert(1)"\ncomponents: [{ slug: a, name: A }]\n',
    { expected: 'an https:, http: or mailto: address' },
  ],
  [
    'a slug with capitals',
    withComponents('  - { slug: §Mail, name: Mail }'),
    { where: 'component Mail, slug', found: '"Mail"' },
  ],
  [
    'a component without a name',
    withComponents('  - §slug: mail'),
    { where: 'component mail, name', expected: 'a text', found: 'nothing' },
  ],
  [
    'a slug used twice',
    withComponents('  - { slug: mail, name: A }', '  - { slug: §mail, name: B }'),
    {
      where: 'component mail, slug',
      expected: 'a slug that no other component has',
      found: '"mail" again, after line 3',
    },
  ],
  [
    'an unknown group',
    `groups: [Foundations]\n${withComponents('  - slug: mail', '    name: Mail', '    group: §Foundation')}`,
    { where: 'component mail, group', suggestion: 'Foundations' },
  ],
  [
    'a group when none is listed',
    withComponents('  - slug: mail', '    name: Mail', '    group: §Foundations'),
    { expected: 'a group that is listed under groups' },
  ],
  [
    'an unknown dependency',
    withComponents('  - { slug: database, name: A }', '  - { slug: mail, name: B, depends_on: [§databse] }'),
    { where: 'component mail, depends_on 1', found: '"databse"', suggestion: 'database' },
  ],
  [
    'a dependency cycle, by name',
    withComponents(
      '  - { slug: a, name: A, depends_on: [§b] }',
      '  - { slug: b, name: B, depends_on: [c] }',
      '  - { slug: c, name: C, depends_on: [a] }',
    ),
    { expected: 'dependencies without a cycle', found: 'the cycle a -> b -> c -> a' },
  ],
  [
    'a component that stands on itself',
    withComponents('  - { slug: a, name: A, depends_on: [§a] }'),
    { found: 'the cycle a -> a' },
  ],
  [
    'a kind of probe that does not exist',
    probe('kind: §htpp, url: "http://a.example"'),
    {
      where: 'component mail, probe 1, kind',
      expected: expect.stringContaining('one of http, journey'),
      suggestion: 'http',
    },
  ],
  [
    'a probe without a kind',
    probe('url: "http://a.example"'),
    { where: 'component mail, probe 1, kind', expected: 'a text', found: 'nothing' },
  ],
  ['a probe that is a word', withComponents('  - slug: mail', '    name: Mail', '    probes: [§http]'), {}],
  [
    'an unknown key of a probe, known to every kind',
    probe('kind: http, url: "http://a.example", §interwal: 30s'),
    { where: 'component mail, probe 1', found: '"interwal"', suggestion: 'interval' },
  ],
  [
    'an unknown key of a probe, known to its kind',
    probe('kind: http, url: "http://a.example", §tls_cas: a.pem'),
    { found: '"tls_cas"', suggestion: 'tls_ca' },
  ],
  [
    'a key of a probe in camel case',
    probe('kind: http, url: "http://a.example", §tlsCa: a.pem'),
    { found: '"tlsCa"', suggestion: 'tls_ca' },
  ],
  [
    'a wrong entry in a list of a kind',
    probe('kind: http, url: "http://a.example", contains: [open, §3]'),
    { where: 'component mail, probe 1, contains 2', expected: 'a text', found: '3' },
  ],
  [
    'a wrong value in a free map',
    probe('kind: http, url: "http://a.example", headers: { X-Trace: §[] }'),
    { where: 'component mail, probe 1, headers, X-Trace', found: 'a list' },
  ],
  [
    'a wrong value of a key that the kind spells otherwise',
    probe('kind: http, url: "http://a.example", degraded_over_ms: §soon'),
    { where: 'component mail, probe 1, degraded_over_ms', found: '"soon"' },
  ],
  [
    'an address that is none',
    probe('kind: http, url: §reel.example'),
    { expected: 'an http or https address without user name and password', found: '"reel.example"' },
  ],
  [
    'a port out of range',
    probe('kind: tcp, host: a.example, port: §70000'),
    { where: 'component mail, probe 1, port', expected: 'a number of at most 65535', found: '70000' },
  ],
  [
    'an interval without sense',
    probe('kind: tcp, host: a.example, port: 1, interval: §often'),
    { expected: 'a duration from 1s to 1d, such as "30s" or "1m"', found: '"often"' },
  ],
  [
    'a timeout longer than the interval',
    probe('kind: tcp, host: a.example, port: 1, interval: 5s, timeout: §8s'),
    { expected: 'a duration not longer than the interval', found: '"8s"' },
  ],
  [
    'a schedule that never fires',
    probe('kind: heartbeat, cron: §"0 0 30 2 *"'),
    {
      where: 'component mail, probe 1, cron',
      expected: 'a cron expression of five fields that fires on some day, such as "30 2 * * *"',
      found: '"0 0 30 2 *"',
    },
  ],
  [
    'a schedule twice',
    probe('kind: heartbeat, interval: 1d, cron: §"0 2 * * *"'),
    { where: 'component mail, probe 1, cron', expected: 'either interval or cron' },
  ],
  [
    'a time zone that is none',
    probe('kind: heartbeat, cron: "0 2 * * *", time_zone: §Europe/Nowhere'),
    { expected: 'an IANA time zone, such as "Europe/Lisbon"' },
  ],
  [
    'a timeout of what does not look',
    probe('kind: heartbeat, interval: 1d, §timeout: 5s'),
    { expected: 'one of the keys interval, cron, time_zone, grace, kind, name, when_down, down_after, up_after' },
  ],
  [
    'a backup of nothing',
    probe('kind: backup, rpo: 1d, protects: §mial'),
    { where: 'component mail, probe 1, protects', expected: 'the slug of a component', suggestion: 'mail' },
  ],
  [
    'two probes of one name',
    withComponents(
      '  - slug: mail',
      '    name: Mail',
      '    probes:',
      '      - { kind: tcp, host: a.example, port: 1 }',
      '      - §{ kind: tcp, host: b.example, port: 2 }',
    ),
    { expected: 'a name that no other probe of it has', found: '"tcp" again, after line 6' },
  ],
  [
    'a location that nobody declared',
    `locations: [{ name: lisbon }]\n${probe('kind: tcp, host: a.example, port: 1, locations: [home, §lisbn]')}`,
    { expected: 'one of home, lisbon', found: '"lisbn"', suggestion: 'lisbon' },
  ],
  [
    'a location twice',
    `locations: [{ name: lisbon }]\n${probe('kind: tcp, host: a.example, port: 1, locations: [lisbon, §lisbon]')}`,
    { expected: 'each location once' },
  ],
  [
    'two locations of one name',
    `locations: [{ name: lisbon }, { name: §lisbon }]\n${withComponents('  - { slug: a, name: A }')}`,
    { where: 'locations lisbon, name', expected: 'a name that no other location has' },
  ],
  [
    'a quorum that can never be had',
    `locations: [{ name: lisbon }]\n${probe('kind: tcp, host: a.example, port: 1, locations: [home, lisbon], quorum: §3')}`,
    { expected: 'at most the number of its locations, 2', found: '3' },
  ],
  [
    'a choice that is none',
    `${withComponents('  - { slug: a, name: A }')}\npolicies: { open_incidents: §publsh }\n`,
    { where: 'policies, open_incidents', expected: 'one of publish, off', suggestion: 'publish' },
  ],
  [
    'an anchor without a port',
    `${withComponents('  - { slug: a, name: A }')}\npolicies: { anchors: [gateway.example:443, §gateway.example] }\n`,
    { where: 'policies, anchors 2', expected: expect.stringContaining('a host and a port') },
  ],
  [
    'a flapping that ends before it begins',
    `${withComponents('  - { slug: a, name: A }')}\npolicies: { flapping: §{ start_percent: 5 } }\n`,
    { where: 'policies, flapping', expected: 'a stop_percent below start_percent' },
  ],
];

describe('the locations of a probe', () => {
  const look = (fields: string) =>
    parse(`locations: [{ name: lisbon, label: Lisbon }]\n${probe(fields)}`.replace('§', ''));
  const tcp = 'kind: §tcp, host: a.example, port: 1';

  it('are the server alone when none is named, or only home', () => {
    for (const fields of [tcp, `${tcp}, locations: [home]`])
      expect(look(fields).components[0]?.probes[0]).toMatchObject({ locations: null, quorum: null });
  });

  it('may be several, or another than the server', () => {
    const status = look(`${tcp}, locations: [home, lisbon], quorum: 2`);
    expect(status.components[0]?.probes[0]).toMatchObject({ locations: ['home', 'lisbon'], quorum: 2 });
    expect(look(`${tcp}, locations: [lisbon]`).components[0]?.probes[0]).toMatchObject({ locations: ['lisbon'] });
    expect(status.locations).toEqual([
      { name: 'home', label: 'home' },
      { name: 'lisbon', label: 'Lisbon' },
    ]);
  });

  it('are the server alone for a kind that listens', () => {
    const listening = { kind: 'listens', schema: z.strictObject({}) };
    const text = `locations: [{ name: lisbon }]\n${probe('kind: §listens, locations: [lisbon]')}`.replace('§', '');
    expect(() => parseStatus('status.yaml', text, {}, [listening])).toThrow(/one of the keys .*, found "locations"/);
  });
});

describe('a mistake in status.yaml', () => {
  it.each(cases)('is told with its place: %s', (_, input, problem) => {
    const { text, line, column } = marked(input);
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: 'status.yaml', line, column, ...problem });
  });

  it('does not hide the others, which come in the order of the file', () => {
    const problems = problemsOf(
      withComponents(
        '  - { slug: a, name: 5 }',
        '  - { slug: b, name: B, depends_on: [a, x], colour: red }',
        '  - { slug: c, name: C, probes: [{ kind: tcp, host: 1, port: no }] }',
      ),
    );
    expect(problems.map(({ line, where }) => `${line} ${where}`)).toEqual([
      '3 component a, name',
      '4 component b, depends_on 2',
      '4 component b',
      '5 component c, probe 1, host',
      '5 component c, probe 1, port',
    ]);
  });

  it('is printed as one line that an editor can follow', () => {
    expect(() => parse(probe('kind: §htpp').replace('§', ''))).toThrow(
      'status.yaml has one problem:\n' +
        '  status.yaml:6:17 component mail, probe 1, kind: expected one of ' +
        `${kinds.map(({ kind }) => kind).join(', ')}, found "htpp". Did you mean "http"?`,
    );
  });
});
