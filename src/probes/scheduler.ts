import { setTimeout as sleep } from 'node:timers/promises';
import type { Impairment } from '#core/doubt.ts';
import type { Database } from '#db/client.ts';
import { handleFlips, type IncidentPolicy } from '#db/flips.ts';
import { claimDueProbes, type DueProbe, nextProbeDueAt, releaseProbes } from '#db/probes.ts';
import { recordSilence } from '#db/results.ts';
import { createBell } from './bell.ts';
import type { Egress } from './egress.ts';
import { createListener } from './listener.ts';
import { startPulse } from './pulse.ts';
import { type Log, startRecorder } from './recorder.ts';
import { findListeningKind } from './registry.ts';
import { runSteadily } from './runner.ts';
import { startScreen } from './screen.ts';
import { startWatchfulness } from './watchfulness.ts';

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
  /** The rules of this moment: they may change at run time. */
  policy: () => IncidentPolicy;
  /** `host:port` of what is asked, at the moment of decision, whether our own network works. */
  anchors?: () => readonly string[];
  log: Log;
  /** What no reason may say: values that settings took from the environment. */
  secrets?: () => readonly string[];
  /** Looks on their way at the same time. */
  concurrency?: number;
  now?: () => number;
};

export type Scheduler = {
  /** Claims no more, waits for the looks on their way up to two seconds, stores what they found. */
  stop(): Promise<void>;
  /** When due probes were last asked for with success, epoch ms. */
  lastTickAt(): number;
  /** Our own network's trouble; null while it works. */
  impairment(): Impairment | null;
};

/**
 * Looks at everything when it is due. Due times are rows: a restart forgets none, and several processes share them.
 * A database that fails stops neither the loop nor is it written down as a target's failure.
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const {
    db,
    egress,
    policy,
    anchors = () => [],
    log,
    secrets = () => [],
    concurrency = 100,
    now = Date.now,
  } = options;
  const bell = createBell();
  const pulse = startPulse();
  const stopping = new AbortController();
  const leaving = new AbortController();
  const unstarted: DueProbe[] = [];
  const flying = new Map<string, Promise<void>>();
  let tickAt = now();
  const watchfulness = startWatchfulness({ db, pulse, log, now });
  let flipsHandledAt = Number.NEGATIVE_INFINITY;
  let silenceReadAt = Number.NEGATIVE_INFINITY;
  let isStopping = false;

  async function turnFlips(): Promise<void> {
    flipsHandledAt = performance.now();
    try {
      await handleFlips(db, policy(), now());
    } catch (error) {
      log.error({ err: error }, 'flips could not be turned into incidents');
    }
  }

  /** Silence is looked for every second. */
  async function turnSilent(): Promise<void> {
    if (performance.now() - silenceReadAt < longestSleepMs) return;
    silenceReadAt = performance.now();
    try {
      await recordSilence(db, now());
    } catch (error) {
      log.error({ err: error }, 'silent locations could not be looked for');
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

  const screen = startScreen({ db, egress, anchors, log, now, pass: recorder.add });
  const listener = createListener({ db, now, pulse });

  async function listen(probe: DueProbe): Promise<void> {
    try {
      const hasFailed = await listener.hear(probe);
      if (hasFailed === null) return;
      if (hasFailed) bell.ring();
      await turnFlips();
    } catch (error) {
      log.error({ err: error, probe: probe.id }, 'pings could not be judged');
    }
  }

  async function look(probe: DueProbe): Promise<void> {
    const options = { egress, signal: stopping.signal, at: now(), secrets: secrets() };
    const result = await runSteadily(probe, pulse, options);
    if (!stopping.signal.aborted) screen.add(probe, result);
  }

  /** Waits until the probe is due, then looks; a stop meanwhile gives it back. */
  async function fly(probe: DueProbe): Promise<void> {
    const earlyMs = probe.dueAt - now();
    if (earlyMs > 0) await sleep(earlyMs, null, { signal: leaving.signal }).catch(() => null);
    if (isStopping && earlyMs > 0) unstarted.push(probe);
    else if (findListeningKind(probe.kind)) await listen(probe);
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
    // First of all: whatever was missed while nobody was here must be known before anything is called late.
    await listener.notePresence();
    await watchfulness.resume();
    await turnSilent();
    const free = concurrency - flying.size;
    if (free > 0) for (const probe of await claimDueProbes(db, now(), free, aheadMs)) launch(probe);
    tickAt = now();
    watchfulness.claimed();
    if (flying.size >= concurrency) return longestSleepMs;
    const dueAt = await nextProbeDueAt(db);
    return dueAt === null ? longestSleepMs : Math.min(longestSleepMs, dueAt - leadMs - gatherMs - now());
  }

  async function loop(): Promise<void> {
    while (!isStopping) {
      if (performance.now() - flipsHandledAt >= longestSleepMs) await turnFlips();
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
      await screen.settled();
      await recorder.stop();
      await listener.leave().catch((error: unknown) => log.error({ err: error }, 'the stop could not be noted'));
      pulse.stop();
    },
    lastTickAt: () => tickAt,
    impairment: screen.impairment,
  };
}
