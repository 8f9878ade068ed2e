import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#db/client.ts';
import { type NewResult, recordResults } from '#db/results.ts';
import { createBell } from './bell.ts';

/** Results wait no longer than this for others to share their batch. */
const gatherMs = 50;

/** Good results can wait longer: as a rule nothing follows from them. */
const calmGatherMs = 300;

/** A larger batch would hold the event loop for too long, and with it every page. */
const batchLimit = 100;

const retryMs = 1_000;

/** Results kept while the database cannot be written; beyond it the oldest go. */
const keptLimit = 10_000;

/** Where trouble of our own is told; the log of the process is one. */
export type Log = { error(detail: object, sentence: string): void };

export type RecorderOptions = {
  db: Database;
  log: Log;
  now: () => number;
  /** Called after each batch that was stored. */
  onStored: (batch: readonly NewResult[]) => Promise<void>;
};

/** Stores results in batches, and keeps them while that fails. */
export type Recorder = {
  add(result: NewResult): void;
  /** Stores what is left, trying once, and takes no more. */
  stop(): Promise<void>;
};

/** Starts with nothing to store. */
export function startRecorder({ db, log, now, onStored }: RecorderOptions): Recorder {
  let waiting: NewResult[] = [];
  const bell = createBell();
  let writing: Promise<void> | null = null;
  const stopping = new AbortController();

  const pause = (ms: number) => sleep(ms, null, { signal: stopping.signal }).catch(() => null);

  function keep(batch: readonly NewResult[], error: unknown): void {
    waiting = [...batch, ...waiting];
    const lost = Math.max(0, waiting.length - keptLimit);
    waiting = waiting.slice(lost);
    log.error({ err: error, kept: waiting.length, lost }, 'results could not be stored');
  }

  async function writeBatch(): Promise<boolean> {
    const batch = waiting.splice(0, batchLimit);
    try {
      await recordResults(db, batch, now());
    } catch (error) {
      keep(batch, error);
      return false;
    }
    await onStored(batch);
    return true;
  }

  const isPressing = () => waiting.length >= batchLimit || waiting.some(({ outcome }) => outcome !== 'ok');

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      if (!isPressing() && !stopping.signal.aborted) await bell.wait(calmGatherMs);
      const isStored = await writeBatch();
      if (stopping.signal.aborted && !isStored) break;
      await pause(isStored ? gatherMs : retryMs);
    }
    writing = null;
  }

  return {
    add(result) {
      if (stopping.signal.aborted) return;
      waiting.push(result);
      if (isPressing()) bell.ring();
      writing ??= writeAll();
    },
    async stop() {
      stopping.abort();
      bell.ring();
      await writing;
      if (waiting.length > 0) log.error({ lost: waiting.length }, 'results were not stored before the stop');
    },
  };
}
