import { z } from 'zod';
import { promiseMinutesSchema } from '#core/incident.ts';
import { dayMs, defaultWeights } from '#core/uptime.ts';
import { duration } from './duration.ts';

const line = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'one line of text');

const slug = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case letters, digits and single hyphens, such as "screening-room"');

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
};

const timeZone = z.string().refine(isTimeZone, 'an IANA time zone, such as "Europe/Lisbon"');

const supportUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && ['http:', 'https:', 'mailto:'].includes(new URL(text).protocol),
    'an https:, http: or mailto: address',
  );

// It is written into a style sheet: only the forms that cannot carry anything else.
const accent = z
  .string()
  .regex(
    /^(#[0-9a-f]{3}|#[0-9a-f]{6}|oklch\([\d.]+%? [\d.]+ [\d.]+\))$/i,
    'a colour such as "#1f5f8b" or "oklch(0.5 0.1 240)"',
  );

const weight = z
  .number()
  .min(0)
  .max(1)
  .refine(
    (share) => Math.abs(share * 1_000 - Math.round(share * 1_000)) < 1e-9,
    'a number from 0 to 1 with at most three decimals',
  );

const longestMs = 20_000 * dayMs;

const streak = z.number().int().min(1).max(20);

/** The frame of `status.yaml`. Groups, components and probes refer to each other: see `references.ts`. */
export const statusSchema = z.strictObject({
  page: z.strictObject({
    name: line.describe('of the platform, as visitors know it'),
    about: z.string().trim().max(500).optional(),
    support_url: supportUrl.optional(),
    accent: accent.optional(),
    time_zone: timeZone.default('UTC'),
  }),
  groups: z.array(line).default([]),
  components: z.array(z.unknown()).min(1),
  policies: z
    .strictObject({
      down_after: streak.default(3),
      up_after: streak.default(2),
      open_incidents: z.enum(['publish', 'off']).default('publish'),
      on_recovery: z.enum(['resolve', 'monitor']).default('resolve'),
      next_update_minutes: promiseMinutesSchema.optional(),
      uptime: z
        .strictObject({
          major_outage: weight.default(defaultWeights.major_outage),
          partial_outage: weight.default(defaultWeights.partial_outage),
          degraded: weight.default(defaultWeights.degraded),
        })
        .prefault({}),
      // Nothing is let go before it is folded, a day after it is closed: the least is what that takes.
      retention: z
        .strictObject({
          results: duration(3 * dayMs, longestMs).prefault('7d'),
          hourly_rollups: duration(3 * dayMs, longestMs).prefault('400d'),
          daily_rollups: duration(90 * dayMs, longestMs).optional(),
          flips: duration(90 * dayMs, longestMs).optional(),
        })
        .prefault({}),
    })
    .prefault({}),
  locales: z
    .array(z.enum(['en']))
    .min(1)
    .default(['en']),
});

/** One entry of `components`. */
export const componentSchema = z.strictObject({
  slug,
  name: line,
  description: z.string().trim().max(500).optional(),
  group: line.optional(),
  depends_on: z.array(slug).default([]),
  probes: z.array(z.unknown()).default([]),
});

/** What every probe has, whatever its kind. */
export const probeSchema = z.strictObject({
  kind: z.string(),
  name: slug.optional(),
  interval: duration(1_000, 86_400_000).default(30_000),
  timeout: duration(100, 60_000).optional(),
  when_down: z.enum(['degraded', 'partial_outage', 'major_outage']).default('major_outage'),
  down_after: streak.optional(),
  up_after: streak.optional(),
});
