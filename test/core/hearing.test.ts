import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Absence,
  type Expectation,
  freshHearing,
  type Hearing,
  hearPing,
  hearSilence,
  type Ping,
  quietMs,
  runMs,
  type Signal,
} from '#core/hearing.ts';
import { nextAfter } from '#core/schedule.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 1);
const nineties = '11111111-1111-4111-8111-111111111111';

/** A job at two in the morning that may be an hour late. */
const nightly: Expectation = {
  due(anchorAt) {
    const expectedAt = nextAfter({ cron: '0 2 * * *', timeZone: 'UTC' }, anchorAt);
    return { fromAt: expectedAt, deadlineAt: expectedAt + hour };
  },
  runLimitMs: hour,
};

let id = 0;
function ping(at: number, signal: Signal = 'success', more: Partial<Ping> = {}): Ping {
  id += 1;
  return { id, at, signal, exitCode: null, runId: null, body: null, isCut: false, ...more };
}

const fine = (word: Ping, memory: unknown) => ({ outcome: 'ok' as const, reason: null, anchorAt: word.at, memory });

/** What a probe remembers after these pings. */
function after(...pings: Ping[]): Hearing {
  return pings.reduce((hearing, word) => hearPing(hearing, word, fine).hearing, freshHearing);
}

const heardOf = (hearing: Hearing, now: number, absences: Absence[] = []) =>
  hearSilence(hearing, nightly, absences, now).heard.map(({ at, outcome }) => [outcome, at]);

describe('a ping', () => {
  it('of success clears everything, of failure waits for nothing', () => {
    const failed = hearPing(after(ping(start)), ping(start + 1, 'fail'), fine);
    expect(failed.heard).toMatchObject({ outcome: 'fail', at: start + 1, reason: 'ping: the job said that it failed' });
    const healed = hearPing(failed.hearing, ping(start + 2), fine);
    expect(healed.heard).toEqual({ outcome: 'ok', at: start + 2, reason: null });
    expect(healed.hearing.isFailing).toBe(false);
  });

  it('tells the exit code of a job that failed', () => {
    const { heard } = hearPing(freshHearing, ping(start, 'fail', { exitCode: 3 }), fine);
    expect(heard?.reason).toBe('ping: the job ended with exit code 3');
  });

  it('of a start or for the log says nothing about how the job is', () => {
    expect(hearPing(freshHearing, ping(start, 'start'), fine).heard).toBeNull();
    expect(hearPing(freshHearing, ping(start, 'log'), fine).heard).toBeNull();
    expect(after(ping(start), ping(start + 1, 'fail'), ping(start + 2, 'log')).isFailing).toBe(true);
  });

  it('ends the run of its own id only, unless it is a failure or names none', () => {
    const begun = ping(start, 'start', { runId: nineties });
    expect(after(begun, ping(start + 1, 'success', { runId: 'other' })).open).not.toBeNull();
    expect(after(begun, ping(start + 1, 'success', { runId: nineties })).open).toBeNull();
    expect(after(begun, ping(start + 1, 'success')).open).toBeNull();
    expect(after(begun, ping(start + 1, 'fail', { runId: 'other' })).open).toBeNull();
  });
});

describe('a run', () => {
  const begun = ping(start, 'start');
  it('took the time from its start to its end', () => {
    expect(runMs(ping(start + 5_000), [begun])).toBe(5_000);
    expect(runMs(ping(start + 5_000, 'fail'), [begun, ping(start + 1, 'log')])).toBe(5_000);
  });

  it('is told from another that overlaps it by its id', () => {
    const [a, b] = [ping(start, 'start', { runId: 'a' }), ping(start + 1_000, 'start', { runId: 'b' })];
    expect(runMs(ping(start + 5_000, 'success', { runId: 'a' }), [a, b])).toBe(5_000);
    expect(runMs(ping(start + 5_000, 'success', { runId: 'b' }), [a, b])).toBe(4_000);
    expect(runMs(ping(start + 5_000), [a, b])).toBeNull();
  });

  it('has no time where its start is missing, used up, or three days ago', () => {
    expect(runMs(ping(start + 5_000), [])).toBeNull();
    expect(runMs(ping(start + 5_000), [begun, ping(start + 1_000)])).toBeNull();
    expect(runMs(ping(start + 73 * hour), [begun])).toBeNull();
    expect(runMs(ping(start + 5_000, 'log'), [begun])).toBeNull();
  });
});

