import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blindState,
  componentState,
  freshStanding,
  isPending,
  judge,
  type Outcome,
  outcomes,
  type Turn,
} from '#core/verdict.ts';

const policy = { downAfter: 3, upAfter: 2 };

/** The turns that a row of outcomes brings about, one look a second. */
function turnsOf(row: readonly Outcome[]): Turn[] {
  let standing = freshStanding;
  return row.flatMap((outcome, second) => {
    const judged = judge(standing, outcome, second * 1_000, policy);
    standing = judged.standing;
    return judged.turn ?? [];
  });
}

describe('judge', () => {
  it('believes the first good look at something never seen', () => {
    expect(turnsOf(['ok'])).toEqual([{ from: 'unknown', to: 'up', at: 0 }]);
  });

  it('calls a target down after three failures in a row, dated to the first', () => {
    expect(turnsOf(['ok', 'fail', 'fail', 'fail'])).toContainEqual({ from: 'up', to: 'down', at: 1_000 });
  });

  it('forgives two failures', () => {
    expect(turnsOf(['ok', 'fail', 'fail', 'ok', 'fail', 'fail', 'ok'])).toHaveLength(1);
  });

  it('calls it up again after two good looks, dated to the first', () => {
    const row: Outcome[] = ['ok', 'fail', 'fail', 'fail', 'ok', 'fail', 'ok', 'ok'];
    expect(turnsOf(row).at(-1)).toEqual({ from: 'down', to: 'up', at: 6_000 });
  });

  it('calls slowness degraded, and slowness mixed with failures too', () => {
    expect(turnsOf(['ok', 'degraded', 'degraded', 'degraded']).at(-1)).toEqual({
      from: 'up',
      to: 'degraded',
      at: 1_000,
    });
    expect(turnsOf(['ok', 'degraded', 'fail', 'degraded']).at(-1)).toEqual({ from: 'up', to: 'degraded', at: 1_000 });
  });

  it('keeps an outage that ends in slowness, which begins with the first answer', () => {
    const turnAfter = (...answers: Outcome[]) => turnsOf(['ok', 'fail', 'fail', 'fail', ...answers]).slice(2);
    const degraded = (at: number) => [{ from: 'down', to: 'degraded', at }];
    expect(turnAfter('degraded')).toEqual([]);
    expect(turnAfter('degraded', 'fail', 'degraded')).toEqual([]);
    expect(turnAfter('degraded', 'degraded')).toEqual(degraded(4_000));
    expect(turnAfter('ok', 'degraded')).toEqual(degraded(4_000));
    expect(turnAfter('fail', 'degraded', 'ok')).toEqual(degraded(5_000));
    expect(turnAfter('degraded', 'ok', 'ok').map(({ to, at }) => [to, at])).toEqual([
      ['degraded', 4_000],
      ['up', 5_000],
    ]);
  });

  it('neither counts nor clears failures while it is blind', () => {
    expect(turnsOf(['ok', 'fail', 'unknown', 'fail', 'unknown', 'fail']).at(-1)).toEqual({
      from: 'up',
      to: 'down',
      at: 1_000,
    });
  });

  it('says unknown, never down, when it stays blind', () => {
    const turns = turnsOf(['ok', 'unknown', 'unknown', 'unknown', 'unknown']);
    expect(turns.map((turn) => turn.to)).toEqual(['up', 'unknown']);
  });

  it('dates what it sees after a blind time after that time', () => {
    const row: Outcome[] = ['fail', 'fail', 'fail', 'unknown', 'unknown', 'unknown', 'fail', 'fail', 'fail'];
    expect(turnsOf(row).map(({ to, at }) => [to, at])).toEqual([
      ['down', 0],
      ['unknown', 3_000],
      ['down', 6_000],
    ]);
  });

  it('dates no turn before the one before it, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...outcomes), { maxLength: 60 }), (row) => {
        const ats = turnsOf(row).map((turn) => turn.at);
        expect(ats).toEqual(ats.toSorted((a, b) => a - b));
      }),
    );
  });

  it('never turns to down without three failures among the results, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...outcomes), { maxLength: 40 }), (row) => {
        const downs = turnsOf(row).filter((turn) => turn.to === 'down').length;
        expect(downs * policy.downAfter).toBeLessThanOrEqual(row.filter((outcome) => outcome === 'fail').length);
      }),
    );
  });

  it('leaves the standing of a healthy target untouched', () => {
    const up = judge(freshStanding, 'ok', 0, policy).standing;
    expect(judge(up, 'ok', 1_000, policy).standing).toBe(up);
  });
});

describe('blindState', () => {
  it('takes no failure away, and changes nothing else', () => {
    expect(blindState('major_outage', 'operational')).toBe('unknown');
    expect(blindState('major_outage', 'degraded')).toBe('unknown');
    expect(blindState('degraded', 'partial_outage')).toBe('partial_outage');
    expect(blindState('operational', 'operational')).toBe('operational');
    expect(blindState('unknown', 'operational')).toBe('operational');
  });
});

describe('isPending', () => {
  it('is true between the first failure and the verdict', () => {
    const up = judge(freshStanding, 'ok', 0, policy).standing;
    const failing = judge(up, 'fail', 1, policy).standing;
    expect([isPending(up), isPending(failing)]).toEqual([false, true]);
  });
});

describe('componentState', () => {
  const whenDown = 'major_outage';

  it('is the worst that any probe saw', () => {
    expect(
      componentState([
        { state: 'up', whenDown },
        { state: 'down', whenDown },
      ]),
    ).toBe('major_outage');
    expect(
      componentState([
        { state: 'up', whenDown },
        { state: 'down', whenDown: 'partial_outage' },
      ]),
    ).toBe('partial_outage');
    expect(
      componentState([
        { state: 'up', whenDown },
        { state: 'degraded', whenDown },
      ]),
    ).toBe('degraded');
  });

  it('is unknown only when no probe could look', () => {
    expect(
      componentState([
        { state: 'unknown', whenDown },
        { state: 'up', whenDown },
      ]),
    ).toBe('operational');
    expect(componentState([{ state: 'unknown', whenDown }])).toBe('unknown');
  });
});
