import { describe, expect, it } from 'vitest';
import type { ComponentState } from '#core/status.ts';
import { barsOf } from '../../src/components/days.ts';

const daysIn = (...states: ComponentState[]) => states.map((state) => ({ state }));
const calm = Array.from({ length: 90 }, () => ({ state: 'operational' as const }));

describe('the bars of a component', () => {
  it('are one stroke for ninety calm days', () => {
    expect(barsOf(calm)).toEqual([{ state: 'operational', height: 10, path: 'M0 23h449' }]);
  });

  it('are one path a state, however often the state comes back', () => {
    const bars = barsOf(daysIn('operational', 'major_outage', 'operational', 'major_outage'));
    expect(bars.map(({ state }) => state)).toEqual(['operational', 'major_outage']);
    expect(bars.map(({ path }) => path)).toEqual(['M0 23h4M10 23h4', 'M5 14h4M15 14h4']);
  });

  it('rise with what visitors felt', () => {
    const heightOf = (state: ComponentState) => barsOf(daysIn(state))[0]?.height ?? 0;
    expect(heightOf('degraded')).toBeGreaterThan(heightOf('operational'));
    expect(heightOf('partial_outage')).toBeGreaterThan(heightOf('degraded'));
    expect(heightOf('major_outage')).toBeGreaterThan(heightOf('partial_outage'));
    expect(heightOf('unknown')).toBeLessThan(heightOf('operational'));
  });

  it('are none for a component without days', () => {
    expect(barsOf([])).toEqual([]);
  });
});
