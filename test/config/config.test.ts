import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { z } from 'zod';
import { type Config, readConfig, readPlaces, readStatusConfig } from '#config';
import { StartError } from '#core/error.ts';

const root = join(import.meta.dirname, '../..');
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'intermission-config-'));
  await writeFile(join(dir, 'status.yaml'), 'page: { name: Reel }\ncomponents: [{ slug: mail, name: Mail }]\n');
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});

const read = (environment: Record<string, string> = {}): Config =>
  readConfig({ DATA_DIR: dir, STATUS_CONFIG: join(dir, 'status.yaml'), ...environment });

function refusal(environment: Record<string, string>): string {
  try {
    read(environment);
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
  return '';
}

describe('an empty environment', () => {
  it('gives a config that works on this machine alone', () => {
    expect(read()).toMatchObject({
      port: 4321,
      host: '127.0.0.1',
      dataDir: dir,
      database: { url: `file:${join(dir, 'intermission.db')}` },
      publicUrl: 'http://127.0.0.1:4321',
      mail: { from: 'status@intermission.invalid', transport: { kind: 'file', dir: join(dir, 'mail') } },
      trustedProxies: [],
      egressAllow: [],
      packageRoot: root,
      demo: false,
    });
  });

  it('is what empty variables amount to', () => {
    const { secretKey, ...config } = read({ PORT: '', SMTP_URL: ' ', EGRESS_ALLOW: '' });
    expect({ ...config, secretKey }).toEqual(read());
  });
});

describe('the secret key', () => {
  it('is made at the first run, for its owner only, and kept', async () => {
    const { secretKey } = read();
    expect(secretKey.length).toBeGreaterThanOrEqual(43);
    expect((await readFile(join(dir, 'secret.key'), 'utf8')).trim()).toBe(secretKey);
    expect((await stat(join(dir, 'secret.key'))).mode & 0o777).toBe(0o600);
    expect(read().secretKey).toBe(secretKey);
  });

  it('of the environment wins, and none is made', async () => {
    const given = 'k'.repeat(32);
    expect(read({ SECRET_KEY: given }).secretKey).toBe(given);
    await expect(stat(join(dir, 'secret.key'))).rejects.toThrow('ENOENT');
  });

  it('that was cut short on disk is refused rather than replaced', async () => {
    await writeFile(join(dir, 'secret.key'), 'short\n');
    expect(refusal({})).toMatch(/secret\.key: expected a key of at least 32 characters, found 5\./);
  });
});

describe('mail', () => {
  const base = { PUBLIC_URL: 'https://status.example.org', EMAIL_FROM: 'Reel <status@example.org>' };

  it('goes through Resend when there is a key', () => {
    const transport = { kind: 'resend', apiKey: 're_1', baseUrl: 'http://127.0.0.1:9', webhookSecret: 'whsec_1' };
    const environment = {
      RESEND_API_KEY: 're_1',
      RESEND_BASE_URL: 'http://127.0.0.1:9',
      RESEND_WEBHOOK_SECRET: 'whsec_1',
    };
    expect(read({ ...base, ...environment }).mail).toEqual({ from: base.EMAIL_FROM, transport });
  });

  it('goes through a mail server when there is one', () => {
    const url = 'smtps://user:secret@mail.example.org';
    expect(read({ ...base, SMTP_URL: url }).mail).toEqual({ from: base.EMAIL_FROM, transport: { kind: 'smtp', url } });
  });
});

describe('the public address', () => {
  it('is only an origin, without a trailing slash', () => {
    expect(read({ PUBLIC_URL: 'https://Status.Example.org/' }).publicUrl).toBe('https://status.example.org');
  });

  it.each([
    [{ HOST: '::1', PORT: '80' }, 'http://[::1]:80'],
    [{ HOST: 'localhost' }, 'http://localhost:4321'],
    [{ PORT: '0' }, null],
    [{ HOST: '0.0.0.0' }, null],
  ])('of %j is %s', (environment, publicUrl) => {
    expect(read(environment).publicUrl).toBe(publicUrl);
  });
});

describe('a wrong variable', () => {
  it.each([
    [{ PORT: 'http' }, 'PORT: expected a port from 0 to 65535, found "http".'],
    [{ PORT: '65536' }, 'PORT: expected a port from 0 to 65535, found "65536".'],
    [{ PORT: '-1' }, 'PORT: expected a port from 0 to 65535, found "-1".'],
    [
      { PUBLIC_URL: 'status.example.org' },
      'PUBLIC_URL: expected an http: or https: address, such as "https://status.example.org", found "status.example.org".',
    ],
    [
      { PUBLIC_URL: 'https://example.org/status' },
      'PUBLIC_URL: expected an address without path or query, such as "https://status.example.org", found "https://example.org/status".',
    ],
    [
      { DATABASE_URL: 'postgres://db' },
      'DATABASE_URL: expected a file:, http:, https: or libsql: address, found "postgres://db".',
    ],
    [
      { SECRET_KEY: 'sesame' },
      'SECRET_KEY: expected a text of at least 32 characters, found 6 characters (not shown).',
    ],
    [
      { EMAIL_FROM: 'nobody' },
      'EMAIL_FROM: expected a mail address, such as "Example status <status@example.org>", found "nobody".',
    ],
    [
      { EGRESS_ALLOW: '10.0.0.0/8, 10.0.0.0/33' },
      'EGRESS_ALLOW: expected addresses or CIDR ranges separated by commas, such as "10.0.0.0/8,::1", found "10.0.0.0/8, 10.0.0.0/33".',
    ],
    [
      { TRUSTED_PROXIES: 'proxy' },
      'TRUSTED_PROXIES: expected addresses or CIDR ranges separated by commas, such as "10.0.0.0/8,::1", found "proxy".',
    ],
    [
      { RESEND_API_KEY: 're_1', EMAIL_FROM: 'a@b.example' },
      'PUBLIC_URL: expected the public address of the page, since mails link to it, found nothing.',
    ],
    [
      { SMTP_URL: 'smtp://mail.example.org', PUBLIC_URL: 'https://a.example' },
      'EMAIL_FROM: expected the sender of mails, since RESEND_API_KEY or SMTP_URL is set, found nothing.',
    ],
  ])('is told in one sentence: %j', (environment, sentence) => {
    expect(refusal(environment)).toBe(sentence);
  });

  it('does not hide the others', () => {
    expect(refusal({ PORT: 'x', PUBLIC_URL: 'y', EGRESS_ALLOW: 'z' }).split('\n')).toHaveLength(3);
  });

  it('is not shown when it is a secret', () => {
    expect(refusal({ SMTP_URL: 'user:hunter2@mail' })).not.toContain('hunter2');
  });

  it('is a data folder that cannot be made', async () => {
    await writeFile(join(dir, 'file'), '');
    const folder = join(dir, 'file/data');
    expect(refusal({ DATA_DIR: folder })).toBe(
      `DATA_DIR: expected a folder that can be written, found ${folder} (ENOTDIR).`,
    );
  });

  // Root may write anywhere.
  it.skipIf(process.getuid?.() === 0)('is a data folder that cannot be written', async () => {
    await mkdir(join(dir, 'locked'));
    await chmod(join(dir, 'locked'), 0o500);
    expect(refusal({ DATA_DIR: join(dir, 'locked') })).toMatch(/^DATA_DIR: expected a folder that can be written/);
  });
});

describe('status.yaml', () => {
  it('that is missing is told with what to do', () => {
    const path = join(dir, 'nothing.yaml');
    expect(refusal({ STATUS_CONFIG: path })).toBe(
      `There is no ${path}. Copy status.example.yaml there and edit it, or set STATUS_CONFIG to yours.`,
    );
  });

  it('is not read when the config is handed in', () => {
    const { status } = read();
    const config = readConfig({ DATA_DIR: dir }, { status, egressAllow: ['127.0.0.0/8'], demo: true });
    expect(config).toMatchObject({ status, egressAllow: ['127.0.0.0/8'], demo: true });
  });

  it('has a manual that is itself a valid file, and says every key there is', async () => {
    const path = join(root, 'status.example.yaml');
    const status = readStatusConfig(path, {});
    expect(status.components.length).toBeGreaterThan(3);
    const { componentSchema, probeSchema, statusSchema, targetSchema } = await import('../../src/config/schema.ts');
    const { kinds } = await import('#probes/registry.ts');
    const { entryOf, shapeOf, snakeCase } = await import('../../src/config/keyCase.ts');
    const text = await readFile(path, 'utf8');
    const shapes: object[] = [
      statusSchema.shape,
      statusSchema.shape.page.shape,
      componentSchema.shape,
      probeSchema.shape,
    ];
    const policies = statusSchema.shape.policies.def.innerType.shape;
    shapes.push(policies, policies.uptime.def.innerType.shape, policies.retention.def.innerType.shape);
    const shapesOf = (schema: z.core.$ZodType): object[] => {
      const shape = shapeOf(schema) ?? {};
      return [shape, ...Object.values(shape).flatMap((field) => shapesOf(entryOf(field) ?? field))];
    };
    const { targetKinds } = await import('#publish/targets/registry.ts');
    shapes.push(targetSchema.shape);
    for (const { schema } of [...kinds, ...targetKinds]) shapes.push(...shapesOf(schema));
    const keys = shapes.flatMap((shape) => Object.keys(shape).map(snakeCase));
    const unsaid = keys.filter((key) => !new RegExp(`\\b${key}:`).test(text));
    expect(unsaid).toEqual([]);
  });
});

describe('the places', () => {
  it('have a status.yaml when one is named, even if it is not there', () => {
    expect(readPlaces({ DATA_DIR: dir, STATUS_CONFIG: join(dir, 'nothing.yaml') }).hasStatus).toBe(true);
    expect(readPlaces({ DATA_DIR: dir }).hasStatus).toBe(false);
  });

  it('are free for the sample only while nothing else is kept there', async () => {
    expect(readPlaces({ DATA_DIR: dir }).isFreeForDemo).toBe(true);
    expect(readPlaces({ DATA_DIR: dir, DATABASE_URL: 'http://db.example:8080' }).isFreeForDemo).toBe(false);
    await writeFile(join(dir, 'intermission.db'), '');
    expect(readPlaces({ DATA_DIR: dir }).isFreeForDemo).toBe(false);
    await mkdir(join(dir, 'demo'));
    expect(readPlaces({ DATA_DIR: dir }).isFreeForDemo).toBe(true);
  });
});
