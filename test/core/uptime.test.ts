import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentStates } from '#core/status.ts';
import { daysOf, type Flip, formatRatio, spansOf, uptimeOf } from '#core/uptime.ts';

const flip = fc.record({ to: fc.constantFrom(...componentStates), at: fc.integer({ min: 0, max: 10_000 }) });
/** Numbered as they happened, dated as they may be: at the same instant, or before the one before. */
const flips = fc.array(flip, { maxLength: 30 }).map((all): Flip[] => all.map((each, seq) => ({ ...each, seq })));
const shuffled = flips.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));

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
    expect(uptimeOf(spans).ratio).toBe(0.9);
  });

  it('counts a partial outage at 30 percent and slowness not at all', () => {
    const history: Flip[] = [
      { to: 'operational', at: 0 },
      { to: 'partial_outage', at: 500 },
      { to: 'degraded', at: 600 },
    ];
    expect(uptimeOf(spansOf(history, 0, 1_000)).ratio).toBeCloseTo(1 - 0.03, 10);
  });

  it('leaves maintenance and the unknown out of the denominator and says how long they were', () => {
    const history: Flip[] = [
      { to: 'operational', at: 100 },
      { to: 'maintenance', at: 300 },
      { to: 'major_outage', at: 900 },
    ];
    expect(uptimeOf(spansOf(history, 0, 1_000))).toEqual({
      ratio: 1 - 100 / 300,
      knownMs: 300,
      unknownMs: 100,
      maintenanceMs: 600,
    });
  });

  it('claims nothing when more is unknown than known', () => {
    expect(uptimeOf(spansOf([{ to: 'operational', at: 900 }], 0, 1_000)).ratio).toBeNull();
    expect(uptimeOf([]).ratio).toBeNull();
  });

  it('stays within 0..1, in whole milliseconds', () => {
    fc.assert(
      fc.property(flips, (history) => {
        const { ratio, ...times } = uptimeOf(spansOf(history, 0, 10_000));
        if (ratio !== null) expect(ratio >= 0 && ratio <= 1).toBe(true);
        for (const ms of Object.values(times)) expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true);
      }),
    );
  });

  it('does not depend on the order in which the flips are read', () => {
    fc.assert(
      fc.property(shuffled, ([history, mixed]) => {
        expect(uptimeOf(spansOf(mixed, 0, 10_000))).toEqual(uptimeOf(spansOf(history, 0, 10_000)));
      }),
    );
  });

  it('adds up over windows split anywhere', () => {
    fc.assert(
      fc.property(flips, fc.integer({ min: 0, max: 10_000 }), (history, cut) => {
        const whole = uptimeOf(spansOf(history, 0, 10_000));
        const parts = [uptimeOf(spansOf(history, 0, cut)), uptimeOf(spansOf(history, cut, 10_000))];
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
        const before = uptimeOf(seen);
        const after = uptimeOf([...seen, { state: 'unknown', from: 10_000, to: 10_000 + blindMs }]);
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
        const blind = uptimeOf([...outside, { state: 'unknown', from, to }]);
        expect(blind.knownMs).toBe(uptimeOf(outside).knownMs);
        if (blind.ratio !== null) expect(blind.ratio).toBe(uptimeOf(outside).ratio);
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
      return uptimeOf(spansOf(history, from, from + 24 * hourMs));
    });
    expect(new Set(measured.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(measured[0]).toMatchObject({ ratio: 1 - 2 / 24, knownMs: 24 * hourMs });
  });
});

describe('daysOf', () => {
  it('ends today, and leaves days before the first flip unknown', () => {
    const now = Date.UTC(2026, 2, 1, 6);
    const days = daysOf([{ to: 'operational', at: now - 3_600_000 }], now, 3);
    expect(days.map((day) => [day.date, day.state])).toEqual([
      ['2026-02-27', 'unknown'],
      ['2026-02-28', 'unknown'],
      ['2026-03-01', 'operational'],
    ]);
  });

  it('shows the worst state of a day and how long it failed', () => {
    const now = Date.UTC(2026, 2, 1, 6);
    const history: Flip[] = [
      { to: 'operational', at: now - 7_200_000 },
      { to: 'major_outage', at: now - 3_600_000 },
      { to: 'operational', at: now - 1_800_000 },
    ];
    expect(daysOf(history, now, 1)[0]).toMatchObject({ state: 'major_outage', failingMs: 1_800_000 });
  });
});

describe('daysOf over a change of clocks and a leap day', () => {
  it.each([Date.UTC(2026, 2, 31), Date.UTC(2026, 9, 27), Date.UTC(2028, 2, 2)])('has whole UTC days: %d', (now) => {
    const days = daysOf([{ to: 'major_outage', at: now - 10 * 86_400_000 }], now, 5);
    expect(days.map((day) => day.failingMs)).toEqual([86_400_000, 86_400_000, 86_400_000, 86_400_000, 0]);
    expect(new Set(days.map((day) => day.date)).size).toBe(5);
  });
});

describe('formatRatio', () => {
  it('never rounds up', () => {
    expect(formatRatio(0.999999)).toBe('99.99 %');
    expect(formatRatio(1)).toBe('100.00 %');
    const thirteenYearsMs = 13 * 366 * 86_400_000;
    expect(formatRatio(1 - 1 / thirteenYearsMs)).toBe('99.99 %');
  });

  it('does not lose a hundredth to binary fractions', () => {
    for (let hundredths = 0; hundredths <= 10_000; hundredths += 1)
      expect(formatRatio(hundredths / 10_000)).toBe(`${(hundredths / 100).toFixed(2)} %`);
  });
});
