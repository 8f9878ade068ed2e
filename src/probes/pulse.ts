import { uptime } from 'node:os';

/** Notices when this process was suspended, or starved of its processor. */
export type Pulse = {
  /**
   * How long the process stood still at some time since then, or 0 when it did not.
   * @param startedAt on the clock of `performance.now()`
   */
  stillSinceMs(startedAt: number): number;
  stop(): void;
};

/** The machine's uptime has seconds only. */
const uptimeGrainMs = 1_000;

const read = () => ({ at: performance.now(), uptimeMs: uptime() * 1_000 });

/**
 * Beats, and takes a gap of more than two beats for a standstill. A machine that slept stops the monotonic clock and not
 * its uptime, so that is read as well; the wall clock is not, since whoever sets it stops nothing.
 */
export function startPulse(everyMs = 500): Pulse {
  let beat = read();
  let standstill = { endedAt: Number.NEGATIVE_INFINITY, ms: 0 };

  function take(): void {
    const now = read();
    const gapMs = Math.max(now.at - beat.at, now.uptimeMs - beat.uptimeMs - uptimeGrainMs);
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
