import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readStatusConfig } from '#config';
import { StartError } from '#core/error.ts';

let dir: string;
let path: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'intermission-bad-'));
  path = join(dir, 'status.yaml');
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});

/** What an operator reads, without the name of the folder; empty where the file is fine. */
function said(): string {
  try {
    readStatusConfig(path, {});
  } catch (error) {
    if (error instanceof StartError) return error.message.replaceAll(`${dir}/`, '');
    throw error;
  }
  return '';
}

async function saidOf(content: string | Uint8Array): Promise<string> {
  await writeFile(path, content);
  return said();
}

const fine = 'page: { name: Reel }\ncomponents: [{ slug: mail, name: Mail }]\n';
const mail = (...lines: string[]) =>
  ['page: { name: Reel }', 'components:', '  - slug: mail', '    name: Mail', ...lines, ''].join('\n');
const tcp = (fields: string) => mail(`    probes: [{ kind: tcp, host: a.example, port: 1, ${fields} }]`);
const problem = (line: string) => `status.yaml has one problem:\n  status.yaml:${line}`;

describe('a file that cannot be read', () => {
  it('is missing', () => {
    expect(said()).toBe(
      'There is no status.yaml. Copy status.example.yaml there and edit it, or set STATUS_CONFIG to yours.',
    );
  });

  it('is a folder', async () => {
    await mkdir(path);
    expect(said()).toBe('status.yaml: expected a file, found a folder.');
  });

  it('is a device', () => {
    path = '/dev/zero';
    expect(said()).toBe('/dev/zero: expected a file, found a device.');
  });

  // Root may read anything.
  it.skipIf(process.getuid?.() === 0)('is not ours to read', async () => {
    await writeFile(path, fine, { mode: 0o000 });
    expect(said()).toBe('status.yaml cannot be read (EACCES).');
  });

  it('is a path through a file', async () => {
    await writeFile(path, fine);
    path = join(path, 'status.yaml');
    expect(said()).toBe('status.yaml/status.yaml cannot be read (ENOTDIR).');
  });

  it('is larger than any settings', async () => {
    await writeFile(path, fine);
    await truncate(path, 50 * 1024 * 1024);
    expect(said()).toBe('status.yaml: expected a file of at most 1 MB, found one of 50 MB.');
  });

  it('is not UTF-8', async () => {
    const latin1 = Buffer.concat([Buffer.from('page: { name: Caf'), Buffer.from([0xe9]), Buffer.from(' }\n')]);
    expect(await saidOf(latin1)).toBe(problem('1:18 the file: expected text in UTF-8, found the byte 0xe9.'));
    const cut = Buffer.concat([Buffer.from('page:\n  name: é'), Buffer.from([0xf0, 0x9f])]);
    expect(await saidOf(cut)).toBe(problem('2:10 the file: expected text in UTF-8, found the byte 0xf0.'));
    expect(await saidOf(Buffer.from(`\uFEFF${fine}`, 'utf16le'))).toBe(
      problem('1:1 the file: expected text in UTF-8, found the byte 0xff.'),
    );
  });

  it('is none of these when it begins with a byte order mark', async () => {
    expect(await saidOf(`\uFEFF${fine}`)).toBe('');
  });
});

