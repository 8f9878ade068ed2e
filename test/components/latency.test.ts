import { describe, expect, it } from 'vitest';
import { areaOf, lineOf, rangeOf, roundTop } from '../../src/components/latency.ts';

describe('the drawing of latency', () => {
  it('is higher for what took longer', () => {
    expect(lineOf([0, 50, 100], 100, 10)).toBe('M0 10h0L1 5L2 0');
  });

  it('leaves a gap where nothing was measured, and shows what stands alone', () => {
    expect(lineOf([10, null, 10, null, 10, 10], 10, 10)).toBe('M0 0h0M2 0h0M4 0h0L5 0');
    expect(lineOf([null, null], 10, 10)).toBe('');
  });

  it('does not leave its frame', () => {
    expect(lineOf([200], 100, 10)).toBe('M0 0h0');
  });

  it('is closed along the axis where it is an area', () => {
    expect(areaOf([10, null], 10, 10)).toBe('M0 10L0 0L1 10L1 10z');
  });

  it.each([
    [0, 1],
    [1, 1],
    [3, 5],
    [31, 50],
    [184, 200],
    [501, 1_000],
    [9_999, 10_000],
  ])('has a round number at its top: %i ms below %i', (value, top) => {
    expect(roundTop(value)).toBe(top);
  });

  it('spans what was measured', () => {
    expect(rangeOf([null, 5, 3, null])).toEqual({ low: 3, high: 5 });
    expect(rangeOf([null])).toBeNull();
  });
});
