import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesOf, defaultFlapThresholds, flapHistoryLength, flapScore, flapSlotMs, isFlapping } from '#core/flap.ts';

const changed = (...positions: number[]) =>
  Array.from({ length: flapHistoryLength }, (_, index) => positions.includes(index));
const newest = (count: number) =>
  changed(...Array.from({ length: count }, (_, index) => flapHistoryLength - 1 - index));

describe('flapScore', () => {
  it.each([
    [1, '6.25'],
    [2, '12.37'],
    [3, '18.36'],
    [4, '24.21'],
    [5, '29.93'],
    [6, '35.53'],
  ])('gives the %d newest changes the percentage that Nagios computes: %s', (count, percent) => {
    expect(flapScore(newest(count)).toFixed(2)).toBe(percent);
  });

  it('is 100 when everything changed and 0 when nothing did', () => {
    expect(flapScore(newest(20))).toBeCloseTo(100, 10);
    expect(flapScore(changed())).toBe(0);
  });

  it('weighs the oldest change 0.75 and the newest 1.25', () => {
    expect([flapScore(changed(0)), flapScore(changed(19))]).toEqual([3.75, 6.25]);
  });

  it('never falls when one more change is remembered', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), fc.nat(19), (changes, index) => {
        expect(flapScore(changes.with(index, true))).toBeGreaterThanOrEqual(flapScore(changes));
      }),
    );
  });
});

describe('changesOf', () => {
  const seconds = (flips: [to: 'operational' | 'major_outage' | 'unknown', second: number][], now: number) =>
    changesOf(
      flips.map(([to, second]) => ({ to, decidedAt: second * 1_000 })),
      1_000,
      now * 1_000,
    );

  it('places each change in the slot of its look', () => {
    const history = seconds(
      [
        ['operational', -99],
        ['major_outage', 7.5],
        ['operational', 10],
      ],
      10,
    );
    expect(history).toEqual(changed(17, 19));
  });

  it('forgets what is older than twenty looks', () => {
    expect(
      seconds(
        [
          ['operational', -99],
          ['major_outage', 0],
        ],
        19.9,
      ),
    ).toEqual(changed(0));
    expect(
      seconds(
        [
          ['operational', -99],
          ['major_outage', 0],
        ],
        20,
      ),
    ).toEqual(changed());
  });

  it('takes our own blindness for no change of the target', () => {
    expect(
      seconds(
        [
          ['operational', -99],
          ['unknown', 5],
          ['operational', 6],
          ['unknown', 7],
        ],
        10,
      ),
    ).toEqual(changed());
  });

  it('sees a change that happened behind our back', () => {
    expect(
      seconds(
        [
          ['operational', -99],
          ['unknown', 5],
          ['major_outage', 6],
        ],
        10,
      ),
    ).toEqual(changed(15));
  });

  it('puts what a clock that was set back has dated later into the newest slot', () => {
    expect(
      seconds(
        [
          ['operational', -99],
          ['major_outage', 3_600],
        ],
        10,
      ),
    ).toEqual(changed(19));
  });
});

describe('isFlapping', () => {
  it('begins at the upper threshold, ends at the lower one, and stays what it was between them', () => {
    const scores = [19.9, 20, 12, 5.1, 5, 12, 20];
    let flapped = false;
    const states = scores.map((score) => {
      flapped = isFlapping(score, flapped, defaultFlapThresholds);
      return flapped;
    });
    expect(states).toEqual([false, true, true, true, false, false, true]);
  });
});

describe('flapSlotMs', () => {
  it('does not stretch the memory of what is looked at once a day over weeks', () => {
    expect([flapSlotMs(30_000), flapSlotMs(86_400_000)]).toEqual([30_000, 300_000]);
  });
});
