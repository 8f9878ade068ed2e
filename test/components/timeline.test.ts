import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timelineOf, timelineWidth } from '../../src/components/timeline.ts';

const entry = (hours?: number) => ({ when: 'then', what: 'it happened', hours });

describe('the drawing of a timeline', () => {
  it('is to scale, numbers its marks as the list does and knows the beginning', () => {
    const { marks, beginning } = timelineOf([entry(-18), entry(0), entry(), entry(7)]);
    expect(marks).toEqual([
      { number: 1, x: 16 },
      { number: 2, x: 281 },
      { number: 4, x: 384 },
    ]);
    expect(beginning).toBe(281);
  });

  it('has no part before the beginning when nothing was before it', () => {
    expect(timelineOf([entry(0), entry(3)]).beginning).toBeNull();
  });

  it('draws nothing of entries without an hour', () => {
    expect(timelineOf([entry(), entry()]).marks).toEqual([]);
  });

  it('keeps up to twelve marks in order, apart and inside, whatever their hours', () => {
    const hours = fc.array(fc.double({ min: -1_000, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(hours, (list) => {
        const xs = timelineOf(list.map(entry)).marks.map(({ x }) => x);
        for (const [i, x] of xs.entries()) {
          expect(x).toBeGreaterThanOrEqual(12);
          expect(x).toBeLessThanOrEqual(timelineWidth - 12);
          if (i > 0) expect(x - (xs[i - 1] ?? 0)).toBeGreaterThanOrEqual(27);
        }
      }),
    );
  });
});
