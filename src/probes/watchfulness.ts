import type { Database } from '#db/client.ts';
import { markUnwatched, rephaseProbes } from '#db/gaps.ts';
import { renewPatience } from '#db/sights.ts';
import type { Pulse } from './pulse.ts';
import type { Log } from './recorder.ts';

/** Nobody has asked for due probes for so long: something was in the way. */
const longestAbsenceMs = 10_000;

/** A wall clock that runs away from the monotonic one by more than this was set. */
const stepMs = 2_000;

/** Knows how long nobody looked, and what the clock did meanwhile. */
export type Watchfulness = {
  /** To be called before probes are claimed: writes down for how long nobody looked, and puts due times right. */
  resume(): Promise<void>;
  /** To be called when they were. */
  claimed(): void;
};

/** Begins with nobody having looked since the last result that is stored. */
export function startWatchfulness(options: { db: Database; pulse: Pulse; log: Log; now: () => number }): Watchfulness {
  const { db, pulse, log, now } = options;
  const drift = () => now() - performance.now();
  let claimedAt: number | null = null;
  let drifted = drift();

  const wasAway = () =>
    claimedAt === null || performance.now() - claimedAt > longestAbsenceMs || pulse.stillSinceMs(claimedAt) > 0;

  return {
    async resume() {
      const steppedMs = Math.round(drift() - drifted);
      const isStep = Math.abs(steppedMs) > stepMs;
      if (wasAway()) {
        await markUnwatched(db, now());
        await renewPatience(db, now());
        if (claimedAt !== null) await rephaseProbes(db, now());
      }
      if (!isStep) return;
      log.error({ steppedMs }, 'the clock of this machine was set');
      await rephaseProbes(db, now());
      await renewPatience(db, now());
      drifted += steppedMs;
    },
    claimed() {
      claimedAt = performance.now();
    },
  };
}
