import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentStates } from '#core/status.ts';
import {
  dayMs,
  dayOf,
  defaultWeights,
  type Flip,
  formatRatio,
  noTimes,
  type Span,
  spansOf,
  sumTimes,
  timesByDay,
  timesOf,
  uptimeOf,
} from '#core/uptime.ts';

const flip = fc.record({ to: fc.constantFrom(...componentStates), at: fc.integer({ min: 0, max: 10_000 }) });
// Two flips at one instant have no order of their own.
const longFlip = fc.record({ to: fc.constantFrom(...componentStates), at: fc.nat(6 * dayMs) });
const longFlips = fc.uniqueArray(longFlip, { selector: (each) => each.at, maxLength: 30 });
const uptime = (spans: Span[]) => uptimeOf(timesOf(spans), defaultWeights);
const flips = fc.uniqueArray(flip, { selector: (each) => each.at, maxLength: 30 });

describe('uptimeOf', () => {
  it('weighs time, not looks', () => {
    const spans = spansOf(
      [
        { to: 'operational', at: 0 },
        { to: 'major_outage', at: 900 },
      ],
      0,
      1_000,
    );
    expect(uptime(spans).ratio).toBe(0.9);
  });

  it('counts a partial outage at 30 percent and slowness not at all', () => {
    const history: Flip[] = [
      { to: 'operational', at: 0 },
      { to: 'partial_outage', at: 500 },
      { to: 'degraded', at: 600 },
    ];
    expect(uptime(spansOf(history, 0, 1_000)).ratio).toBeCloseTo(1 - 0.03, 10);
  });

  it('weighs as it is told', () => {
    const times = { ...noTimes(), operational: 500, degraded: 300, partial_outage: 100, major_outage: 100 };
    expect(uptimeOf(times, { major_outage: 1, partial_outage: 0.5, degraded: 0.1 }).ratio).toBe(0.82);
    expect(uptimeOf(times, { major_outage: 0, partial_outage: 0, degraded: 0 }).ratio).toBe(1);
  });

  it('leaves maintenance and the unknown out of the denominator and says how long they were', () => {
    const history: Flip[] = [
      { to: 'operational', at: 100 },
      { to: 'maintenance', at: 300 },
      { to: 'major_outage', at: 900 },
    ];
    expect(uptime(spansOf(history, 0, 1_000))).toEqual({
      ratio: 200 / 300,
      knownMs: 300,
      unknownMs: 100,
      maintenanceMs: 600,
    });
  });

  it('claims nothing when more is unknown than known', () => {
    expect(uptime(spansOf([{ to: 'operational', at: 900 }], 0, 1_000)).ratio).toBeNull();
    expect(uptime([]).ratio).toBeNull();
  });

  it('stays within 0..1 and does not depend on the order of the flips', () => {
    fc.assert(
      fc.property(flips, (history) => {
        const { ratio } = uptime(spansOf(history, 0, 10_000));
        expect(uptime(spansOf(history.toReversed(), 0, 10_000)).ratio).toBe(ratio);
        if (ratio !== null) expect(ratio >= 0 && ratio <= 1).toBe(true);
      }),
    );
  });

  it('adds up over windows split anywhere', () => {
    fc.assert(
      fc.property(flips, fc.integer({ min: 0, max: 10_000 }), (history, cut) => {
        const whole = uptime(spansOf(history, 0, 10_000));
        const parts = [uptime(spansOf(history, 0, cut)), uptime(spansOf(history, cut, 10_000))];
        for (const key of ['knownMs', 'unknownMs', 'maintenanceMs'] as const)
          expect(parts.reduce((sum, part) => sum + part[key], 0)).toBe(whole[key]);
      }),
    );
  });
});

describe('timesByDay', () => {
  it('cuts at midnight, and every day has its own hours whatever the calendar does', () => {
    const leapDay = Date.UTC(2028, 1, 29);
    const history: Flip[] = [
      { to: 'operational', at: leapDay - 7_200_000 },
      { to: 'major_outage', at: leapDay - 3_600_000 },
      { to: 'operational', at: leapDay + 1_800_000 },
    ];
    const days = timesByDay(history, leapDay - 7_200_000, leapDay + 2 * dayMs);
    expect([...days.keys()].map((at) => new Date(at).toISOString().slice(0, 10))).toEqual([
      '2028-02-28',
      '2028-02-29',
      '2028-03-01',
    ]);
    expect(days.get(leapDay)).toMatchObject({ major_outage: 1_800_000, operational: dayMs - 1_800_000 });
  });

  it('adds up to the whole window, whatever the flips', () => {
    fc.assert(
      fc.property(longFlips, fc.nat(6 * dayMs), fc.nat(6 * dayMs), (history, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const days = timesByDay(history, from, to);
        expect(sumTimes(days.values())).toEqual(timesOf(spansOf(history, from, to)));
        for (const [dayAt, times] of days) {
          const direct = timesOf(spansOf(history, Math.max(from, dayAt), Math.min(to, dayAt + dayMs)));
          expect(times).toEqual(direct);
        }
      }),
    );
  });
});

describe('dayOf', () => {
  const dayAt = Date.UTC(2026, 2, 1);

  it('shows the worst state that was seen and how long it failed', () => {
    const times = { ...noTimes(), operational: 5_000, degraded: 1_000, partial_outage: 2_000, unknown: 500 };
    expect(dayOf(dayAt, times, defaultWeights)).toEqual({
      date: '2026-03-01',
      state: 'partial_outage',
      failingMs: 3_000,
      uptime: 1 - 600 / 8_000,
    });
  });

  it('is unknown when nothing was seen', () => {
    expect(dayOf(dayAt, noTimes(), defaultWeights)).toMatchObject({ state: 'unknown', failingMs: 0, uptime: null });
    expect(dayOf(dayAt, { ...noTimes(), unknown: dayMs }, defaultWeights)).toMatchObject({ state: 'unknown' });
  });
});

describe('formatRatio', () => {
  it('never rounds up', () => {
    expect(formatRatio(0.999999)).toBe('99.99 %');
    expect(formatRatio(1)).toBe('100.00 %');
    expect(formatRatio(0.9999 - Number.EPSILON / 2)).toBe('99.98 %');
    expect(formatRatio(0.5799)).toBe('57.99 %');
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (ratio) => {
        const shown = Number(formatRatio(ratio).slice(0, -2).replace('.', ''));
        expect(shown / 10_000).toBeLessThanOrEqual(ratio);
        expect((shown + 1) / 10_000).toBeGreaterThan(ratio);
      }),
    );
  });

  it('shows the smallest loss of thirteen years', () => {
    const times = { ...noTimes(), operational: 13 * 366 * dayMs, partial_outage: 1 };
    expect(formatRatio(uptimeOf(times, defaultWeights).ratio ?? 1)).toBe('99.99 %');
  });
});
