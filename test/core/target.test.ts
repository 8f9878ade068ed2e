import { describe, expect, it } from 'vitest';
import { isBehind, lagOf, type TargetReport } from '#core/target.ts';

const noon = Date.UTC(2026, 10, 24, 12);
const report = (part: Partial<TargetReport> = {}): TargetReport => ({
  name: 'disk',
  kind: 'folder',
  refreshMs: 600_000,
  lastSuccessAt: noon,
  shownAt: noon,
  lastError: null,
  ...part,
});

describe('a target', () => {
  it('lags by the age of what it shows', () => {
    expect(lagOf(report(), noon + 5_000)).toBe(5_000);
    expect(lagOf(report({ shownAt: null }), noon)).toBeNull();
  });

  it('is behind when that is older than was agreed, and a little more', () => {
    expect(isBehind(report(), noon + 600_000)).toBe(false);
    expect(isBehind(report(), noon + 720_001)).toBe(true);
  });

  it('that shows nothing yet is behind once it has failed', () => {
    expect(isBehind(report({ shownAt: null }), noon)).toBe(false);
    expect(isBehind(report({ shownAt: null, lastError: { at: noon, sentence: 'No.' } }), noon)).toBe(true);
  });
});
