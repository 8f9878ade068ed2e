import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#db/client.ts';
import { handleFlips, type IncidentPolicy } from '#db/flips.ts';
import { claimDueProbes, type DueProbe, nextProbeDueAt, releaseProbes } from '#db/probes.ts';
import { createBell } from './bell.ts';
import type { Egress } from './egress.ts';
import { startPulse } from './pulse.ts';
import { type Log, startRecorder } from './recorder.ts';
import { runProbe } from './runner.ts';

/** Another process, or staff, may have changed what is due: never sleep longer. */
const longestSleepMs = 1_000;

/** Rings this close together are answered once. */
const gatherMs = 10;

/** Probes that fall due this close together are claimed by one statement, and each is looked at when it is due. */
const aheadMs = 500;

/** The statement runs this long before the first of them is due. */
const leadMs = 40;

/** How long a stop waits for the looks that are on their way. */
const farewellMs = 2_000;

export type SchedulerOptions = {
  db: Database;
  egress: Egress;
  policy: IncidentPolicy;
  log: Log;
  /** What no reason may say: values that settings took from the environment. */
  secrets?: readonly string[];
  /** Looks on their way at the same time. */
  concurrency?: number;
  now?: () => number;
};

export type Scheduler = {
  /** Claims no more, waits for the looks on their way up to two seconds, stores what they found. */
  stop(): Promise<void>;
  /** When due probes were last asked for with success, epoch ms. */
  lastTickAt(): number;
};

/**
 * Looks at everything when it is due. Due times are rows: a restart forgets none, and several processes share them.
 * A database that fails stops neither the loop nor is it written down as a target's failure.
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const { db, egress, policy, log, secrets = [], concurrency = 100, now = Date.now } = options;
  const bell = createBell();
  const pulse = startPulse();
  const stopping = new AbortController();
  const leaving = new AbortController();
  const unstarted: DueProbe[] = [];
  const flying = new Map<string, Promise<void>>();
  let tickAt = now();
  let flipsHandledAt = Number.NEGATIVE_INFINITY;
  let isStopping = false;

  async function turnFlips(): Promise<void> {
    flipsHandledAt = now();
    try {
      await handleFlips(db, policy, now());
    } catch (error) {
      log.error({ err: error }, 'flips could not be turned into incidents');
    }
  }

  const recorder = startRecorder({
    db,
    log,
    now,
    async onStored(batch) {
      // A failure may have brought forward the looks at related components.
      if (batch.some((result) => result.outcome === 'fail')) bell.ring();
      await turnFlips();
    },
  });

  async function look(probe: DueProbe): Promise<void> {
    const startedAt = performance.now();
    const result = await runProbe(probe, { egress, signal: stopping.signal, at: now(), secrets });
    const stillMs = Math.round(pulse.stillSinceMs(startedAt));
    if (stopping.signal.aborted) return;
    if (stillMs === 0) return recorder.add(result);
    const reason = `probe: this process stood still for ${stillMs} ms`;
    recorder.add({ ...result, outcome: 'unknown', latencyMs: null, reason });
  }

  /** Waits until the probe is due, then looks; a stop meanwhile gives it back. */
  async function fly(probe: DueProbe): Promise<void> {
    const earlyMs = probe.dueAt - now();
    if (earlyMs > 0) await sleep(earlyMs, null, { signal: leaving.signal }).catch(() => null);
    if (isStopping && earlyMs > 0) unstarted.push(probe);
    else await look(probe);
  }

  function launch(probe: DueProbe): void {
    // A look that outlasts its interval is not joined by a second one.
    if (flying.has(probe.id)) return;
    const flight = fly(probe).finally(() => {
      if (flying.size >= concurrency) bell.ring();
      flying.delete(probe.id);
    });
    flying.set(probe.id, flight);
  }

  /** Claims what is due, and says how long to sleep. */
  async function tick(): Promise<number> {
    const free = concurrency - flying.size;
    if (free > 0) for (const probe of await claimDueProbes(db, now(), free, aheadMs)) launch(probe);
    tickAt = now();
    if (flying.size >= concurrency) return longestSleepMs;
    const dueAt = await nextProbeDueAt(db);
    return dueAt === null ? longestSleepMs : Math.min(longestSleepMs, dueAt - leadMs - gatherMs - now());
  }

  async function loop(): Promise<void> {
    while (!isStopping) {
      if (now() - flipsHandledAt >= longestSleepMs) await turnFlips();
      const sleepMs = await tick().catch((error: unknown) => {
        log.error({ err: error }, 'due probes could not be claimed');
        return longestSleepMs;
      });
      await bell.wait(sleepMs);
      await sleep(gatherMs);
    }
  }
  const ended = loop();

  return {
    async stop() {
      isStopping = true;
      leaving.abort();
      bell.ring();
      await ended;
      await Promise.race([Promise.all(flying.values()), sleep(farewellMs)]);
      stopping.abort();
      if (unstarted.length > 0)
        await releaseProbes(db, unstarted).catch((error: unknown) =>
          log.error({ err: error }, 'looks that were not begun could not be given back; they wait for their next turn'),
        );
      await recorder.stop();
      pulse.stop();
    },
    lastTickAt: () => tickAt,
  };
}
