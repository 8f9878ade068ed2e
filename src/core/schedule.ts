import { Cron } from 'croner';
import { z } from 'zod';

/** When a job is to say something: so often, or at the times of a cron expression (five fields) in a time zone. */
export type Schedule = { everyMs: number } | { cron: string; timeZone: string };

/** A leap day comes at the latest eight years after the last one, so what fires at all fires soon after this day. */
const anyDay = new Date(0);

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

/** An IANA time zone. */
export const timeZoneSchema = z.string().refine(isTimeZone, 'an IANA time zone, such as "Europe/Lisbon"');

function nextFire(cron: string, timeZone: string, after: Date): Date | null {
  return new Cron(cron, { mode: '5-part', timezone: timeZone, paused: true }).nextRun(after);
}

function firesSometime(cron: string): boolean {
  try {
    return nextFire(cron, 'UTC', anyDay) !== null;
  } catch {
    return false;
  }
}

/** A cron expression of five fields that fires at least once. */
export const cronSchema = z
  .string()
  .max(200)
  .refine(firesSometime, 'a cron expression of five fields that fires on some day, such as "30 2 * * *"');

/**
 * The first instant after `at` that the schedule names, epoch ms. A time that the clocks skip in spring counts as the
 * first one after the gap; one that they show twice in autumn counts once, unless the expression names every hour.
 */
export function nextAfter(schedule: Schedule, at: number): number {
  if ('everyMs' in schedule) return at + schedule.everyMs;
  return nextFire(schedule.cron, schedule.timeZone, new Date(at))?.getTime() ?? Number.POSITIVE_INFINITY;
}
