import { describe, expect, it } from 'vitest';
import { isDoubtful, isVouchedFor } from '#core/doubt.ts';

describe('isDoubtful', () => {
  it.each([
    ['two of two', 2, 0, true],
    ['one of two', 1, 1, false],
    ['the only one', 1, 0, true],
    ['one of three', 1, 2, false],
    ['three of ten', 3, 7, true],
    ['two of ten', 2, 8, false],
    ['all of a hundred', 100, 0, true],
    ['none of one', 0, 1, false],
  ])('%s', (_, failed, answered, doubtful) => {
    expect(isDoubtful({ failed, answered })).toBe(doubtful);
  });
});

describe('isVouchedFor', () => {
  it('takes two of three anchors, both of two, the only one', () => {
    const found = [0, 1, 2, 3].map((answered) => isVouchedFor(answered, 3));
    expect(found).toEqual([false, false, true, true]);
    expect([isVouchedFor(1, 2), isVouchedFor(2, 2), isVouchedFor(0, 1), isVouchedFor(1, 1)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});
