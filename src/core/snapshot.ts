import { z } from 'zod';
import { brandSchema } from './brand.ts';
import { impacts, incidentRoles, incidentStatuses, isOpen } from './incident.ts';
import {
  componentTranslationsSchema,
  type Locale,
  localeSchema,
  type TranslatedText,
  translatedTextSchema,
  translationsSchema,
} from './locale.ts';
import { lossSchema } from './loss.ts';
import { isAhead, isUnderWay, maintenanceStatuses } from './maintenance.ts';
import { snapshotPostmortemSchema } from './postmortem.ts';
import { componentStates } from './status.ts';

const instant = z.number().int().describe('epoch milliseconds');
const state = z.enum(componentStates);
const language = localeSchema.nullable().describe('that staff wrote in; null: the first of the page');
const weight = z.number().min(0).max(1);

export const snapshotDaySchema = z.object({
  date: z.string().describe('UTC date, YYYY-MM-DD'),
  state,
  failingMs: z.number().int(),
  uptime: z.number().min(0).max(1).nullable(),
});

export const snapshotYearSchema = z.object({
  year: z.number().int().describe('UTC'),
  firstDayAt: instant.describe('start of its first day: that of the year, or of the day the component came'),
  states: z
    .string()
    .regex(/^[odpxmu]+$/)
    .describe('a letter a day, its worst state, see core/years.ts'),
  failingMs: z.number().int(),
  uptime: z.number().min(0).max(1).nullable(),
});

const milliseconds = z.array(z.number().int().min(0).nullable());

/** Steps of the same length, oldest first; null where nothing was measured. */
const latencySeriesSchema = z.object({
  fromAt: instant.describe('start of the first step'),
  p50Ms: milliseconds.describe('what half of the looks did not exceed'),
  p95Ms: milliseconds.describe('what 95 of 100 looks did not exceed'),
});

export const snapshotFlipSchema = z.object({ at: instant, from: state, to: state });

export const snapshotComponentSchema = z.object({
  id: z.string().describe('opaque, 12 lower-case letters and digits'),
  slug: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  translations: componentTranslationsSchema.describe('its name and description in other languages'),
  group: z.string().nullable().describe('name of the group it is listed under'),
  position: z.number().int(),
  state,
  sinceAt: instant.describe('when it entered its state'),
  createdAt: instant,
  updatedAt: instant,
  dependsOn: z.array(z.string()).describe('ids of the components it stands on'),
  days: z.array(snapshotDaySchema).describe('oldest first, today last'),
  uptime: z.number().min(0).max(1).nullable().describe('over the days shown; null when mostly unknown'),
  years: z.array(snapshotYearSchema).describe('since it came, oldest first, this year last'),
  latency: z
    .object({
      hours: latencySeriesSchema.describe('the last 24 hours that are over'),
      days: latencySeriesSchema.describe('the 90 UTC days before today; the newest ones follow once they are closed'),
    })
    .nullable()
    .describe('of all its probes together; null when nothing was measured in that time'),
  flips: z.array(snapshotFlipSchema).describe('the last 50 changes of state, newest first, without their reasons'),
});

export const snapshotUpdateSchema = z.object({
  id: z.string(),
  seq: z.number().int().describe('1 for the first post'),
  status: z.enum(incidentStatuses),
  body: z.string().describe('Markdown as written; render it only through core/markdown.ts'),
  language,
  translations: translationsSchema.describe('the body in other languages'),
  at: instant,
  automatic: z.boolean().describe('written by the probes, not by a person'),
});

export const snapshotIncidentSchema = z.object({
  id: z.string(),
  title: z.string(),
  language,
  translations: translationsSchema.describe('the title in other languages'),
  status: z.enum(incidentStatuses),
  impact: z.enum(impacts),
  startedAt: instant.describe('when it began to be felt'),
  createdAt: instant,
  updatedAt: instant,
  monitoringAt: instant.nullable(),
  resolvedAt: instant.nullable(),
  nextUpdateDueAt: instant.nullable().describe('the promise: the next update comes no later than this'),
  workaround: translatedTextSchema.nullable().describe('what readers can do meanwhile, Markdown'),
  loss: lossSchema.nullable().describe('what of the data is lost, or that nothing is; null while nobody has said'),
  components: z.array(z.object({ id: z.string(), role: z.enum(incidentRoles), state })),
  updates: z.array(snapshotUpdateSchema).describe('newest first'),
});

export const snapshotMaintenanceUpdateSchema = z.object({
  id: z.string(),
  seq: z.number().int().describe('1 for the announcement'),
  status: z.enum(maintenanceStatuses),
  body: z.string().describe('Markdown as written; render it only through core/markdown.ts'),
  language,
  translations: translationsSchema.describe('the body in other languages'),
  at: instant,
  automatic: z.boolean().describe('said by the clock, not by a person'),
});

