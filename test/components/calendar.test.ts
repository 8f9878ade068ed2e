import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stateLetters } from '#core/years.ts';
import { calendarHeight, calendarOf, calendarWidth } from '../../src/components/calendar.ts';

/** The squares that a path is cut into, as `column,row`. */
function cellsOf(path: string): string[] {
  return path
    .split('M')
    .filter(Boolean)
    .flatMap((stroke) => {
      const [x = 0, y = 0, length = 0] = stroke.split(/[ v]/).map(Number);
      const rows = Math.ceil((length - 0.01) / 10) || 1;
      return Array.from({ length: rows }, (_, index) => `${(x - 5) / 10},${Math.floor(y / 10) + index}`);
    });
}

describe('the calendar of a year', () => {
  it('has the days of a week in a column, Monday on top', () => {
    // 2026 began on a Thursday.
    const [calm] = calendarOf({ firstDayAt: Date.UTC(2026, 0, 1), states: 'ooooo' });
    expect(cellsOf(calm?.path ?? '')).toEqual(['0,3', '0,4', '0,5', '0,6', '1,0']);
  });

  it('draws nothing before the component came', () => {
    const [calm] = calendarOf({ firstDayAt: Date.UTC(2026, 0, 12), states: 'o' });
    expect(cellsOf(calm?.path ?? '')).toEqual(['2,0']);
  });

  it('draws each day once, within the drawing, in any year', () => {
    const letters = fc.constantFrom(...Object.values(stateLetters));
    fc.assert(
      fc.property(
        fc.integer({ min: 1971, max: 2200 }),
        fc.array(letters, { minLength: 366, maxLength: 366 }),
        (year, drawn) => {
          const length = (Date.UTC(year + 1, 0) - Date.UTC(year, 0)) / 86_400_000;
          const states = drawn.slice(0, length).join('');
          const cells = calendarOf({ firstDayAt: Date.UTC(year, 0), states }).flatMap(({ path }) => cellsOf(path));
          expect(new Set(cells).size).toBe(length);
          for (const [column = 0, row = 0] of cells.map((cell) => cell.split(',').map(Number))) {
            expect(column).toBeLessThan(calendarWidth / 10);
            expect(row).toBeLessThan(calendarHeight / 10);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('draws the worse days larger', () => {
    const squares = calendarOf({ firstDayAt: Date.UTC(2026, 0, 1), states: 'odpx' });
    expect(squares.map(({ state }) => state)).toEqual(['operational', 'degraded', 'partial_outage', 'major_outage']);
    expect(squares.map(({ size }) => size)).toEqual(squares.map(({ size }) => size).toSorted((a, b) => a - b));
  });
});
