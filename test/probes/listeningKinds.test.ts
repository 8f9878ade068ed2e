import { describe, expect, it } from 'vitest';
import type { Ping } from '#core/hearing.ts';
import { backup } from '#probes/backup.ts';
import { heartbeat } from '#probes/heartbeat.ts';
import { kinds, parseProbe } from '#probes/registry.ts';
import { restoreDrill } from '#probes/restoreDrill.ts';

const hour = 3_600_000;
const night = Date.UTC(2026, 0, 10, 2, 10);

function ping(body: unknown, at = night): Ping {
  const text = typeof body === 'string' || body === null ? body : JSON.stringify(body);
  return { id: 1, at, signal: 'success', exitCode: null, runId: null, body: text, isCut: false };
}

/** The sentence with which settings are refused, or null. */
function refusal(kind: string, settings: Record<string, unknown>): string | null {
  const found = kinds.find((each) => each.kind === kind)?.schema.safeParse(settings);
  return found?.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') ?? null;
}

describe('the settings of a listening probe', () => {
  it.each([
    ['heartbeat', { interval: '1d', grace: '90m' }],
    ['heartbeat', { interval: 60 }],
    ['heartbeat', { cron: '30 2 * * *', timeZone: 'Europe/Lisbon' }],
    ['backup', { rpo: '26h', protects: 'database', where: 'nas' }],
    ['restore-drill', { maxAge: '31d' }],
  ])('of kind %s come back complete, and parsing them again changes nothing', (kind, settings) => {
    const once = parseProbe(kind, settings);
    expect(parseProbe(kind, once)).toEqual(once);
  });

  it.each([
    ['heartbeat', {}, ': either interval or cron'],
    ['heartbeat', { interval: '1d', cron: '0 0 * * *' }, 'cron: either interval or cron'],
    ['heartbeat', { interval: '1d', timeZone: 'UTC' }, 'timeZone: a time zone only beside cron'],
    ['heartbeat', { cron: '0 0 31 2 *' }, 'cron: a cron expression of five fields that fires on some day'],
    ['heartbeat', { interval: '10ms' }, 'interval: a duration from 1s to 366d'],
    ['backup', { protects: 'database' }, 'rpo: '],
    ['restore-drill', {}, 'maxAge: '],
  ])('of kind %s that are %j are refused', (kind, settings, sentence) => {
    expect(refusal(kind, settings)).toContain(sentence);
  });
});

describe('a heartbeat', () => {
  it('on an interval is due after it and late after the grace', () => {
    const { due } = heartbeat.expectation({ interval: '1d', grace: '1h' });
    expect(due(night)).toEqual({ fromAt: night + 23 * hour, deadlineAt: night + 25 * hour });
  });

  it('by cron without a time zone is in UTC', () => {
    const { due } = heartbeat.expectation({ cron: '0 2 * * *', grace: '1h' });
    const expectedAt = Date.UTC(2026, 0, 11, 2);
    expect(due(night)).toEqual({ fromAt: expectedAt, deadlineAt: expectedAt + hour });
  });

  it('does not mind what the body says', () => {
    expect(heartbeat.read({ interval: '1d', grace: '1h' }, ping('whatever'), null).outcome).toBe('ok');
  });
});

