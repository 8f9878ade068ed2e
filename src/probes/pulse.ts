/** Notices when this process was suspended, or starved of its processor. */
export type Pulse = {
  /**
   * How long the process stood still at some time since then, or 0 when it did not.
   * @param startedAt on the clock of `performance.now()`
   */
  stillSinceMs(startedAt: number): number;
  stop(): void;
};

/**
 * Beats, and takes a gap of more than two beats for a standstill. A machine that slept stops the monotonic clock, so
 * the wall clock is read as well; a wall clock that is set forward looks the same and costs one round of looks.
 */
export function startPulse(everyMs = 500): Pulse {
  let beat = { at: performance.now(), wallAt: Date.now() };
  let standstill = { endedAt: Number.NEGATIVE_INFINITY, ms: 0 };

  function take(): void {
    const now = { at: performance.now(), wallAt: Date.now() };
    const gapMs = Math.max(now.at - beat.at, now.wallAt - beat.wallAt);
    if (gapMs > 2 * everyMs) standstill = { endedAt: now.at, ms: gapMs };
    beat = now;
  }

  const timer = setInterval(take, everyMs).unref();
  return {
    stillSinceMs(startedAt) {
      // After a standstill the late timers of looks may come before the beat's own.
      take();
      return standstill.endedAt >= startedAt ? standstill.ms : 0;
    },
    stop: () => clearInterval(timer),
  };
}
