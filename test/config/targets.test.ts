import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nothingDeclared } from '#db/settings.ts';
import { planText } from '../../src/cli/planText.ts';
import type { Environment } from '../../src/config/interpolate.ts';
import { planOf } from '../../src/config/plan.ts';
import { ConfigError, describeProblem } from '../../src/config/problems.ts';
import { parseStatus } from '../../src/config/statusYaml.ts';
import { declaredOf } from '../../src/config/things.ts';

const frame = 'page: { name: Reel }\ncomponents: [{ slug: a, name: A }]\n';
const environment = { S3_SECRET: 'very-secret-key', GIT_TOKEN: 'ghp_open_sesame', S3_KEY: 'AKIDKEY1' };
const read = (targets: string, variables: Environment = environment) =>
  parseStatus('/etc/reel/status.yaml', `${frame}publish:\n  targets:\n${targets}`, variables, []);

function problemsOf(targets: string): string[] {
  try {
    read(targets);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(describeProblem);
  }
}

const store = `    - kind: s3
      name: bucket
      endpoint: https://s3.eu-central-1.amazonaws.com/
      bucket: status-example
      access_key_id: \${S3_KEY}
      secret_access_key: \${S3_SECRET}
`;

describe('publish.targets', () => {
  it('is empty unless something is declared', () => {
    expect(parseStatus('status.yaml', frame, {}, []).publish).toEqual({ targets: [] });
  });

  it('fills in what is not said, and keeps secrets apart', () => {
    expect(read(store).publish.targets).toEqual([
      {
        name: 'bucket',
        kind: 's3',
        refreshMs: 30_000,
        config: {
          endpoint: 'https://s3.eu-central-1.amazonaws.com',
          bucket: 'status-example',
          region: 'us-east-1',
          prefix: '',
          accessKeyId: 'AKIDKEY1',
          gzip: false,
        },
        secrets: { secretAccessKey: 'very-secret-key' },
      },
    ]);
  });

  it('finds paths beside the file, and leaves those of other machines as they are', () => {
    const [disk, host] = read(`    - { kind: folder, path: ../www, refresh: 1m }
    - { kind: rsync, host: b.example, path: www, identity_file: keys/id, known_hosts: /etc/hosts }
`).publish.targets;
    expect(disk).toMatchObject({ name: 'folder', refreshMs: 60_000, config: { path: resolve('/etc/www') } });
    expect(host?.config).toMatchObject({ path: 'www', identityFile: '/etc/reel/keys/id', knownHosts: '/etc/hosts' });
  });

  it('refreshes a branch less often than a disk', () => {
    const [branch] = read('    - { kind: git, url: "https://example.org/x.git", token: "${GIT_TOKEN}" }\n').publish
      .targets;
    expect(branch).toMatchObject({
      refreshMs: 600_000,
      config: { branch: 'gh-pages' },
      secrets: { token: 'ghp_open_sesame' },
    });
  });

  it.each([
    ['    - { kind: folder }', 'publish, target 1, path: expected a text, found nothing'],
    ['    - { kind: ftp, name: x }', 'publish, target x, kind: expected one of folder, s3, rsync, git, found "ftp"'],
    ['    - { kind: fodler, path: /a }', 'Did you mean "folder"?'],
    ['    - { kind: folder, path: /a, pth: /b }', 'Did you mean "path"?'],
    ['    - { kind: folder, path: /a }\n    - { kind: folder, path: /b }', 'expected a name that no other target has'],
    ['    - { kind: folder, path: /a, refresh: 1s }', 'refresh: expected a duration from 5s to 1d'],
    ['    - { kind: rsync, host: a.example, path: www, port: 0 }', 'port: expected a number of at least 1'],
    [
      '    - { kind: s3, endpoint: "https://a.example/x", bucket: bbb, access_key_id: a, secret_access_key: "${S3_SECRET}" }',
      'endpoint: expected an https: address of a host',
    ],
    ['    - { kind: git, url: "https://me:pass@a.example/x.git" }', 'url: expected an https:, ssh: or file: address'],
    ['    - 7', 'publish, target 1: expected a map of keys'],
  ])('tells a mistake: %s', (targets, sentence) => {
    expect(problemsOf(`${targets}\n`).join('\n')).toContain(sentence);
  });

  it('takes a secret from a variable only, and does not repeat the one it found', () => {
    const [problem, ...others] = problemsOf(store.replace('${S3_SECRET}', 'written-into-the-file'));
    expect(others).toEqual([]);
    expect(problem).toContain('secret_access_key: expected the name of an environment variable');
    expect(problem).not.toContain('written-into-the-file');
  });

  it('tells a variable that is not set', () => {
    const parse = () => read(store, { S3_KEY: 'AKIDKEY1' });
    expect(parse).toThrow('expected the environment variable S3_SECRET to be set');
  });

  it('lets no reason say what came out of a variable', () => {
    expect(read(store).secrets).toEqual(['AKIDKEY1', 'very-secret-key']);
  });
});

describe('a plan', () => {
  const calm = { openIncidents: [], retired: [] };
  const plan = (before: string | null, after: string, variables: Environment = environment) =>
    planText(
      planOf(before === null ? nothingDeclared : declaredOf(read(before)), declaredOf(read(after, variables)), calm),
      false,
    );

  it('has a line for each target', () => {
    expect(plan(null, store)).toContain('+ target bucket (s3)');
    expect(plan(store, '    - { kind: folder, name: disk, path: /a }\n')).toContain('- target bucket (s3)');
  });

  it('shows a changed setting, as the file spells it', () => {
    expect(plan(store, store.replace('bucket: status-example', 'bucket: other-example'))).toContain(
      'bucket: status-example -> other-example',
    );
    expect(plan(store, `${store}      refresh: 5m\n`)).toContain('refresh: 30s -> 5m');
  });

  it('shows that a secret has changed, and neither the old one nor the new one', () => {
    const text = plan(store, store, { ...environment, S3_SECRET: 'another-key' });
    expect(text).toContain('secret_access_key');
    expect(text).not.toMatch(/very-secret-key|another-key|sha256/);
  });

  it('is of what is kept, in which no secret is', () => {
    expect(JSON.stringify(declaredOf(read(store)))).not.toContain('very-secret-key');
  });
});
