import { z } from 'zod';
import { DomainError } from './error.ts';
import { localeSchema } from './locale.ts';
import { bodySchema, titleSchema } from './staffText.ts';
import type { ComponentState } from './status.ts';

/** The stages of a maintenance, in Statuspage's words and one of our own: what is cancelled stays on record. */
export const maintenanceStatuses = ['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled'] as const;
export type MaintenanceStatus = (typeof maintenanceStatuses)[number];

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Planned work that takes less than a minute is not worth announcing; what takes longer than a month is a project. */
const shortestMs = minuteMs;
const longestMs = 31 * dayMs;
/** Nobody keeps a promise about a day further away. */
const furthestMs = 2 * 365 * dayMs;

/** An instant as RFC 3339 writes it, with its offset, the seconds left out at will; inside, epoch milliseconds. */
const instantSchema = z
  .union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })], {
    error: 'an instant with its offset, such as "2026-12-01T02:00Z"',
  })
  .transform((text) => Date.parse(text));

/** Slugs of components, each once. */
const slugsSchema = z.array(z.string()).transform((slugs) => [...new Set(slugs)]);

/** The same words in other languages, by language; what is left out is shown as it was written. */
const translationSchema = z.strictObject({ title: titleSchema.optional(), body: bodySchema.optional() });
const titledTranslations = z.partialRecord(localeSchema, translationSchema).optional();
const translations = z.partialRecord(localeSchema, translationSchema.omit({ title: true })).optional();

const language = localeSchema.optional().describe('of what is written here; default: the first of the page');

/** Input of a new maintenance. It begins and ends by the clock unless told otherwise. */
export const newMaintenanceSchema = z.strictObject({
  title: titleSchema,
  body: bodySchema,
  /** Slugs of what the work touches. */
  components: slugsSchema.default([]),
  from: instantSchema,
  to: instantSchema,
  startsByItself: z.boolean().default(true),
  endsByItself: z.boolean().default(true),
  language,
  translations: titledTranslations,
});
export type NewMaintenance = z.infer<typeof newMaintenanceSchema>;

const word = { body: bodySchema, language, translations };

/** Input of an update. Without a status it stays as it is; a new title replaces the old one in every language. */
export const maintenanceUpdateSchema = z.strictObject({
  ...word,
  status: z.literal('verifying').optional(),
  title: titleSchema.optional(),
});
export type MaintenanceUpdate = z.infer<typeof maintenanceUpdateSchema>;

/** Input of other times. Without `from` it begins as planned, or has begun. */
export const newTimesSchema = z.strictObject({ ...word, from: instantSchema.optional(), to: instantSchema });
export type NewTimes = z.infer<typeof newTimesSchema>;

/** Input of a beginning or a completion; without words, the usual ones are said, in every language of the page. */
export const stageSchema = z
  .strictObject({ ...word, body: bodySchema.optional() })
  .refine(({ body, translations: others }) => body !== undefined || others === undefined, {
    path: ['body'],
    error: 'the words that these are translations of',
  });
export type Stage = z.infer<typeof stageSchema>;

/** Input of a cancellation: readers who planned around the work are told why it does not come. */
export const cancellationSchema = z.strictObject(word);
export type Cancellation = z.infer<typeof cancellationSchema>;

/** Epoch milliseconds. */
export type Times = { fromAt: number; toAt: number };

const refusal = (pointer: string, detail: string) =>
  new DomainError('invalid', `These times cannot be kept: ${detail}.`, [{ pointer, detail }]);

/**
 * Refuses times that nobody could keep.
 * @throws DomainError `invalid`
 */
export function requireTimes({ fromAt, toAt }: Times, now: number): void {
  if (toAt - fromAt < shortestMs) throw refusal('/to', 'the end is at least a minute after the beginning');
  if (toAt - fromAt > longestMs) throw refusal('/to', 'the work takes no longer than 31 days');
  if (toAt <= now) throw refusal('/to', 'the end lies ahead');
  if (fromAt > now + furthestMs) throw refusal('/from', 'the beginning is no further away than two years');
}

/** Which status may follow which. What is completed or cancelled stays so. */
const followers: Record<MaintenanceStatus, readonly MaintenanceStatus[]> = {
  scheduled: ['in_progress', 'cancelled'],
  in_progress: ['verifying', 'completed', 'cancelled'],
  verifying: ['completed'],
  completed: [],
  cancelled: [],
};

/** Each status as the end of "the maintenance ...". */
const standing: Record<MaintenanceStatus, string> = {
  scheduled: 'has not begun',
  in_progress: 'is in progress',
  verifying: 'is being verified',
  completed: 'is completed',
  cancelled: 'is cancelled',
};

/** True while there is something to come: it is planned or under way. */
export function isAhead({ status }: { status: MaintenanceStatus }): boolean {
  return followers[status].length > 0;
}

/** True while the work is done: its components are in maintenance. */
export function isUnderWay({ status }: { status: MaintenanceStatus }): boolean {
  return status === 'in_progress' || status === 'verifying';
}

/**
 * Refuses a status that may not follow. The same one may while it is not over: more is said, and nothing changes.
 * @throws DomainError `conflict`
 */
export function requireStep({ id, status }: { id: string; status: MaintenanceStatus }, to: MaintenanceStatus): void {
  if (followers[status].includes(to) || (to === status && isAhead({ status }))) return;
  const next = followers[status];
  const hint = next.length === 0 ? 'plan a new one instead' : `what may follow is ${next.join(' or ')}`;
  throw new DomainError('conflict', `Maintenance ${id} ${standing[status]}; ${hint}.`);
}

/**
 * The times after others were set. Of work that has begun only the end can move.
 * @throws DomainError `invalid` for times nobody could keep, `conflict` for a beginning that is past
 */
export function timesAfter(
  before: Times & { id: string; status: MaintenanceStatus },
  { from = before.fromAt, to }: Pick<NewTimes, 'from' | 'to'>,
  now: number,
): Times {
  requireStep(before, before.status);
  if (before.status !== 'scheduled' && from !== before.fromAt)
    throw new DomainError('conflict', `Maintenance ${before.id} has begun; only its end can move.`, [
      { pointer: '/from', detail: 'left out, since it is past' },
    ]);
  const times = { fromAt: from, toAt: to };
  requireTimes(times, now);
  return times;
}

/** What a calendar shows of a maintenance, as far as its owner's plans hang on it. */
export type Planned = Times & { title: string; status: MaintenanceStatus };

/** RFC 5545 section 3.8.7.4: the number of a version rises when its time, status or title is another; words alone leave it. */
export function sequenceAfter(sequence: number, before: Planned, after: Planned): number {
  const keys = ['fromAt', 'toAt', 'title', 'status'] as const;
  return keys.some((key) => before[key] !== after[key]) ? sequence + 1 : sequence;
}

/** What the clock does by itself. */
export type Clockwork = { startsByItself: boolean; endsByItself: boolean };

/** When the clock has to do with a maintenance next; null where it has not. */
export function dueAt({
  fromAt,
  toAt,
  status,
  startsByItself,
  endsByItself,
}: Omit<Planned, 'title'> & Clockwork): number | null {
  if (status === 'scheduled') return startsByItself ? fromAt : null;
  return isUnderWay({ status }) && endsByItself ? toAt : null;
}

/**
 * True where planned work holds a component's state: whatever is seen or said of it meanwhile turns it only once the
 * last work on it is over.
 */
export function isHeld({ state }: { state: ComponentState }): boolean {
  return state === 'maintenance';
}
