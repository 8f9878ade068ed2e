/** Wakes one sleeper. A ring while nobody sleeps ends the next sleep at once. */
export type Bell = {
  ring(): void;
  /** Sleeps until the bell rings, or for so long. */
  wait(ms: number): Promise<void>;
};

/** A bell that has not rung. */
export function createBell(): Bell {
  let hasRung = false;
  let wake: (() => void) | null = null;
  return {
    ring() {
      hasRung = true;
      wake?.();
    },
    async wait(ms) {
      if (!hasRung && ms > 0)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      hasRung = false;
      wake = null;
    },
  };
}
