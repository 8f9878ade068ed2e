/** A page that could not be made, and why. */
type Failure = { key: string; reason: string; count: number; retryAt: number };

const firstPauseMs = 1_000;
const longestPauseMs = 300_000;

/** Pages that could not be rendered. The first retry comes with the next publish, later ones at growing distances. */
export function createFailures(now: () => number) {
  const failures = new Map<string, Failure>();
  return {
    /** @returns true when that is news: it did not fail for the same reason before */
    add(path: string, key: string, error: unknown): boolean {
      const before = failures.get(path);
      const count = before?.key === key ? before.count + 1 : 1;
      const pauseMs = count === 1 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (count - 2));
      const reason = error instanceof Error ? error.message : String(error);
      failures.set(path, { key, reason, count, retryAt: now() + pauseMs });
      return before?.reason !== reason;
    },
    remove: (path: string): boolean => failures.delete(path),
    has: (path: string): boolean => failures.has(path),
    paths: (): string[] => [...failures.keys()],
    /** True while it is of no use to try the same thing again. */
    isResting(path: string, key: string): boolean {
      const failure = failures.get(path);
      return failure?.key === key && failure.retryAt > now();
    },
    reasons: (): Map<string, string> => new Map([...failures].map(([path, { reason }]) => [path, reason])),
  };
}
