import { describe, expect, it } from 'vitest';
import { lintHouse } from './lint.ts';

async function errorsIn(path: string, source: string): Promise<string[]> {
  return (await lintHouse({ [path]: source })).get(path) ?? [];
}

/** The files among `paths` in which the source is refused. */
async function refusedIn(paths: string[], source: string): Promise<string[]> {
  const errors = await lintHouse(Object.fromEntries(paths.map((path) => [path, source])));
  return paths.filter((path) => errors.get(path)?.length);
}

describe('transaction()', () => {
  const calls = [
    'export const done = db.transaction(async (tx) => tx);',
    'export const done = db.orm.transaction(async (tx) => tx);',
    'export const done = db?.transaction(async (tx) => tx);',
    "export const done = db['transaction'](async (tx) => tx);",
  ];

  it.each(calls)('is refused: %s', async (call) => {
    const source = `import { db } from './client.ts';\n${call}\n`;
    const paths = ['db/verbs.ts', 'bench/peer.ts', 'test/db/verbs.test.ts'];
    expect(await refusedIn(paths, source)).toEqual(paths);
  });

  it('may be spoken of: a claim has a transaction', async () => {
    const source = 'export const lost = (claim: { transaction: string }) => claim.transaction.trim();\n';
    expect(await errorsIn('src/core/claim.ts', source)).toEqual([]);
  });
});

describe('the environment', () => {
  const readings = [
    'export const port = process.env.PORT;',
    "export const port = process.env['PORT'];",
    "export const port = process['env']['PORT'];",
    'const { env } = process;\nexport const port = env;',
    "import { env } from 'node:process';\nexport const port = env;",
  ];

  it.each(readings)('is not read outside src/config: %s', async (reading) => {
    const paths = ['src/server.ts', 'src/api/app.ts', 'src/demo/platform.ts', 'db/client.ts'];
    expect(await refusedIn(paths, reading)).toEqual(paths);
  });

  it('is read in src/config.ts, and set by tests for the programs they start', async () => {
    const source = "export const port = process.env['PORT'];\n";
    const paths = ['src/config.ts', 'src/config/environment.ts', 'test/cli/start.test.ts'];
    expect(await refusedIn(paths, source)).toEqual([]);
  });
});

describe('the domain', () => {
  const outside = [
    'Date.now()',
    'new Date()',
    'Date()',
    'Math.random()',
    'crypto.randomUUID()',
    'performance.now()',
    "fetch('https://example.org')",
    'process.hrtime()',
    "globalThis.fetch('https://example.org')",
  ];

  it.each(outside)('takes values instead of %s', async (expression) => {
    expect(await errorsIn('src/core/now.ts', `export const value = ${expression};\n`)).not.toEqual([]);
  });

  it('signs with a key it was handed, and makes none', async () => {
    const hmac = "import { createHmac } from 'node:crypto';\nexport const sign = createHmac;\n";
    const random = "import { randomBytes } from 'node:crypto';\nexport const draw = randomBytes;\n";
    expect(await errorsIn('src/core/token.ts', hmac)).toEqual([]);
    expect(await errorsIn('src/core/token.ts', random)).not.toEqual([]);
  });

  it('turns an instant it was handed into a date', async () => {
    const source = 'export const day = (now: number) => new Date(now).toISOString();\n';
    expect(await errorsIn('src/core/day.ts', source)).toEqual([]);
  });

  it('is the only room without a clock', async () => {
    expect(await errorsIn('src/probes/tick.ts', 'export const now = () => Date.now();\n')).toEqual([]);
  });
});

describe('a probe', () => {
  const dialling = [
    "import { connect } from 'node:net';\nexport const dial = connect;",
    "import { connect as secure } from 'node:tls';\nexport const dial = secure;",
    "import { request } from 'node:http';\nexport const dial = request;",
    "import https from 'node:https';\nexport const dial = https;",
    "import * as net from 'node:net';\nexport const dial = net;",
    "import { lookup } from 'node:dns/promises';\nexport const dial = lookup;",
    "export const dial = () => fetch('https://example.org');",
  ];

  it.each(dialling)('reaches no network of its own: %s', async (source) => {
    expect(await errorsIn('src/probes/ping.ts', source)).not.toEqual([]);
  });

  it('dials through egress, which may open a socket but not fetch', async () => {
    expect(await errorsIn('src/probes/egress.ts', dialling[0] ?? '')).toEqual([]);
    expect(await errorsIn('src/probes/egress.ts', dialling.at(-1) ?? '')).not.toEqual([]);
  });

  it('may speak of sockets and addresses', async () => {
    const source =
      "import { isIP, type Socket } from 'node:net';\nexport const isOpen = (it: Socket) => isIP(String(it));";
    expect(await errorsIn('src/probes/ping.ts', source)).toEqual([]);
  });
});
