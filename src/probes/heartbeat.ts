import { z } from 'zod';
import { durationText, parseDuration } from '#core/duration.ts';
import { cronSchema, nextAfter, type Schedule, timeZoneSchema } from '#core/schedule.ts';
import type { ListeningKind } from './probe.ts';

const dayMs = 86_400_000;

const schema = z
  .strictObject({
    interval: durationText(1_000, 366 * dayMs)
      .optional()
      .describe('The job reports at least this often, from 1s to 366d. Either this or cron.'),
    cron: cronSchema
      .optional()
      .describe(
        'The job runs at these times: minute, hour, day of month, month, day of week. Either this or interval.',
      ),
    timeZone: timeZoneSchema.optional().describe('IANA time zone of cron. Default: UTC.'),
    grace: durationText(1_000, 31 * dayMs)
      .default('5m')
      .describe('How long it may be late, and how long a run that sent /start may take. Default: 5m.'),
  })
  .superRefine(({ interval, cron, timeZone }, context) => {
    if ((interval === undefined) === (cron === undefined))
      context.addIssue({
        code: 'custom',
        path: cron === undefined ? [] : ['cron'],
        message: 'either interval or cron',
      });
    if (timeZone !== undefined && cron === undefined)
      context.addIssue({ code: 'custom', path: ['timeZone'], message: 'a time zone only beside cron' });
  });

type Config = z.output<typeof schema>;

function scheduleOf({ interval, cron, timeZone }: Config): Schedule {
  return cron === undefined ? { everyMs: parseDuration(interval) } : { cron, timeZone: timeZone ?? 'UTC' };
}

/** Waits for a job to say that it ran: the pings of healthchecks.io and Uptime Kuma. */
export const heartbeat: ListeningKind<Config> = {
  kind: 'heartbeat',
  schema,
  expectation(config) {
    const graceMs = parseDuration(config.grace);
    const schedule = scheduleOf(config);
    return {
      due(anchorAt) {
        const expectedAt = nextAfter(schedule, anchorAt);
        // A job on an interval drifts both ways; one with a timetable is never early.
        const fromAt = 'cron' in schedule ? expectedAt : Math.max(anchorAt, expectedAt - graceMs);
        return { fromAt, deadlineAt: expectedAt + graceMs };
      },
      runLimitMs: graceMs,
    };
  },
  read: (_config, ping, memory) => ({ outcome: 'ok', reason: null, anchorAt: ping.at, memory }),
};
