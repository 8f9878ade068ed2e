import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '@libsql/client';
import { rolldown } from 'rolldown';
import { percentile, roundMs } from './median.ts';
import type { Measurement } from './run.ts';
import { type Past, storePast } from './storedHistory.ts';

const intervalMs = 20_000;
const past: Past = { components: 100, probesEach: 10, days: 90, incidents: 100, intervalMs };
const probes = 1_000;

function start(file: string, ...args: string[]): ChildProcess {
  return fork(resolve(import.meta.dirname, file), args, { execArgv: process.execArgv });
}

async function word(child: ChildProcess): Promise<Record<string, number>> {
  const [told] = await once(child, 'message');
  return told;
}

type Look = { probeId: string; at: number; dueAt: number };

/** The prober as the product runs it: in one file, with types taken away beforehand and not in its memory. */
async function bundleProber(): Promise<string> {
  const file = join(import.meta.dirname, '../dist/prober.mjs');
  const bundle = await rolldown({
    input: join(import.meta.dirname, 'proberProcess.ts'),
    platform: 'node',
    external: [/libsql/],
  });
  await bundle.write({ file, codeSplitting: false });
  await bundle.close();
  return file;
}

/** What was looked at, each with the slot it belongs to. */
async function readLooks(path: string, from: number): Promise<{ looks: Look[]; unknown: number }> {
  const client = createClient({ url: `file:${path}` });
  const { rows } = await client.execute({
    sql: `select r.probe_id, r.at, r.outcome, p.next_due_at % ${intervalMs} as phase from result r
      join probe p on p.id = r.probe_id where r.at >= ? order by r.at`,
    args: [from],
  });
  client.close();
  const looks = rows.map((row) => {
    const [at, phase] = [Number(row['at']), Number(row['phase'])];
    // A timer may be a millisecond early: half an interval tells the slots apart.
    const dueAt = Math.floor((at - phase + 500) / intervalMs) * intervalMs + phase;
    return { probeId: String(row['probe_id']), at, dueAt };
  });
  return { looks, unknown: rows.filter((row) => row['outcome'] !== 'ok').length };
}

/** Slots of all probes in the time, less those that were run. */
function missedOf(looks: readonly Look[], phases: readonly number[], from: number, to: number): number {
  const slots = phases.reduce(
    (sum, phase) => sum + Math.floor((to - phase) / intervalMs) - Math.floor((from - 1 - phase) / intervalMs),
    0,
  );
  const run = new Set(looks.filter(({ dueAt }) => dueAt >= from && dueAt <= to).map((l) => `${l.probeId} ${l.dueAt}`));
  return slots - run.size;
}

async function phasesIn(path: string): Promise<number[]> {
  const client = createClient({ url: `file:${path}` });
  const { rows } = await client.execute(`select next_due_at % ${intervalMs} as phase from probe`);
  client.close();
  return rows.map((row) => Number(row['phase']));
}

/** 1,000 probes at 20 s against a local target, beside a bare loop that asks as often. */
export async function measure(): Promise<Measurement> {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '180' } }, allowPositionals: true });
  const seconds = Number(values.seconds);
  const dir = await mkdtemp(join(tmpdir(), 'intermission-bench-'));
  const path = join(dir, 'intermission.db');
  const target = start('targetProcess.ts');
  const url = `http://127.0.0.1:${(await word(target))['port']}/`;
  process.stderr.write(`writing the past of ${past.days} days\n`);
  await storePast(path, { ...past, intervalMs: 300_000, url });
  const client = createClient({ url: `file:${path}` });
  // All of them fell due while nobody looked; the prober spreads them as a start does.
  await client.execute(`update probe set interval_ms = ${intervalMs}, next_due_at = 0`);
  client.close();
  process.stderr.write(`looking for ${seconds} s\n`);
  const prober = start(await bundleProber(), path, String(seconds));
  const bare = start('bareLoopProcess.ts', url, String((probes * 1_000) / intervalMs), String(seconds));
  const [found, peer] = await Promise.all([word(prober), word(bare)]);
  target.disconnect();
  const { startedAt = 0, endedAt = 0, cpuMs = Number.NaN, peakMiB = Number.NaN } = found;
  const { looks, unknown } = await readLooks(path, startedAt);
  const firstAt = new Map<string, number>();
  for (const { probeId, at } of looks) if (!firstAt.has(probeId)) firstAt.set(probeId, at);
  const cpuPerProbeMs = cpuMs / looks.length;
  const cpuPerBareMs = (peer['cpuMs'] ?? Number.NaN) / (peer['asked'] ?? Number.NaN);
  // What became due in the last moment may be stored by the stop, or given back by it.
  const missed = missedOf(looks, await phasesIn(path), startedAt + intervalMs, endedAt - 1_000);
  // What fell due before the process was there is not its lateness.
  const lateness = looks.filter(({ dueAt }) => dueAt >= startedAt).map(({ at, dueAt }) => at - dueAt);
  await rm(dir, { recursive: true, force: true });
  return {
    figures: {
      missed,
      firstRoundS: firstAt.size < probes ? null : roundMs((Math.max(...firstAt.values()) - startedAt) / 1_000),
      p99LatenessMs: percentile(lateness, 0.99),
      medianLatenessMs: percentile(lateness, 0.5),
      cpuPerProbeMs: Math.round(cpuPerProbeMs * 1_000) / 1_000,
      peakMiB: Math.round(peakMiB),
      ratioToBareLoop: Math.round((cpuPerBareMs / cpuPerProbeMs) * 100) / 100,
      cpuPerBareRequestMs: Math.round(cpuPerBareMs * 1_000) / 1_000,
      looks: looks.length,
      notOk: unknown,
    },
    setting: { probes, intervalMs, seconds, historyDays: past.days },
  };
}