export const snapshotMaintenanceSchema = z.object({
  id: z.string(),
  title: z.string(),
  language,
  translations: translationsSchema.describe('the title in other languages'),
  status: z.enum(maintenanceStatuses),
  sequence: z.number().int().describe('rises when its times, status or title change (RFC 5545 section 3.8.7.4)'),
  scheduledFromAt: instant,
  scheduledToAt: instant,
  startsByItself: z.boolean(),
  endsByItself: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
  startedAt: instant.nullable().describe('when the work began'),
  endedAt: instant.nullable().describe('when it was completed or cancelled'),
  componentIds: z.array(z.string()),
  updates: z.array(snapshotMaintenanceUpdateSchema).describe('newest first'),
});

/**
 * Everything that the public may see, as one value. Pages, feeds, JSON and badges are functions of it; what is
 * not in here cannot leak.
 */
export const snapshotSchema = z.object({
  revision: z.number().int().describe('rises with every change'),
  generatedAt: instant,
  page: z.object({
    name: z.string(),
    url: z.string().describe('public origin without trailing slash'),
    about: z.string().nullable(),
    supportUrl: z.string().nullable(),
    brand: brandSchema,
    translations: z
      .partialRecord(localeSchema, z.object({ about: z.string().exactOptional() }))
      .describe('what it says of itself in other languages'),
    locales: z.array(localeSchema).min(1).describe('languages of the page, the default first'),
  }),
  uptimeWeights: z
    .object({ major_outage: weight, partial_outage: weight, degraded: weight })
    .describe('what each failing state costs in uptime'),
  state: state.describe('of the whole platform'),
  components: z.array(snapshotComponentSchema).describe('in the order of the page'),
  incidents: z.array(snapshotIncidentSchema).describe('newest first'),
  maintenances: z.array(snapshotMaintenanceSchema).describe('the furthest ahead first'),
  postmortems: z.array(snapshotPostmortemSchema).describe('newest first'),
});

export type Snapshot = z.infer<typeof snapshotSchema>;
/** The part of it that the database tells; postmortems are files. */
export type StoredSnapshot = Omit<Snapshot, 'postmortems'>;
export type SnapshotComponent = z.infer<typeof snapshotComponentSchema>;
export type SnapshotIncident = z.infer<typeof snapshotIncidentSchema>;
export type SnapshotUpdate = z.infer<typeof snapshotUpdateSchema>;
export type SnapshotMaintenance = z.infer<typeof snapshotMaintenanceSchema>;
export type SnapshotMaintenanceUpdate = z.infer<typeof snapshotMaintenanceUpdateSchema>;
export type SnapshotDay = z.infer<typeof snapshotDaySchema>;
export type SnapshotYear = z.infer<typeof snapshotYearSchema>;
export type SnapshotFlip = z.infer<typeof snapshotFlipSchema>;
export type SnapshotLatency = NonNullable<SnapshotComponent['latency']>;
export type LatencySeries = z.infer<typeof latencySeriesSchema>;

/** The incidents that are not resolved, newest first. */
export function openIncidents(snapshot: Snapshot): SnapshotIncident[] {
  return snapshot.incidents.filter(isOpen);
}

/** Planned work that is under way or to come, in the order in which it happens. */
export function plannedMaintenances({ maintenances }: Pick<Snapshot, 'maintenances'>): SnapshotMaintenance[] {
  return maintenances
    .filter(isAhead)
    .toSorted((a, b) => Number(isUnderWay(b)) - Number(isUnderWay(a)) || a.scheduledFromAt - b.scheduledFromAt);
}

/** The first language of the page: what has no language of its own is in it. */
export function defaultLocale({ page }: Pick<Snapshot, 'page'>): Locale {
  return page.locales[0] ?? 'en';
}

/** What has a title, an incident or planned work, and what has a body, an update of either; each with its languages. */
export type Titled = { title: string } & Pick<TranslatedText, 'language' | 'translations'>;
export type Worded = { body: string } & Pick<TranslatedText, 'language' | 'translations'>;

/** The title of an incident or of planned work with its languages. */
export function titleText({ title, language, translations }: Titled): TranslatedText {
  return { text: title, language, translations };
}

/** The body of an update with its languages. */
export function bodyText({ body, language, translations }: Worded): TranslatedText {
  return { text: body, language, translations };
}

/**
 * The same with everything that `status.yaml` says in a reader's language: what the page tells of itself, and what its
 * components are called. What staff write stays as it is: it may have to be marked.
 */
export function inLanguage(snapshot: Snapshot, locale: Locale): Snapshot {
  const { page, components } = snapshot;
  return {
    ...snapshot,
    page: { ...page, ...page.translations[locale] },
    components: components.map((component) => ({ ...component, ...component.translations[locale] })),
  };
}
