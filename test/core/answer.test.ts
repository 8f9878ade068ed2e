import { describe, expect, it } from 'vitest';
import { attemptLimit, backoffMs, parkedLimitMs, type Standing, settle } from '#core/answer.ts';

const now = 1_000_000_000_000;
const first: Standing = { attempts: 1, createdAt: now, keyed: true, doubted: false };

describe('backoffMs', () => {
  it('doubles from 30 seconds up to an hour', () => {
    expect([1, 2, 3, 8, 12].map((attempts) => backoffMs(attempts, 1))).toEqual([
      30_000, 60_000, 120_000, 3_600_000, 3_600_000,
    ]);
  });

  it('takes any moment of the span, but never at once', () => {
    expect(backoffMs(1, 0.5)).toBe(15_000);
    expect(backoffMs(12, 0)).toBe(1_000);
  });
});

describe('settle', () => {
  it('ends with what was sent', () => {
    expect(settle({ kind: 'sent', providerId: 'p1' }, first, now, 0)).toMatchObject({
      state: 'sent',
      providerId: 'p1',
    });
  });

  it('ends with what is refused', () => {
    expect(settle({ kind: 'refused', reason: '550' }, first, now, 0)).toMatchObject({ state: 'failed', error: '550' });
  });

  it('comes again after a deferral, out of its batch', () => {
    expect(settle({ kind: 'deferred', reason: '451' }, first, now, 0.5)).toMatchObject({
      state: 'pending',
      nextAttemptAt: now + 15_000,
      inDoubt: false,
      refunded: false,
    });
  });

  it('comes when it was told to', () => {
    const answer = { kind: 'deferred', reason: '451', waitMs: 7_000 } as const;
    expect(settle(answer, first, now, 0.5).nextAttemptAt).toBe(now + 7_000);
  });

  it('gives up after the last try', () => {
    const last = { ...first, attempts: attemptLimit };
    expect(settle({ kind: 'deferred', reason: '451' }, last, now, 0).state).toBe('failed');
    expect(settle({ kind: 'doubtful', reason: 'cut' }, last, now, 0).state).toBe('uncertain');
    expect(settle({ kind: 'deferred', reason: '451' }, { ...last, attempts: attemptLimit - 1 }, now, 0).state).toBe(
      'pending',
    );
  });

  it('counts no try for trouble that is not its own, for a day', () => {
    const answer = { kind: 'parked', reason: 'no quota', waitMs: 900_000 } as const;
    expect(settle(answer, { ...first, attempts: 40 }, now, 0)).toMatchObject({
      state: 'pending',
      refunded: true,
      nextAttemptAt: now + 900_000,
    });
    expect(settle(answer, { ...first, createdAt: now - parkedLimitMs - 1 }, now, 0).state).toBe('failed');
  });

  it('is as it was when it was not tried', () => {
    expect(settle({ kind: 'untried' }, first, now, 0)).toMatchObject({
      state: 'pending',
      refunded: true,
      nextAttemptAt: now,
    });
  });

  it('repeats what is doubtful where a key makes that safe, and nowhere else', () => {
    const answer = { kind: 'doubtful', reason: 'no answer' } as const;
    expect(settle(answer, first, now, 0)).toMatchObject({ state: 'pending', inDoubt: true });
    expect(settle(answer, { ...first, keyed: false }, now, 0).state).toBe('uncertain');
    expect(settle({ ...answer, final: true }, first, now, 0).state).toBe('uncertain');
  });

  it('stays in doubt until somebody answers for the first try', () => {
    const doubted = { ...first, doubted: true };
    for (const answer of [
      { kind: 'parked', reason: '429', waitMs: 1 },
      { kind: 'deferred', reason: '451' },
      { kind: 'untried' },
    ] as const)
      expect(settle(answer, doubted, now, 0)).toMatchObject({ state: 'pending', inDoubt: true });
    expect(settle({ kind: 'deferred', reason: '451' }, { ...doubted, attempts: attemptLimit }, now, 0).state).toBe(
      'uncertain',
    );
    expect(settle({ kind: 'sent', providerId: null }, doubted, now, 0).state).toBe('sent');
  });
});
