import { describe, expect, it } from 'vitest';
import { overallState, worstState } from '#core/status.ts';

describe('overallState', () => {
  it('is calm when everything is, even where one thing cannot be seen', () => {
    expect(overallState(['operational', 'operational'])).toBe('operational');
    expect(overallState(['operational', 'unknown'])).toBe('operational');
  });

  it('is unknown when nothing can be seen, or there is nothing to see', () => {
    expect(overallState(['unknown', 'unknown'])).toBe('unknown');
    expect(overallState([])).toBe('unknown');
  });

  it('is a partial outage while something still works, and a major one when nothing does', () => {
    expect(overallState(['major_outage', 'operational'])).toBe('partial_outage');
    expect(overallState(['major_outage', 'major_outage'])).toBe('major_outage');
  });

  it('is as bad as the worst otherwise', () => {
    expect(overallState(['degraded', 'operational', 'maintenance'])).toBe('degraded');
  });
});

describe('worstState', () => {
  it('puts what failed above what was not seen', () => {
    expect(worstState(['unknown', 'degraded', 'operational'])).toBe('degraded');
  });
});
