import { describe, expect, it } from 'vitest';
import { cronSchema, nextAfter, timeZoneSchema } from '#core/schedule.ts';

const iso = (at: number) => new Date(at).toISOString();

/** The next instants of a schedule, as ISO texts. */
function fires(cron: string, timeZone: string, from: string, count: number): string[] {
  let at = Date.parse(from);
  return Array.from({ length: count }, () => {
    at = nextAfter({ cron, timeZone }, at);
    return iso(at);
  });
}

describe('a schedule', () => {
  it('on an interval is due that long after the last word', () => {
    expect(nextAfter({ everyMs: 60_000 }, 1_000)).toBe(61_000);
  });

  it('by cron is due at the next time of its zone, never at the instant it counts from', () => {
    expect(fires('30 2 * * *', 'UTC', '2026-01-31T02:30:00Z', 2)).toEqual([
      '2026-02-01T02:30:00.000Z',
      '2026-02-02T02:30:00.000Z',
    ]);
    expect(fires('0 9 * * 1', 'Asia/Tokyo', '2026-01-31T00:00:00Z', 1)).toEqual(['2026-02-02T00:00:00.000Z']);
  });

  it('counts a time that the clocks skip as the first one after the gap', () => {
    expect(fires('30 2 * * *', 'Europe/Berlin', '2026-03-28T02:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  it('counts a time that the clocks show twice once', () => {
    expect(fires('30 2 * * *', 'Europe/Berlin', '2026-10-24T01:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  it('that names every half hour goes on through the repeated hour', () => {
    expect(fires('*/30 * * * *', 'Europe/Berlin', '2026-10-25T00:00:00Z', 4)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:00:00.000Z',
      '2026-10-25T01:30:00.000Z',
      '2026-10-25T02:00:00.000Z',
    ]);
  });

  it('may wait for a leap day', () => {
    expect(cronSchema.safeParse('0 0 29 2 *').success).toBe(true);
    expect(fires('0 0 29 2 *', 'UTC', '2026-03-01T00:00:00Z', 1)).toEqual(['2028-02-29T00:00:00.000Z']);
  });

  it.each(['0 0 31 2 *', '0 0 30 2 *', '0 0 31 4,6,9,11 *', '61 * * * *', '* * * * * *', 'nightly', '', '0 0 0 1 1'])(
    'that never fires or is none, such as %j, is refused',
    (cron) => {
      expect(cronSchema.safeParse(cron).success).toBe(false);
    },
  );

  it('takes the time zones that there are', () => {
    expect(timeZoneSchema.safeParse('Europe/Lisbon').success).toBe(true);
    expect(timeZoneSchema.safeParse('Mars/Olympus').success).toBe(false);
  });
});
