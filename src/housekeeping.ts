import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#db/client.ts';
import { foldComponentDays } from '#db/componentDays.ts';
import { dropFlips, dropOfProbes, type Retention } from '#db/retention.ts';
import { foldDays, foldHours } from '#db/rollups.ts';

/** How often closed hours and days are asked for; what is due stands in the rows. */
const everyMs = 60_000;
/**
 * After a start nothing is folded for so long: first it must be written down for how long nobody looked, also where
 * locations and jobs have their patience.
 */
export const settleMs = 600_000;
/** Between two slices the event loop belongs to others. */
const breathMs = 10;

export type HousekeepingOptions = {
  db: Database;
  /** The rules of this moment: they may change at run time. */
  retention: () => Retention;
  log: { error(detail: object, sentence: string): void };
  now?: () => number;
  /** How long after the start the first round waits; see `settleMs`. */
  waitMs?: number;
};

export type Housekeeping = {
  /** Ends after the slice under way. */
  stop(): Promise<void>;
};

/**
 * Folds what is closed and lets go of what is past its time, in slices, for as long as there is something to do.
 * Stops between two slices when `isStopping` says so.
 */
export async function keepHouse(
  { db, retention, now = Date.now }: { db: Database; retention: Retention; now?: (() => number) | undefined },
  isStopping: () => boolean = () => false,
): Promise<void> {
  /** Repeats a slice of work until it has nothing left. */
  async function all(slice: () => Promise<boolean>): Promise<void> {
    while (!isStopping() && (await slice())) await sleep(breathMs);
  }
  await all(() => foldComponentDays(db, now()));
  await all(() => dropFlips(db, retention, now()));
  await all(async () => {
    const moved = await foldHours(db, now());
    await all(() => foldDays(db, moved));
    await all(() => dropOfProbes(db, moved, retention, now()));
    return moved.length > 0;
  });
}

/** Keeps house once a minute. A database that fails is told in the log and tried again the next minute. */
export function startHousekeeping({ db, retention, log, now, waitMs = 0 }: HousekeepingOptions): Housekeeping {
  const stopping = new AbortController();
  const rest = (ms: number) => sleep(ms, null, { signal: stopping.signal }).catch(() => null);
  async function loop(): Promise<void> {
    if (waitMs > 0) await rest(waitMs);
    while (!stopping.signal.aborted) {
      await keepHouse({ db, retention: retention(), now }, () => stopping.signal.aborted).catch((error: unknown) =>
        log.error({ err: error }, 'what is closed could not be folded; it is tried again in a minute'),
      );
      await rest(everyMs);
    }
  }
  const ended = loop();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
