import { z } from 'zod';
import { duration } from '#core/duration.ts';
import { defaultFlapThresholds } from '#core/flap.ts';
import { promiseMinutesSchema } from '#core/incident.ts';
import { type Locale, localeSchema } from '#core/locale.ts';
import { homeLocation } from '#core/location.ts';
import { timeZoneSchema } from '#core/schedule.ts';
import { dayMs, defaultWeights } from '#core/uptime.ts';

// Overrides of the writing direction make a text read as another one; marks (U+200E, U+200F) are how it is written.
const overrides = '\\u202A-\\u202E\\u2066-\\u2069';

const line = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(
    new RegExp(`^[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\uFEFF${overrides}]*$`, 'u'),
    'one line of text without control characters and direction overrides',
  );

const prose = z
  .string()
  .trim()
  .max(500)
  .regex(
    new RegExp(`^[^\\p{Cs}${overrides}\\0-\\x08\\x0B-\\x1F\\x7F-\\x9F]*$`, 'u'),
    'a text without control characters and direction overrides',
  );

/** More rows than a page can show. What follows from components may take time that rises with their square. */
export const componentLimit = 2_000;

const slug = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case letters, digits and single hyphens, such as "screening-room"');

/** Where a link may lead. */
const address = z
  .string()
  .max(2_000)
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

/** Texts by language. Its keys are known, so that another one is told with what it was probably meant to be. */
const byLocale = <Texts extends z.ZodType>(texts: Texts) =>
  z.strictObject({
    en: texts.exactOptional(),
    es: texts.exactOptional(),
    fr: texts.exactOptional(),
    de: texts.exactOptional(),
    pt: texts.exactOptional(),
    it: texts.exactOptional(),
    ru: texts.exactOptional(),
  } satisfies Record<Locale, unknown>);

const fileName = z.string().trim().min(1).max(4_096);

const link = z.strictObject({
  label: line.max(60),
  url: address,
  translations: z.partialRecord(localeSchema, line.max(60)).default({}),
});

const page = z.strictObject({
  name: line.describe('of the platform, as visitors know it'),
  about: prose.optional(),
  support_url: address.optional(),
  accent: z.union([accent, z.strictObject({ light: accent, dark: accent })]).optional(),
  logo: z.union([fileName, z.strictObject({ light: fileName, dark: fileName })]).optional(),
  favicon: fileName.optional(),
  links: z.array(link).max(8).default([]),
  custom_css: fileName.optional(),
  time_zone: timeZoneSchema.default('UTC'),
  translations: byLocale(z.strictObject({ about: prose.exactOptional() })).default({}),
});
export type PageInput = z.output<typeof page>;
/** A place that probes look from. */
const location = z.strictObject({ name: slug, label: line.optional() });
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

const percent = z.number().min(0).max(100);

const anchor = z
  .string()
  .max(260)
  .regex(/^(\[[\da-f:.]+\]|[^\s:/@[\]]+):\d{1,5}$/i, 'a host and a port, such as "9.9.9.9:443" or "[2620:fe::fe]:443"');

/** Three operators that do not depend on each other; two by address, one by name. */
const defaultAnchors = ['1.1.1.1:443', '9.9.9.9:443', 'dns.google:443'];

/** The frame of `status.yaml`. Groups, components and probes refer to each other: see `references.ts`. */
export const statusSchema = z.strictObject({
  page,
  groups: z.array(line).max(componentLimit).default([]),
  locations: z.array(location).max(50).default([]),
  components: z.array(z.unknown()).min(1).max(componentLimit),
  policies: z
    .strictObject({
      down_after: streak.default(3),
      up_after: streak.default(2),
      open_incidents: z.enum(['publish', 'off']).default('publish'),
      on_recovery: z.enum(['resolve', 'monitor']).default('resolve'),
      next_update_minutes: promiseMinutesSchema.optional(),
      flapping: z
        .strictObject({
          start_percent: percent.default(defaultFlapThresholds.start),
          stop_percent: percent.default(defaultFlapThresholds.stop),
        })
        .refine(({ start_percent, stop_percent }) => stop_percent < start_percent, {
          error: 'a stop_percent below start_percent',
        })
        .prefault({}),
      anchors: z.array(anchor).max(10).default(defaultAnchors),
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
  publish: z.strictObject({ targets: z.array(z.unknown()).max(20).default([]) }).prefault({}),
  locales: z
    .array(localeSchema)
    .min(1)
    .refine((list) => new Set(list).size === list.length, 'each language once')
    .default(['en']),
});

/** One entry of `components`. */
export const componentSchema = z.strictObject({
  slug,
  name: line,
  description: prose.optional(),
  group: line.optional(),
  depends_on: z.array(slug).max(componentLimit).default([]),
  runs_on: z.array(line).max(50).default([]),
  translations: byLocale(z.strictObject({ name: line.exactOptional(), description: prose.exactOptional() })).default(
    {},
  ),
  probes: z.array(z.unknown()).default([]),
});

/** What every target has, whatever its kind. */
export const targetSchema = z.strictObject({
  kind: z.string(),
  name: slug.optional(),
  refresh: duration(5_000, dayMs).optional(),
});

/** What every probe has, whatever its kind. */
export const probeSchema = z.strictObject({
  kind: z.string(),
  name: slug.optional(),
  when_down: z.enum(['degraded', 'partial_outage', 'major_outage']).default('major_outage'),
  down_after: streak.optional(),
  up_after: streak.optional(),
});

/** What a probe that looks has besides. */
export const lookSchema = z.strictObject({
  ...probeSchema.shape,
  interval: duration(1_000, 86_400_000).default(30_000),
  timeout: duration(100, 60_000).optional(),
  locations: z.array(slug).min(1).default([homeLocation]),
  quorum: z.number().int().min(1).optional(),
});
