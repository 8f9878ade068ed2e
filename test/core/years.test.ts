import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentStates } from '#core/status.ts';
import { dayMs, dayOf, defaultWeights, noTimes, sumTimes, type Times, uptimeOf } from '#core/uptime.ts';
import { stateLetters, statesOf, withDays, yearOf } from '#core/years.ts';

const from = Date.UTC(2013, 10, 28);

/** A day that was in one or two states. */
const times = fc
  .tuple(fc.constantFrom(...componentStates), fc.constantFrom(...componentStates), fc.integer({ min: 0, max: dayMs }))
  .map(
    ([first, second, ms]): Times =>
      sumTimes([
        { ...noTimes(), [first]: ms },
        { ...noTimes(), [second]: dayMs - ms },
      ]),
  );
const history = fc
  .array(times, { minLength: 1, maxLength: 900 })
  .map((all) => all.map((one, index) => [from + index * dayMs, one] as const));

describe('the years of a component', () => {
  it('are the same however the days come, one by one or many at a time', () => {
    fc.assert(
      fc.property(history, fc.nat(), (days, cut) => {
        const place = cut % days.length;
        const inTwo = withDays(withDays([], days.slice(0, place)), days.slice(place));
        expect(inTwo).toEqual(withDays([], days));
      }),
      { numRuns: 50 },
    );
  });

  it('say of each day what its bar says, and lose no millisecond', () => {
    fc.assert(
      fc.property(history, (days) => {
        const years = withDays([], days);
        const states = years.flatMap((year) => statesOf(year.states));
        expect(states).toEqual(days.map(([at, one]) => dayOf(at, one, defaultWeights).state));
        expect(sumTimes(years.map((year) => year.times))).toEqual(sumTimes(days.map(([, one]) => one)));
      }),
      { numRuns: 50 },
    );
  });

  it('begin on the first day and break at each new year, leap years too', () => {
    const day = { ...noTimes(), operational: dayMs };
    const years = withDays(
      [],
      Array.from({ length: 13 * 365 + 4 }, (_, index) => [from + index * dayMs, day] as const),
    );
    expect(years.map(({ year, states }) => [year, states.length])).toEqual([
      [2013, 34],
      ...Array.from({ length: 12 }, (_, index) => [2014 + index, index % 4 === 2 ? 366 : 365]),
      [2026, 332],
    ]);
    expect(years[1]?.firstDayAt).toBe(Date.UTC(2014, 0));
  });

  it('weigh failures as the bars do', () => {
    const one = { ...noTimes(), operational: dayMs - 3_600_000, partial_outage: 3_600_000 };
    const [year] = withDays([], [[from, one]]).map((each) => yearOf(each, defaultWeights));
    expect(year).toMatchObject({ states: stateLetters.partial_outage, failingMs: 3_600_000 });
    expect(year?.uptime).toBe(uptimeOf(one, defaultWeights).ratio);
  });

  it('read a letter that nobody knows as a day that nobody saw', () => {
    expect(statesOf('oz')).toEqual(['operational', 'unknown']);
  });
});
