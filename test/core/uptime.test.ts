import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentStates } from '#core/status.ts';
import {
  dayMs,
  dayOf,
  defaultWeights,
  type Flip,
  flooredPercent,
  noTimes,
  type Span,
  spansOf,
  sumTimes,
  timesByDay,
  timesOf,
  uptimeOf,
} from '#core/uptime.ts';

const flip = fc.record({ to: fc.constantFrom(...componentStates), at: fc.integer({ min: 0, max: 10_000 }) });
/** Numbered as they happened, dated as they may be: at the same instant, or before the one before. */
const flips = fc.array(flip, { maxLength: 30 }).map((all): Flip[] => all.map((each, seq) => ({ ...each, seq })));
const shuffled = flips.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
// Two flips at one instant have no order of their own.
const longFlip = fc.record({ to: fc.constantFrom(...componentStates), at: fc.nat(6 * dayMs) });
const longFlips = fc.uniqueArray(longFlip, { selector: (each) => each.at, maxLength: 30 });
const uptime = (spans: readonly Span[]) => uptimeOf(timesOf(spans), defaultWeights);

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

  it('stays within 0..1, in whole milliseconds', () => {
    fc.assert(
      fc.property(flips, (history) => {
        const { ratio, ...times } = uptime(spansOf(history, 0, 10_000));
        if (ratio !== null) expect(ratio >= 0 && ratio <= 1).toBe(true);
        for (const ms of Object.values(times)) expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true);
      }),
    );
  });

  it('does not depend on the order in which the flips are read', () => {
    fc.assert(
      fc.property(shuffled, ([history, mixed]) => {
        expect(uptime(spansOf(mixed, 0, 10_000))).toEqual(uptime(spansOf(history, 0, 10_000)));
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

  it('counts every instant once, however flips are dated', () => {
    fc.assert(
      fc.property(flips, (history) => {
        const spans = spansOf(history, 0, 10_000);
        expect(spans[0]?.from).toBe(0);
        expect(spans.at(-1)?.to).toBe(10_000);
        for (const [i, span] of spans.entries()) {
          expect(span.to).toBeGreaterThan(span.from);
          expect(spans[i + 1]?.from ?? 10_000).toBe(span.to);
        }
      }),
    );
  });

  it('is changed by more of the unknown only in what it is a share of', () => {
    fc.assert(
      fc.property(flips, fc.integer({ min: 1, max: 10_000 }), (history, blindMs) => {
        const seen = spansOf(history, 0, 10_000);
        const before = uptime(seen);
        const after = uptime([...seen, { state: 'unknown', from: 10_000, to: 10_000 + blindMs }]);
        expect(after).toMatchObject({ knownMs: before.knownMs, maintenanceMs: before.maintenanceMs });
        expect(after.unknownMs).toBe(before.unknownMs + blindMs);
        expect([before.ratio, null]).toContain(after.ratio);
      }),
    );
  });

  it('never takes unknown time for failing, nor for working', () => {
    fc.assert(
      fc.property(flips, fc.nat(9_999), fc.nat(10_000), (history, from, ms) => {
        const to = Math.min(10_000, from + ms);
        const outside = [...spansOf(history, 0, from), ...spansOf(history, to, 10_000)];
        const blind = uptime([...outside, { state: 'unknown', from, to }]);
        expect(blind.knownMs).toBe(uptime(outside).knownMs);
        if (blind.ratio !== null) expect(blind.ratio).toBe(uptime(outside).ratio);
      }),
    );
  });

  it('is the same on days when clocks are changed and on leap days', () => {
    const hourMs = 3_600_000;
    // In Lisbon clocks went forward on the second of these, and back on the third; the last is a leap day.
    const days = [Date.UTC(2026, 0, 15), Date.UTC(2026, 2, 29), Date.UTC(2026, 9, 25), Date.UTC(2028, 1, 29)];
    const measured = days.map((from) => {
      const history: Flip[] = [
        { to: 'operational', at: from },
        { to: 'major_outage', at: from + hourMs },
        { to: 'operational', at: from + 3 * hourMs },
      ];
      return uptime(spansOf(history, from, from + 24 * hourMs));
    });
    expect(new Set(measured.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(measured[0]).toMatchObject({ ratio: 1 - 2 / 24, knownMs: 24 * hourMs });
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

describe('timesByDay over a change of clocks and a leap day', () => {
  it.each([Date.UTC(2026, 2, 31), Date.UTC(2026, 9, 27), Date.UTC(2028, 2, 2)])('has whole UTC days: %d', (to) => {
    const days = timesByDay([{ to: 'major_outage', at: to - 10 * dayMs }], to - 5 * dayMs, to);
    expect([...days.keys()]).toEqual([5, 4, 3, 2, 1].map((count) => to - count * dayMs));
    expect([...days.values()].map((times) => times.major_outage)).toEqual(Array(5).fill(dayMs));
  });
});

describe('flooredPercent', () => {
  it('never rounds up', () => {
    expect(flooredPercent(0.999999)).toBe(99.99);
    expect(flooredPercent(1)).toBe(100);
    const thirteenYearsMs = 13 * 366 * 86_400_000;
    expect(flooredPercent(1 - 1 / thirteenYearsMs)).toBe(99.99);
  });

  it('does not lose a hundredth to binary fractions', () => {
    for (let hundredths = 0; hundredths <= 10_000; hundredths += 1)
      expect(flooredPercent(hundredths / 10_000)).toBe(hundredths / 100);
  });
});
