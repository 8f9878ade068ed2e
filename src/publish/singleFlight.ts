/** A task that runs one at a time, however often it is asked for. */
export type SingleFlight = {
  /** Asks for a run. Everything asked while one runs becomes one more run after it. */
  wake: () => void;
  /** True when a run was asked for since the one that is running began. */
  isWanted: () => boolean;
  /** Resolves when nothing runs and nothing was asked for. */
  idle: () => Promise<void>;
};

/** @param task never rejects: what can go wrong in it, it handles itself */
export function singleFlight(task: () => Promise<void>): SingleFlight {
  let wanted = false;
  let running: Promise<void> | null = null;
  async function run(): Promise<void> {
    while (wanted) {
      wanted = false;
      await task();
    }
    running = null;
  }
  return {
    wake() {
      wanted = true;
      running ??= run();
    },
    isWanted: () => wanted,
    idle: () => running ?? Promise.resolve(),
  };
}
