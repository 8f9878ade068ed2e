import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultWeights } from '#core/uptime.ts';
import { openIncident, resolveIncident } from '#db/incidents.ts';
import { recordResults } from '#db/results.ts';
import { createSnapshotReader } from '#db/snapshot.ts';
import { pageSettings } from '../test/helpers/snapshot.ts';
import { median, roundMs } from './median.ts';
import type { Measurement } from './run.ts';
import { openStored, type Past, probeIdOf, storePast } from './storedHistory.ts';

const rounds = 60;
const page = pageSettings({ name: 'Film house', url: 'https://status.example' });
const actor = { kind: 'console', name: 'bench' } as const;
const pasts: Record<'day' | 'years', Past> = {
  day: { components: 100, days: 1, incidents: 1, intervalMs: 30_000 },
  years: { components: 100, days: 13 * 365, incidents: 5_000, intervalMs: 30_000 },
};

async function openPast(dir: string, name: keyof typeof pasts) {
  const path = join(dir, `${name}.db`);
  process.stderr.write(`writing the past of ${pasts[name].days} days\n`);
  await storePast(path, pasts[name]);
  const { size } = await stat(path);
  const db = await openStored(path);
  const read = createSnapshotReader(db, () => ({ page, weights: defaultWeights }));
  const from = performance.now();
  await read(Date.now());
  return { db, read, mebibytes: size / 2 ** 20, firstMs: performance.now() - from, tookMs: [] as number[] };
}

type Opened = Awaited<ReturnType<typeof openPast>>;

/** Something happens, and the snapshot that follows from it is timed. */
async function round({ db, read, tookMs }: Opened, number: number): Promise<void> {
  const now = Date.now();
  const probeId = probeIdOf(pasts.day, number % 100);
  const look = { probeId, latencyMs: null, outcome: 'fail', reason: 'http: status 500' } as const;
  for (const second of [2, 1, 0]) await recordResults(db, [{ ...look, at: now - second * 1_000 }], now);
  const input = { title: 'Payments are refused', status: 'investigating', body: 'We look.' } as const;
  const { id } = await openIncident(db, { ...input, components: { 'service-1': 'degraded' } }, actor, now);
  await resolveIncident(db, id, { body: 'Nothing was lost.' }, actor, now + 1);
  const from = performance.now();
  await read(now + 2);
  tookMs.push(performance.now() - from);
}

/** Builds the snapshot after a change, with one day behind it and with thirteen years. */
export async function measure(): Promise<Measurement> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-bench-'));
  const day = await openPast(dir, 'day');
  const years = await openPast(dir, 'years');
  for (let number = 0; number < rounds; number += 1) for (const each of [day, years]) await round(each, number);
  for (const { db } of [day, years]) db.close();
  await rm(dir, { recursive: true, force: true });
  const [dayMs, yearsMs] = [median(day.tookMs), median(years.tookMs)];
  return {
    figures: {
      ratio13YearsTo1Day: Math.round((yearsMs / dayMs) * 100) / 100,
      databaseMiB13Years: Math.round(years.mebibytes),
      dayMs: roundMs(dayMs),
      yearsMs: roundMs(yearsMs),
      firstReadDayMs: roundMs(day.firstMs),
      firstReadYearsMs: roundMs(years.firstMs),
    },
    setting: { rounds, ...pasts.years, resultsDays: 7, hourlyRollupDays: 400, what: 'each snapshot follows a change' },
  };
}
