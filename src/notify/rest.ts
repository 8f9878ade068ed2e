import { setTimeout as sleep } from 'node:timers/promises';

/** Keeps a channel from being used before a certain time. */
export type Rest = {
  isOver(): boolean;
  /** Nobody is to come before so many milliseconds from now. */
  forMs(ms: number): void;
  /** Resolves when the rest is over or the signal is aborted. */
  over(signal: AbortSignal): Promise<void>;
};

/** A rest that is over. Uses the monotonic clock: a clock set back must not keep us waiting. */
export function createRest(): Rest {
  let until = 0;
  return {
    isOver: () => performance.now() >= until,
    forMs(ms) {
      until = Math.max(until, performance.now() + ms);
    },
    async over(signal) {
      for (let left = until - performance.now(); left > 0 && !signal.aborted; left = until - performance.now())
        await sleep(Math.ceil(left), undefined, { signal }).catch(() => {});
    },
  };
}
