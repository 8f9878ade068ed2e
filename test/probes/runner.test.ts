import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { DueProbe } from '#db/probes.ts';
import { createEgress } from '#probes/egress.ts';
import type { Kind } from '#probes/probe.ts';
import { kinds } from '#probes/registry.ts';
import { runProbe } from '#probes/runner.ts';
import { loopback } from '../helpers/finding.ts';
import { startHttpTarget, startTcpTarget } from '../helpers/target.ts';

const options = { egress: createEgress({ allow: loopback }), signal: new AbortController().signal, at: 1_000 };

function dueProbe(kind: string, config: unknown, timeoutMs = 2_000): DueProbe {
  return {
    id: 'film/probe',
    componentId: 'film',
    kind,
    config,
    timeoutMs,
    intervalMs: 10_000,
    hearing: null,
    dueAt: 1_000,
  };
}

/** Runs with one more kind, for as long as the test needs it. */
async function withKind<Value>(kind: Kind, work: () => Promise<Value>): Promise<Value> {
  const list = kinds as Kind[];
  list.push(kind);
  try {
    return await work();
  } finally {
    list.pop();
  }
}

describe('a run', () => {
  it('returns the result of the look, dated to its beginning, in whole milliseconds', async () => {
    const url = await startHttpTarget((_, response) => response.end());
    const result = await runProbe(dueProbe('http', { url }), options);
    expect(result).toEqual({
      probeId: 'film/probe',
      at: 1_000,
      outcome: 'ok',
      latencyMs: expect.any(Number),
      reason: null,
    });
    expect(Number.isInteger(result.latencyMs)).toBe(true);
  });

  it('of stored settings that no longer parse is unknown', async () => {
    expect(await runProbe(dueProbe('http', { address: 'http://127.0.0.1' }), options)).toMatchObject({
      outcome: 'unknown',
      latencyMs: null,
      reason: expect.stringMatching(/^probe: The settings of this http probe are not valid: \/url: /),
    });
  });

  it.each([null, 'text', 7, []])('of stored settings that are %j is unknown', async (config) => {
    expect(await runProbe(dueProbe('tcp', config), options)).toMatchObject({ outcome: 'unknown' });
  });

  it('of a kind that is gone is unknown', async () => {
    expect(await runProbe(dueProbe('gopher', {}), options)).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringContaining(
        'probe: There is no kind of probe called "gopher"; expected one of http, journey',
      ),
    });
  });

  it('of a target seeded past every check at the edge is blocked', async () => {
    const egress = createEgress({ allow: [] });
    const result = await runProbe(dueProbe('http', { url: 'http://169.254.169.254/' }), { ...options, egress });
    expect(result).toMatchObject({ outcome: 'unknown', reason: expect.stringMatching(/^blocked: 169\.254\.169\.254/) });
  });

  it('ends within its time, and says which part was late', async () => {
    const port = await startTcpTarget(() => {});
    expect(await runProbe(dueProbe('tcp', { host: '127.0.0.1', port, expect: 'x' }, 200), options)).toMatchObject({
      outcome: 'fail',
      reason: expect.stringMatching(/^timeout: the expected text did not come within \d+ ms$/),
    });
  });

  it('of a kind that never ends is ended, and told so', async () => {
    const [{ schema } = { schema: null }] = kinds;
    if (schema === null) throw new Error('there is a kind');
    let isTold = false;
    const endless: Kind = {
      kind: 'endless',
      schema,
      run: (_, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            isTold = true;
          });
        }),
    };
    const config = { url: 'http://127.0.0.1/' };
    const result = await withKind(endless, () => runProbe(dueProbe('endless', config, 100), options));
    expect(result).toMatchObject({ outcome: 'fail', reason: 'timeout: not done within 100 ms' });
    expect(isTold).toBe(true);
  });

  it('of a kind that throws is unknown', async () => {
    const [{ schema } = { schema: null }] = kinds;
    if (schema === null) throw new Error('there is a kind');
    const broken: Kind = {
      kind: 'broken',
      schema,
      run: () => {
        throw new TypeError('a bug');
      },
    };
    const result = await withKind(broken, () => runProbe(dueProbe('broken', { url: 'http://127.0.0.1/' }), options));
    expect(result).toMatchObject({ outcome: 'unknown', reason: 'probe: a bug' });
  });

  it('keeps a reason to one short line, whatever the target wrote into it', async () => {
    const location = `http://\u202e${'x'.repeat(1_000)}.test/`;
    const url = await startHttpTarget((_, response) =>
      response.writeHead(302, { location: encodeURI(location) }).end(),
    );
    const { reason } = await runProbe(dueProbe('http', { url }), options);
    expect(reason).toMatch(/^[\x20-\x7e]{1,300}$/);
  });
});

/** Looks from a process that has no file descriptor left. */
const exhausted = `
  import { openSync } from 'node:fs';
  import { createEgress } from '#probes/egress.ts';
  import { http } from '#probes/http.ts';
  const dial = { egress: createEgress({ allow: ['127.0.0.0/8'] }), signal: new AbortController().signal, timeoutMs: 3000 };
  const config = http.schema.parse({ url: process.argv[1] });
  process.stdout.write(JSON.stringify(await http.run(config, dial)) + '\\n');
  try { for (;;) openSync('/dev/null'); } catch {}
  process.stdout.write(JSON.stringify(await http.run(config, dial)) + '\\n');
`;

it('without a file descriptor left is unknown, not the failure of the target', async () => {
  const url = await startHttpTarget((_, response) => response.end());
  const root = `${import.meta.dirname}/../../src`;
  const script = 'ulimit -n 80; exec "$0" --input-type=module -e "$1" "$2"';
  const child = spawn('sh', ['-c', script, process.execPath, exhausted, url], { cwd: root, timeout: 15_000 });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  const [before, after] = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(before).toMatchObject({ outcome: 'ok' });
  expect(after).toEqual({ outcome: 'unknown', latencyMs: null, reason: 'probe: this machine could not look (EMFILE)' });
});
