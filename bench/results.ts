import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient } from '@libsql/client';
import { defaultWeights } from '#core/uptime.ts';
import type { Database } from '#db/client.ts';
import { handleFlips } from '#db/flips.ts';
import { claimDueProbes } from '#db/probes.ts';
import { type NewResult, recordResults } from '#db/results.ts';
import { createSnapshotReader } from '#db/snapshot.ts';
import { keepHouse } from '../src/housekeeping.ts';
import { pageSettings } from '../test/helpers/snapshot.ts';
import { median, roundMs } from './median.ts';
import type { Measurement } from './run.ts';
import { openStored, probeIdOf, storePast } from './storedHistory.ts';

const rounds = 9;
const batches = 40;
/** As many as the recorder hands in at once when there is much to do. */
const batchLength = 100;
const past = { components: 100, probesEach: 10, days: 90, incidents: 100, intervalMs: 300_000 };
const probes = past.components * past.probesEach;
const dayMs = 86_400_000;

/** Every probe looked at once an interval, one look in a hundred failing. */
function* looks(from: number): Generator<NewResult[]> {
  for (let number = 0; ; number += batchLength)
    yield Array.from({ length: batchLength }, (_, index) => {
      const which = (number + index) % probes;
      const isOk = (number / batchLength + index) % 100 !== 0;
      return {
        probeId: probeIdOf(past, which),
        at: from + number * 20 + index,
        outcome: isOk ? 'ok' : 'fail',
        latencyMs: isOk ? 10 + (index % 40) : null,
        reason: isOk ? null : 'http: status 500, expected 2xx',
      };
    });
}

async function insertBare(client: Client, rows: readonly NewResult[]): Promise<void> {
  await client.batch(
    [
      {
        sql: `insert into result (probe_id, at, outcome, latency_ms, reason) values ${rows.map(() => '(?, ?, ?, ?, ?)')}`,
        args: rows.flatMap(({ probeId, at, outcome, latencyMs, reason }) => [probeId, at, outcome, latencyMs, reason]),
      },
    ],
    'write',
  );
}

/** The longest of the client's calls: the driver works before it gives the loop back. */
function watchCalls(db: Database): { longestMs: () => number; longestCall: () => string } {
  let longest = { ms: 0, call: '' };
  const client = (db.orm as unknown as { $client: Client }).$client;
  for (const name of ['execute', 'batch'] as const) {
    const call = client[name].bind(client) as (...args: unknown[]) => Promise<never>;
    client[name] = async (...args: unknown[]) => {
      const from = performance.now();
      try {
        return await call(...args);
      } finally {
        const ms = performance.now() - from;
        if (ms > longest.ms) longest = { ms, call: JSON.stringify(args).slice(0, 600) };
      }
    };
  }
  return { longestMs: () => longest.ms, longestCall: () => longest.call };
}

/** Stores results while days are folded, what is past its time is let go, and pages and flips are read. */
async function strain(db: Database, from: number): Promise<{ maxLoopBlockMs: number; delayMs: number }> {
  const watched = watchCalls(db);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const page = pageSettings({ name: 'Film house', url: 'https://status.example' });
  const read = createSnapshotReader(db, () => ({ page, weights: defaultWeights }));
  const retention = {
    resultsMs: 3 * dayMs,
    hourlyRollupsMs: 30 * dayMs,
    dailyRollupsMs: 90 * dayMs,
    flipsMs: 90 * dayMs,
  };
  // Two days on, so that there is much to fold and to let go.
  let isOver = false;
  const house = keepHouse({ db, retention, now: () => from + 2 * dayMs }, () => isOver);
  delay.enable();
  const endsAt = performance.now() + 20_000;
  for (const batch of looks(from)) {
    await recordResults(db, batch, from + 60_000);
    await handleFlips(db, { openIncidents: 'publish', onRecovery: 'resolve', nextUpdateMinutes: 20 }, from + 60_000);
    await sleep(5);
    // Everything fails at once: the worst that can be handed in.
    if (batch[0]?.probeId === probeIdOf(past, 0)) {
      const outage = batch.map((look) => ({ ...look, at: look.at + 1, outcome: 'fail' as const }));
      for (const later of [1, 2, 3]) {
        await recordResults(
          db,
          outage.map((look) => ({ ...look, at: look.at + later })),
          from + 60_000,
        );
        await sleep(5);
      }
      await read(from + 60_000);
      await sleep(5);
      await claimDueProbes(db, from + 60_000, 100);
    }
    await sleep(5);
    if (performance.now() > endsAt) break;
  }
  isOver = true;
  await house;
  delay.disable();
  process.stderr.write(`longest call: ${roundMs(watched.longestMs())} ms, ${watched.longestCall()}\n`);
  return { maxLoopBlockMs: watched.longestMs(), delayMs: delay.percentile(99.9) / 1e6 };
}

/** Results stored a second, against a bare insert of the same rows; and how long a call ever holds the event loop. */
export async function measure(): Promise<Measurement> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-bench-'));
  const [path, barePath] = [join(dir, 'ours.db'), join(dir, 'bare.db')];
  process.stderr.write('writing the past\n');
  const now = Date.now();
  await storePast(path, past, now);
  await copyFile(path, barePath);
  const db = await openStored(path);
  const bare = createClient({ url: `file:${barePath}`, concurrency: 1 });
  await bare.execute('PRAGMA journal_mode = WAL');
  await bare.execute('PRAGMA synchronous = FULL');
  const ours = looks(now);
  const theirs = looks(now);
  const ratios: number[] = [];
  const perSecond: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    let oursMs = 0;
    let bareMs = 0;
    for (let batch = 0; batch < batches; batch += 1) {
      const rows = ours.next().value;
      const same = theirs.next().value;
      const start = performance.now();
      await insertBare(bare, same);
      const middle = performance.now();
      await recordResults(db, rows, now);
      bareMs += middle - start;
      oursMs += performance.now() - middle;
    }
    // The first round only warms up.
    if (round === 0) continue;
    ratios.push(bareMs / oursMs);
    perSecond.push((batches * batchLength) / (oursMs / 1_000));
    process.stderr.write(`round ${round}: ours ${roundMs(oursMs)} ms, bare ${roundMs(bareMs)} ms\n`);
  }
  const { maxLoopBlockMs, delayMs } = await strain(db, now + 3_600_000);
  db.close();
  bare.close();
  await rm(dir, { recursive: true, force: true });
  return {
    figures: {
      ratioToBareInsert: Math.round(median(ratios) * 100) / 100,
      maxLoopBlockMs: roundMs(maxLoopBlockMs),
      resultsPerSecond: Math.round(median(perSecond)),
      loopDelayP999Ms: roundMs(delayMs),
    },
    setting: { rounds, batches, batchLength, ...past, peer: 'one multi-row insert a batch, WAL, synchronous=FULL' },
  };
}
