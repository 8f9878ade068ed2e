import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { AgentResult, Assignments } from '#core/assignment.ts';
import { StartError } from '#core/error.ts';
import { openSpool, type SpoolLimits } from '../../src/agent/spool.ts';

const wide: SpoolLimits = { results: 1_000, bytes: 1_000_000 };

async function makeFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-spool-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return join(dir, 'agent');
}

const result = (at: number, reason: string | null = null): AgentResult => ({
  probeId: 'mail/http',
  at,
  outcome: reason === null ? 'ok' : 'fail',
  latencyMs: null,
  reason,
});

it('gives the newest first, and forgets what was acknowledged and nothing else', async () => {
  const spool = openSpool(await makeFolder(), wide);
  onTestFinished(spool.close);
  for (const at of [3, 1, 4, 2]) spool.add(result(at));
  const batch = spool.newest(2);
  expect(batch.map((kept) => kept.result.at)).toEqual([4, 3]);
  spool.add(result(5));
  spool.remove(batch);
  expect(spool.newest(10).map((kept) => kept.result)).toEqual([result(5), result(2), result(1)]);
  expect(spool.count()).toBe(3);
});

it('keeps the same result once', async () => {
  const spool = openSpool(await makeFolder(), wide);
  onTestFinished(spool.close);
  for (let round = 0; round < 3; round++) spool.add(result(1));
  expect(spool.count()).toBe(1);
});

it('knows after another start what it knew before', async () => {
  const dir = await makeFolder();
  const assignments: Assignments = {
    location: 'lisbon',
    revision: 'r1',
    probes: [
      { id: 'mail/http', kind: 'http', config: { url: 'https://a.example' }, intervalMs: 1_000, timeoutMs: 500 },
    ],
  };
  const before = openSpool(dir, wide);
  before.add(result(1, 'refused'));
  before.keepAssignments(assignments);
  before.close();
  const spool = openSpool(dir, wide);
  onTestFinished(spool.close);
  expect(spool.newest(10).map((kept) => kept.result)).toEqual([result(1, 'refused')]);
  expect(spool.assignments()).toEqual(assignments);
});

it('lets the oldest go when there are too many', async () => {
  const spool = openSpool(await makeFolder(), { results: 10, bytes: 1_000_000 });
  onTestFinished(spool.close);
  const lost = Array.from({ length: 25 }, (_, at) => spool.add(result(at))).reduce((sum, each) => sum + each, 0);
  expect(spool.count()).toBe(10);
  expect(lost).toBe(15);
  expect(spool.newest(100).map((kept) => kept.result.at)).toEqual([24, 23, 22, 21, 20, 19, 18, 17, 16, 15]);
});

it('lets the oldest go when they are too large, also counting those from before', async () => {
  const dir = await makeFolder();
  const limits = { results: 1_000, bytes: 4_000 };
  const before = openSpool(dir, limits);
  for (let at = 0; at < 8; at++) before.add(result(at, 'x'.repeat(300)));
  expect(before.count()).toBe(8);
  before.close();
  const spool = openSpool(dir, limits);
  onTestFinished(spool.close);
  for (let at = 8; at < 20; at++) spool.add(result(at, 'x'.repeat(300)));
  const kept = spool.newest(100);
  expect(kept.length).toBeLessThan(11);
  expect(kept[0]?.result.at).toBe(19);
  expect(kept.reduce((sum, each) => sum + JSON.stringify(each.result).length, 0)).toBeLessThanOrEqual(4_000);
});

it('belongs to one agent at a time, and to its own account', async () => {
  const dir = await makeFolder();
  const spool = openSpool(dir, wide);
  onTestFinished(spool.close);
  expect(() => openSpool(dir, wide)).toThrow(StartError);
  expect(() => openSpool(dir, wide)).toThrow('Another agent runs on');
  expect((await stat(join(dir, 'agent.db'))).mode & 0o077).toBe(0);
});