describe('silence', () => {
  const hearing = after(ping(start + 2 * hour));
  const deadline = start + day + 3 * hour;

  it('of a job that never spoke is no failure', () => {
    expect(hearSilence(freshHearing, nightly, [], start + 365 * day)).toMatchObject({ heard: [], dueAt: null });
  });

  it('is fine until the deadline, and names it as the time to look again', () => {
    expect(hearSilence(hearing, nightly, [], deadline - 1)).toMatchObject({ heard: [], dueAt: deadline });
  });

  it('is late at each deadline, and what was missed at a stretch is one failure', () => {
    const late = hearSilence(hearing, nightly, [], deadline);
    expect(late.heard).toMatchObject([
      { at: deadline, outcome: 'fail', reason: 'late: nothing good was heard until 2026-01-02 03:00 UTC' },
    ]);
    expect(late.dueAt).toBe(deadline + day);
    expect(heardOf(late.hearing, deadline + day - 1)).toEqual([]);
    expect(heardOf(late.hearing, deadline + day)).toEqual([['fail', deadline + day]]);
    expect(heardOf(late.hearing, deadline + 30 * day)).toEqual([['fail', deadline + day]]);
  });

  it('after a failure is one more failure', () => {
    const failed = after(ping(start + 2 * hour), ping(start + 3 * hour, 'fail'));
    expect(heardOf(failed, deadline)).toEqual([['fail', deadline]]);
  });

  it('after a start is late once the run takes longer than the grace', () => {
    const running = after(ping(start + 2 * hour), ping(start + 5 * hour, 'start'));
    expect(heardOf(running, start + 6 * hour - 1)).toEqual([]);
    expect(heardOf(running, start + 6 * hour)).toEqual([['fail', start + 6 * hour]]);
    expect(hearSilence(running, nightly, [], start + 6 * hour).heard[0]?.reason).toBe(
      'late: the run that began 2026-01-01 05:00 UTC did not end within 1h',
    );
  });

  it('while nobody could listen is unknown until the next due time, never down', () => {
    const away = [{ fromAt: deadline - 30 * minute, toAt: deadline + 2 * hour }];
    const { heard, dueAt, hearing: kept } = hearSilence(hearing, nightly, away, deadline + 2 * hour);
    expect(heard).toMatchObject([{ at: deadline, outcome: 'unknown' }]);
    expect(dueAt).toBe(deadline + day);
    expect(heardOf(kept, deadline + day, away)).toEqual([['fail', deadline + day]]);
  });

  it('is called late in spite of an absence that could not have swallowed the ping', () => {
    const noonRestart = [{ fromAt: start + 12 * hour, toAt: start + 12 * hour + minute }];
    expect(heardOf(hearing, deadline, noonRestart)).toEqual([['fail', deadline]]);
  });

  it('is forgiven once in a row: a restart every night does not hide a dead job', () => {
    const nights = [1, 2, 3].map((n) => ({
      fromAt: start + n * day + 2.5 * hour,
      toAt: start + n * day + 2.6 * hour,
    }));
    expect(heardOf(hearing, start + 3 * day, nights)).toEqual([
      ['unknown', deadline],
      ['fail', deadline + day],
    ]);
  });

  it('that was called late before a stop stays late', () => {
    const late = hearSilence(hearing, nightly, [], deadline).hearing;
    const away = [{ fromAt: deadline + minute, toAt: deadline + 3 * day }];
    expect(heardOf(late, deadline + 4 * day, away)).toEqual([['fail', deadline + day]]);
  });

  it('is not called late within five minutes after a return', () => {
    const away = [{ fromAt: deadline, toAt: deadline + minute }];
    expect(hearSilence(hearing, nightly, away, deadline + minute)).toMatchObject({
      heard: [],
      dueAt: deadline + minute + quietMs,
    });
    expect(heardOf(hearing, deadline + minute + quietMs, away)).toEqual([['fail', deadline]]);
  });

  it('is called late in the end by a server that falls over again and again', () => {
    const loop = Array.from({ length: 500 }, (_, i) => ({
      fromAt: deadline + i * minute,
      toAt: deadline + i * minute + 1_000,
    }));
    expect(heardOf(hearing, deadline + quietMs, loop)).toEqual([]);
    expect(heardOf(hearing, deadline + hour, loop)).toEqual([['fail', deadline]]);
  });

  it('comes to the same however often and however late it is asked about', () => {
    const absence = fc
      .tuple(fc.integer({ min: 0, max: 10 * day }), fc.integer({ min: 1, max: 6 * hour }))
      .map(([from, ms]) => ({ fromAt: start + from, toAt: start + from + ms }));
    fc.assert(
      fc.property(
        fc.array(absence, { maxLength: 6 }),
        fc.array(fc.integer({ min: 0, max: 12 * day }), { maxLength: 12 }),
        (absences, asked) => {
          const end = start + 20 * day;
          const atOnce = hearSilence(hearing, nightly, absences, end).heard;
          let kept = hearing;
          const stepwise = [...asked.map((ms) => start + ms).toSorted((a, b) => a - b), end].flatMap((now) => {
            const seen = absences.filter(({ toAt }) => toAt <= now);
            const next = hearSilence(kept, nightly, seen, now);
            kept = next.hearing;
            return next.heard;
          });
          // However it went: at most the first night was forgiven, and all the others failed.
          for (const heard of [atOnce, stepwise]) {
            expect(heard.at(-1)?.outcome).toBe('fail');
            expect(heard.slice(1).every(({ outcome }) => outcome === 'fail')).toBe(true);
            expect(heard.every(({ at }, i) => i === 0 || at > (heard[i - 1]?.at ?? 0))).toBe(true);
          }
        },
      ),
    );
  });
});
