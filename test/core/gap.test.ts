import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwatchedSince } from '#core/gap.ts';

const watch = { lastLookAt: 100_000, intervalMs: 30_000, timeoutMs: 10_000 };

describe('unwatchedSince', () => {
  it('forgives a look that is late, and one that is missing', () => {
    expect([130_000, 140_000, 170_000].map((now) => unwatchedSince(watch, now))).toEqual([null, null, null]);
  });

  it('begins when the next result was to be expected, however long ago that was', () => {
    expect([170_001, 9_000_000].map((now) => unwatchedSince(watch, now))).toEqual([140_000, 140_000]);
  });

  it('is null when the clock was set back behind the last look', () => {
    expect(unwatchedSince(watch, 0)).toBeNull();
  });

  it('never begins before the last look, nor in the future', () => {
    const ms = fc.integer({ min: 1, max: 1e9 });
    fc.assert(
      fc.property(ms, ms, ms, fc.integer({ min: 0, max: 1e12 }), (intervalMs, timeoutMs, lastLookAt, now) => {
        const since = unwatchedSince({ lastLookAt, intervalMs, timeoutMs }, now);
        if (since !== null) expect(lastLookAt < since && since < now).toBe(true);
      }),
    );
  });
});