describe('a backup', () => {
  const config = { rpo: '26h', protects: 'database', where: [], sizeAtLeast: 0.5, sizeAtMost: 2 };
  const takenAt = new Date(night - hour).toISOString();
  const copy = { taken_at: takenAt, bytes: 1_000, sha256: 'a'.repeat(64), where: 'nas' };

  /** So many nights of copies of these sizes, one after the other. */
  function nights(sizes: readonly number[]) {
    let memory: unknown = null;
    return sizes.map((bytes, index) => {
      const at = night + index * 24 * hour;
      const reading = backup.read(config, ping({ taken_at: new Date(at - hour).toISOString(), bytes }, at), memory);
      memory = reading.memory;
      return reading;
    });
  }

  it('is due from the time its newest copy was taken, not from the ping', () => {
    const { outcome, anchorAt, memory } = backup.read(config, ping(copy), null);
    expect([outcome, anchorAt]).toEqual(['ok', night - hour]);
    expect(memory).toMatchObject({ where: 'nas' });
    expect(backup.expectation(config).due(anchorAt).deadlineAt).toBe(night - hour + 26 * hour);
  });

  it('takes the instant in seconds as well, and keys of its own', () => {
    const { anchorAt } = backup.read(config, ping({ taken_at: night / 1_000, bytes: 5, tool: 'pg_dump' }), null);
    expect(anchorAt).toBe(night);
  });

  it('fails when its newest copy is older than promised', () => {
    const old = { ...copy, taken_at: new Date(night - 30 * hour).toISOString() };
    expect(backup.read(config, ping(old), null)).toMatchObject({
      outcome: 'fail',
      reason: 'backup: the newest copy is 30.0 h old, promised at most 26h',
    });
  });

  it('goes by its newest copy when an older one is stated after it', () => {
    const first = backup.read(config, ping(copy), null);
    const older = { ...copy, taken_at: new Date(night - 40 * hour).toISOString() };
    expect(backup.read(config, ping(older), first.memory)).toMatchObject({ outcome: 'ok', anchorAt: night - hour });
  });

  it('fails when the size is far from the median of the last copies, and never for the first three', () => {
    expect(nights([10, 4_000, 900]).map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
    const [small] = nights([1_000, 1_100, 900, 1_000, 499]).slice(-1);
    expect(small).toMatchObject({
      outcome: 'fail',
      reason: 'backup: the newest copy has 499 bytes, expected 0.5 to 2 times the 1000 bytes that are usual',
    });
    expect(nights([1_000, 1_000, 1_000, 2_001]).at(-1)?.outcome).toBe('fail');
    expect(nights([1_000, 1_000, 1_000, 2_000, 500]).map(({ outcome }) => outcome)).toEqual(Array(5).fill('ok'));
  });

  it('gets used to a size that stays', () => {
    const outcomes = nights([...Array(7).fill(1_000), ...Array(8).fill(9_000)]).map(({ outcome }) => outcome);
    expect(outcomes[7]).toBe('fail');
    expect(outcomes.at(-1)).toBe('ok');
  });

  it.each([
    [null, 'the ping has no body'],
    ['', 'the ping has no body'],
    ['done', 'the body is not JSON'],
    ['[]', 'the body is not a JSON object'],
    [{ bytes: 1 }, 'expected taken_at to be an instant such as "2026-01-31T02:10:00Z"'],
    [{ taken_at: '2026-01-10', bytes: 1 }, 'expected taken_at to be an instant'],
    [{ taken_at: '2026-01-10T02:00:00', bytes: 1 }, 'expected taken_at to be an instant'],
    [{ ...copy, bytes: -1 }, 'expected bytes to be a whole number of bytes'],
    [{ ...copy, bytes: '12' }, 'expected bytes to be a whole number of bytes'],
    [{ ...copy, sha256: 'abc' }, 'expected sha256 to be 64 hexadecimal digits'],
    [{ ...copy, bytes: 0 }, 'the newest copy is empty'],
    [{ ...copy, taken_at: '2027-01-01T00:00:00Z' }, 'the copy was taken in the future'],
  ])('with the body %j fails and says why', (body, sentence) => {
    const { outcome, reason } = backup.read(config, ping(body), null);
    expect(outcome).toBe('fail');
    expect(reason).toContain(`backup: ${sentence}`);
  });

  it('fails when the body was cut', () => {
    const { reason } = backup.read(config, { ...ping(copy), isCut: true }, null);
    expect(reason).toContain('the body is longer than what is kept');
  });

  it('makes do with a memory of another form', () => {
    expect(backup.read(config, ping(copy), { copies: 'many' }).outcome).toBe('ok');
  });
});

describe('a restore drill', () => {
  const config = { maxAge: '31d', allowedDifferences: 0 };
  const drill = { duration: '41m', restored: 'database of 10 January', rows_differ: 0 };

  it('proves a restore until it is older than promised', () => {
    const { outcome, anchorAt, memory } = restoreDrill.read(config, ping(drill), null);
    expect([outcome, anchorAt]).toEqual(['ok', night]);
    expect(memory).toEqual({ provenAt: night, tookMs: 41 * 60_000, restored: 'database of 10 January' });
    expect(restoreDrill.expectation(config).due(night).deadlineAt).toBe(night + 31 * 24 * hour);
  });

  it('proves nothing when more rows differ than allowed', () => {
    expect(restoreDrill.read(config, ping({ ...drill, rows_differ: 2 }), null)).toMatchObject({
      outcome: 'fail',
      reason: 'restore: 2 rows of database of 10 January differ, allowed 0',
    });
    expect(
      restoreDrill.read({ ...config, allowedDifferences: 2 }, ping({ ...drill, rows_differ: 2 }), null),
    ).toMatchObject({
      outcome: 'ok',
    });
  });

  it.each([
    ['fine', 'the body is not JSON'],
    [{ restored: 'all', rows_differ: 0 }, 'expected duration to be a duration'],
    [{ ...drill, duration: 'long' }, 'expected duration to be a duration'],
    [{ ...drill, restored: '' }, 'expected restored to be a text'],
    [{ ...drill, rows_differ: null }, 'expected rows_differ to be a whole number of rows'],
  ])('with the body %j fails and says why', (body, sentence) => {
    const { outcome, reason } = restoreDrill.read(config, ping(body), null);
    expect(outcome).toBe('fail');
    expect(reason).toContain(`restore: ${sentence}`);
  });
});