describe('text that is no YAML', () => {
  it.each([
    [
      'a bracket that is not closed',
      'page: { name: Reel\ncomponents: []\n',
      '2:1 the file: expected valid YAML, found a mistake: Flow map in block collection must be sufficiently indented and end with a }.',
    ],
    [
      'tabs',
      'page:\n\tname: Reel\n',
      '2:1 the file: expected valid YAML, found a mistake: Tabs are not allowed as indentation.',
    ],
    [
      'several documents',
      'page: { name: A }\n---\npage: { name: B }\n',
      '2:1 the file: expected valid YAML, found a mistake: Source contains multiple documents; please use YAML.parseAllDocuments().',
    ],
    [
      'an alias of nothing',
      'page: *nobody\n',
      '1:7 the file: expected an alias of an anchor that was set before it, found *nobody.',
    ],
  ])('is told in one sentence: %s', async (_, text, sentence) => {
    const lines = (await saidOf(text)).split('\n');
    expect(lines).toContain(`  status.yaml:${sentence}`);
  });

  it('is refused when it is nested too deep', async () => {
    expect(await saidOf('['.repeat(100_000))).toMatch(
      /^status\.yaml has one problem:\n {2}status\.yaml:1:\d+ the file: expected valid YAML, found lists or maps that are nested too deep\.$/,
    );
  });

  it('is refused when its aliases would grow without end', async () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const before = level === 0 ? 'x' : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array(10).fill(before).join(', ')}]`;
    });
    expect(await saidOf(levels.join('\n'))).toBe(
      problem(
        '1:1 the file: expected aliases that stay small, found Excessive alias count indicates a resource exhaustion attack.',
      ),
    );
  });

  it('may use one anchor for every component', async () => {
    const components = Array.from({ length: 500 }, (_, index) => `  - { slug: a${index}, name: *name }`);
    expect(await saidOf(`page: { name: &name Reel }\ncomponents:\n${components.join('\n')}\n`)).toBe('');
  });

  it('is told in a hundred lines however much is wrong', async () => {
    const lines = (await saidOf(`[${','.repeat(2_000)}]`)).split('\n');
    expect(lines[0]).toBe('status.yaml has 2000 problems:');
    expect(lines).toHaveLength(102);
    expect(lines.at(-1)).toBe('  and 1900 more.');
  });
});

describe('a mistake', () => {
  it.each([
    [
      'a key given twice, and what else is wrong',
      'page: { name: A }\npage: { nam: B }\ncomponents: [{ slug: a, name: A }]\n',
      [
        '2:1 the file: expected each key once in a map, found "page" again, after line 1.',
        '2:7 page, name: expected a text, found nothing.',
        '2:9 page: expected one of the keys name, about, support_url, accent, logo, favicon, links, custom_css, time_zone, translations, found "nam". Did you mean "name"?',
      ],
    ],
    [
      'probes on no component',
      `${fine}probes: [{ kind: tcp, host: a.example, port: 1 }]\n`,
      [
        '3:1 the file: expected one of the keys page, groups, locations, components, policies, publish, locales, found "probes".',
      ],
    ],
    [
      'an unknown key',
      mail('    depend_on: [database]'),
      [
        '5:5 component mail: expected one of the keys slug, name, description, group, depends_on, runs_on, translations, probes, found "depend_on". Did you mean "depends_on"?',
      ],
    ],
    [
      'a dependency on an unknown slug',
      mail('    depends_on: [database]'),
      ['5:18 component mail, depends_on 1: expected the slug of a component, found "database".'],
    ],
    [
      'a dependency listed twice',
      `${mail('    depends_on: [db, db]')}  - { slug: db, name: Database }\n`,
      ['5:22 component mail, depends_on 2: expected each slug once, found "db" again, after line 5.'],
    ],
    [
      'a dependency cycle',
      `${mail('    depends_on: [db]')}  - { slug: db, name: Database, depends_on: [mail] }\n`,
      ['5:18 component mail, depends_on 1: expected dependencies without a cycle, found the cycle mail -> db -> mail.'],
    ],
    [
      'a slug used twice',
      `${mail()}  - { slug: mail, name: Post }\n`,
      ['5:13 component mail, slug: expected a slug that no other component has, found "mail" again, after line 3.'],
    ],
    [
      'two probes of one name',
      mail(
        '    probes:',
        '      - { kind: tcp, name: in, host: a.example, port: 1 }',
        '      - { kind: tcp, name: in, host: b.example, port: 2 }',
      ),
      [
        '7:28 component mail, probe in, name: expected a name that no other probe of it has, found "in" again, after line 6.',
      ],
    ],
    [
      'a group listed twice',
      `groups: [One, Two, One]\n${fine}`,
      ['1:20 group 3: expected a name that no other group has, found "One" again, after line 1.'],
    ],
    [
      'a variable that is not set',
      'page: { name: "${BRAND}" }\ncomponents: [{ slug: a, name: A }]\n',
      ['1:15 page, name: expected the environment variable BRAND to be set, found nothing.'],
    ],
    [
      'a control character',
      'page: { name: "Re\\u0007el" }\ncomponents: [{ slug: a, name: A }]\n',
      [
        '1:15 page, name: expected one line of text without control characters and direction overrides, found "Re\\u0007el".',
      ],
    ],
    [
      'a direction override, which is not passed on to the terminal',
      mail('    description: "safe \u202Egnitirw"'),
      [
        '5:18 component mail, description: expected a text without control characters and direction overrides, found "safe \\u{202e}gnitirw".',
      ],
    ],
    [
      'a direction override in a name',
      'page: { name: "\u2066Reel" }\ncomponents: [{ slug: a, name: A }]\n',
      [
        '1:15 page, name: expected one line of text without control characters and direction overrides, found "\\u{2066}Reel".',
      ],
    ],
  ])('is told whole: %s', async (_, text, sentences) => {
    const count = sentences.length === 1 ? 'one problem' : `${sentences.length} problems`;
    const lines = sentences.map((sentence) => `  status.yaml:${sentence}`);
    expect(await saidOf(text)).toBe([`status.yaml has ${count}:`, ...lines].join('\n'));
  });

  const duration = 'a duration from 1s to 1d, such as "30s" or "1m"';
  it.each([
    ['interval: 0', 'interval', duration, '0'],
    ['interval: -5s', 'interval', duration, '"-5s"'],
    ['interval: 2 weeks', 'interval', duration, '"2 weeks"'],
    ['interval: 999ms', 'interval', duration, '"999ms"'],
    ['interval: 25h', 'interval', duration, '"25h"'],
    ['interval: .inf', 'interval', duration, '.inf'],
    ['interval: .nan', 'interval', duration, '.nan'],
    ['interval: [30s]', 'interval', duration, 'a list'],
    ['interval: 30s, timeout: 0', 'timeout', 'a duration from 100ms to 1m, such as "30s" or "1m"', '0'],
    ['interval: 5s, timeout: 8s', 'timeout', 'a duration not longer than the interval', '"8s"'],
  ])('of time is told whole: %s', async (fields, key, expected, found) => {
    const column = (tcp(fields).split('\n')[4] ?? '').indexOf(`${key}: `) + key.length + 3;
    expect(await saidOf(tcp(fields))).toBe(
      problem(`5:${column} component mail, probe 1, ${key}: expected ${expected}, found ${found}.`),
    );
  });

  it('is not a name in another script, nor with the marks that it is written with', async () => {
    expect(
      await saidOf(
        'page: { name: "\u200Fקולנוע 🎞\uFE0F 👩\u200D🎤" }\ncomponents: [{ slug: a, name: "فیلم\u200Cها" }]\n',
      ),
    ).toBe('');
  });
});

it('finds a file of authorities beside status.yaml, wherever it is read from', async () => {
  await writeFile(path, mail('    probes: [{ kind: http, url: "https://a.example", tls_ca: ca/own.pem }]'));
  const script = `import { readStatusConfig } from ${JSON.stringify(join(import.meta.dirname, '../../src/config.ts'))};
console.log(readStatusConfig(${JSON.stringify(path)}, {}).components[0].probes[0].config.tlsCa);`;
  const from = (cwd: string) =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd, encoding: 'utf8' }).trim();
  expect(from(dir)).toBe(join(dir, 'ca/own.pem'));
  expect(from('/')).toBe(join(dir, 'ca/own.pem'));
});
