import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#db/client.ts';
import { turnMaintenances } from '#db/maintenanceClock.ts';

/** How often the rows are asked what is due: planned work begins and ends no later than this. */
const everyMs = 1_000;

export type MaintenanceClockOptions = {
  db: Database;
  log: { error(detail: object, sentence: string): void };
  now?: () => number;
};

export type MaintenanceClock = {
  /** Ends after the turn under way. */
  stop(): Promise<void>;
};

/**
 * Begins and completes planned work when it is due; when that is stands in its row, so that a restart forgets none.
 * Resolves once everything that fell due before is done. A database that fails is told in the log and tried again.
 */
export async function startMaintenanceClock({
  db,
  log,
  now = Date.now,
}: MaintenanceClockOptions): Promise<MaintenanceClock> {
  const stopping = new AbortController();
  async function turn(): Promise<void> {
    await turnMaintenances(db, now()).catch((error: unknown) =>
      log.error({ err: error }, 'planned work could not be begun or ended; it is tried again in a second'),
    );
  }
  async function loop(): Promise<void> {
    for (;;) {
      await sleep(everyMs, null, { signal: stopping.signal }).catch(() => null);
      if (stopping.signal.aborted) return;
      await turn();
    }
  }
  await turn();
  const ended = loop();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
