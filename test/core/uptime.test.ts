import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentStates } from '#core/status.ts';
import { daysOf, type Flip, formatRatio, spansOf, uptimeOf } from '#core/uptime.ts';

const flip = fc.record({ to: fc.constantFrom(...componentStates), at: fc.integer({ min: 0, max: 10_000 }) });
// Two flips at one instant have no order of their own.
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

  it('stays within 0..1 and does not depend on the order of the flips', () => {
    fc.assert(
      fc.property(flips, (history) => {
        const { ratio } = uptimeOf(spansOf(history, 0, 10_000));
        expect(uptimeOf(spansOf(history.toReversed(), 0, 10_000)).ratio).toBe(ratio);
        if (ratio !== null) expect(ratio >= 0 && ratio <= 1).toBe(true);
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

describe('formatRatio', () => {
  it('never rounds up', () => {
    expect(formatRatio(0.999999)).toBe('99.99 %');
    expect(formatRatio(1)).toBe('100.00 %');
  });
});
