import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../src/config/nearest.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['interval', 'interval', 0],
    ['interwal', 'interval', 1],
    ['intervl', 'interval', 1],
    ['intervall', 'interval', 1],
    ['htpp', 'http', 1],
    ['', 'url', 3],
    ['ca', 'abc', 3],
    ['timeout', 'interval', 7],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('nearest', () => {
  it('takes the candidate with the fewest edits', () => {
    expect(nearest('down_aftr', ['up_after', 'down_after'])).toBe('down_after');
  });

  it('does not guess when nothing is near', () => {
    expect(nearest('colour', ['name', 'slug', 'group'])).toBeUndefined();
  });

  it('does not guess from a single letter that is another', () => {
    expect(nearest('b', ['a'])).toBeUndefined();
  });

  it('does not care for capitals', () => {
    expect(nearest('URL', ['url'])).toBe('url');
  });
});
