/** Wakes whoever waits. Rings are counted, so that one that came while nobody listened is not lost. */
export type Bell = {
  ring(): void;
  /** How often it has rung. */
  rings(): number;
  /** Resolves when it has rung more than `seen` times, or after `ms`. */
  after(seen: number, ms: number): Promise<void>;
};

export function createBell(): Bell {
  let rings = 0;
  const waiting = new Set<() => void>();
  return {
    ring() {
      rings += 1;
      for (const wake of waiting) wake();
    },
    rings: () => rings,
    after(seen, ms) {
      if (rings > seen) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        waiting.add(wake);
      });
    },
  };
}
