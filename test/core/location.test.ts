import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combine, isLate, patienceMs, quorumSince, quorumState } from '#core/location.ts';
import { freshStanding, judge, type ProbeState, type Standing } from '#core/verdict.ts';

const states: ProbeState[] = ['up', 'degraded', 'down', 'unknown'];
const badness: Record<ProbeState, number> = { up: 0, degraded: 1, down: 2, unknown: Number.NaN };
const seen = fc.constantFrom<ProbeState>('up', 'degraded', 'down');
const somebody = fc.array(fc.constantFrom(...states), { maxLength: 7 });
const quorum = fc.option(fc.integer({ min: 1, max: 7 }), { nil: null });

describe('what locations say together', () => {
  it.each<[ProbeState[], number | null, ProbeState]>([
    [[], null, 'unknown'],
    [['down'], null, 'down'],
    [['down', 'up', 'up'], null, 'up'],
    [['down', 'down', 'up'], null, 'down'],
    [['down', 'down', 'up'], 3, 'up'],
    [['down', 'up', 'up'], 1, 'down'],
    [['down', 'degraded', 'up'], 2, 'degraded'],
    [['down', 'up'], null, 'up'],
    [['down', 'unknown', 'unknown'], null, 'down'],
    [['down', 'unknown', 'unknown'], 2, 'unknown'],
    [['up', 'unknown', 'unknown'], 2, 'unknown'],
    [['unknown', 'unknown'], null, 'unknown'],
  ])('%j with a quorum of %s is %s', (given, needed, whole) => {
    expect(quorumState(given, needed)).toBe(whole);
  });

  it('does not depend on who is asked first', () => {
    const shuffled = somebody.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, quorum, ([list, other], needed) => {
        expect(quorumState(other, needed)).toBe(quorumState(list, needed));
      }),
    );
  });

  it('gives no vote to a location that cannot see', () => {
    fc.assert(
      fc.property(somebody, quorum, (list, needed) => {
        expect(quorumState([...list, 'unknown'], needed)).toBe(quorumState(list, needed));
      }),
    );
  });

  it('is down exactly when enough locations are, and unknown exactly when too few can see', () => {
    fc.assert(
      fc.property(somebody, quorum, (list, asked) => {
        const voters = list.filter((state) => state !== 'unknown').length;
        const needed = asked ?? Math.floor(voters / 2) + 1;
        const down = list.filter((state) => state === 'down').length;
        expect(quorumState(list, asked) === 'down').toBe(down >= needed);
        expect(quorumState(list, asked) === 'unknown').toBe(voters < needed);
      }),
    );
  });

  it('never gets better when one location sees worse', () => {
    fc.assert(
      fc.property(fc.array(seen, { minLength: 1, maxLength: 7 }), fc.nat(), seen, quorum, (list, at, worse, needed) => {
        const place = at % list.length;
        const before = list[place] ?? 'up';
        fc.pre(badness[worse] >= badness[before]);
        const whole = quorumState(list, needed);
        fc.pre(whole !== 'unknown');
        expect(badness[quorumState(list.with(place, worse), needed)]).toBeGreaterThanOrEqual(badness[whole]);
      }),
    );
  });

  it('is what the only location says', () => {
    for (const state of states) expect(quorumState([state], null)).toBe(state);
  });
});

describe('since when they say so', () => {
  it('is the turn of the location that made the quorum', () => {
    const views = [
      { state: 'down', sinceAt: 10 },
      { state: 'up', sinceAt: 0 },
      { state: 'down', sinceAt: 25 },
    ] as const;
    expect(quorumSince(views, null, 25)).toBe(25);
  });

  it('is not before the quorum was there, when the last to be judged was the first to turn', () => {
    const views = [
      { state: 'down', sinceAt: 10 },
      { state: 'up', sinceAt: 0 },
      { state: 'down', sinceAt: 5 },
    ] as const;
    expect(quorumSince(views, null, 5)).toBe(10);
  });

  it('is never before the turn, and never after the last turn of all', () => {
    const view = fc.record({ state: fc.constantFrom(...states), sinceAt: fc.nat({ max: 100 }) });
    fc.assert(
      fc.property(fc.array(view, { minLength: 1, maxLength: 5 }), fc.nat({ max: 100 }), quorum, (views, at, needed) => {
        const since = quorumSince(views, needed, at);
        expect(since).toBeGreaterThanOrEqual(at);
        expect(since).toBeLessThanOrEqual(Math.max(at, ...views.map(({ sinceAt }) => sinceAt)));
      }),
    );
  });
});

describe('the standing of the whole', () => {
  const failing = (times: number): Standing => {
    let standing = judge(freshStanding, 'ok', 0, { downAfter: 3, upAfter: 2 }).standing;
    for (let at = 1; at <= times; at++) standing = judge(standing, 'fail', at, { downAfter: 3, upAfter: 2 }).standing;
    return standing;
  };

  it('has begun to fail once as many locations have as must agree', () => {
    expect(combine([failing(1), failing(0), failing(0)], null).fail.count).toBe(0);
    expect(combine([failing(2), failing(1), failing(0)], null)).toMatchObject({ state: 'up', fail: { count: 1 } });
    expect(combine([failing(3), failing(3), failing(0)], null)).toMatchObject({ state: 'down', fail: { count: 3 } });
  });
});

describe('a result that comes late', () => {
  it('is one that is no newer than what was judged, or older than two looks', () => {
    const now = 1_000_000;
    expect(isLate(now - 1_000, null, 30_000, now)).toBe(false);
    expect(isLate(now - 1_000, now - 1_000, 30_000, now)).toBe(true);
    expect(isLate(now - 1_000, now - 1_001, 30_000, now)).toBe(false);
    expect(isLate(now - 60_001, null, 30_000, now)).toBe(true);
    expect(isLate(now - 4_000, null, 1_000, now)).toBe(false);
  });

  it('is shorter than the patience with the location', () => {
    for (const intervalMs of [1_000, 30_000, 86_400_000]) {
      expect(isLate(1_000_000_000 - patienceMs(intervalMs), null, intervalMs, 1_000_000_000)).toBe(true);
    }
  });
});
