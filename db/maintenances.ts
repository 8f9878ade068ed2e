import { and, asc, desc, inArray, lte, sql } from 'drizzle-orm';
import { automaticText } from '#core/automaticWords.ts';
import { DomainError } from '#core/error.ts';
import type { Actor, EventType } from '#core/event.ts';
import { translated, wordsOf } from '#core/incidentFacts.ts';
import type { PageLocales, TranslatedText } from '#core/locale.ts';
import {
  type Cancellation,
  dueAt,
  type MaintenanceStatus,
  type MaintenanceUpdate,
  type NewMaintenance,
  type NewTimes,
  requireStep,
  requireTimes,
  type Stage,
  timesAfter,
} from '#core/maintenance.ts';
import type { Change, Database, EventDraft, Statement } from './client.ts';
import { type ComponentRow, listComponents } from './components.ts';
import { holdComponents, releaseHeld } from './holds.ts';
import { newId } from './id.ts';
import { readLanguages } from './languages.ts';
import {
  addMaintenanceUpdate,
  type MaintenanceRow,
  type MaintenanceWord,
  type Replanned,
  recordMaintenance,
} from './maintenanceWords.ts';
import { maintenanceComponents, maintenances, maintenanceUpdates } from './schema.ts';

export type MaintenanceUpdateRow = typeof maintenanceUpdates.$inferSelect;

/** A maintenance with its words, newest first, and the ids of what it touches. */
export type MaintenanceDetail = MaintenanceRow & { updates: MaintenanceUpdateRow[]; componentIds: string[] };

/** One maintenance with everything in it, or null. */
export async function findMaintenance(db: Database, id: string): Promise<MaintenanceDetail | null> {
  const [detail] = await findMaintenances(db, [id]);
  return detail ?? null;
}

/** The maintenances of those ids, in no order; at most a few hundred. */
export async function findMaintenances(db: Database, ids: readonly string[]): Promise<MaintenanceDetail[]> {
  return withDetails(
    db,
    await db.orm
      .select()
      .from(maintenances)
      .where(inArray(maintenances.id, [...ids])),
  );
}

/** The maintenances, the furthest ahead first; with `open` only those planned or under way. */
export async function listMaintenances(
  db: Database,
  { open = false, limit }: { open?: boolean; limit: number },
): Promise<MaintenanceDetail[]> {
  const isOpen = inArray(maintenances.status, ['scheduled', 'in_progress', 'verifying']);
  const rows = await db.orm
    .select()
    .from(maintenances)
    .where(open ? isOpen : undefined)
    .orderBy(desc(maintenances.scheduledFromAt), desc(maintenances.id))
    .limit(limit);
  return withDetails(db, rows);
}

/** The next maintenances after the given one, the furthest ahead first. */
export async function pageMaintenances(
  db: Database,
  after: Pick<MaintenanceRow, 'scheduledFromAt' | 'id'> | null,
  limit: number,
): Promise<MaintenanceDetail[]> {
  const { scheduledFromAt: fromAt, id } = maintenances;
  const rows = await db.orm
    .select()
    .from(maintenances)
    .where(
      after
        ? and(lte(fromAt, after.scheduledFromAt), sql`(${fromAt}, ${id}) < (${after.scheduledFromAt}, ${after.id})`)
        : undefined,
    )
    .orderBy(desc(fromAt), desc(id))
    .limit(limit);
  return withDetails(db, rows);
}

async function withDetails(db: Database, rows: readonly MaintenanceRow[]): Promise<MaintenanceDetail[]> {
  const ids = rows.map((row) => row.id);
  const words = await db.orm
    .select()
    .from(maintenanceUpdates)
    .where(inArray(maintenanceUpdates.maintenanceId, ids))
    .orderBy(desc(maintenanceUpdates.seq));
  const named = await db.orm
    .select()
    .from(maintenanceComponents)
    .where(inArray(maintenanceComponents.maintenanceId, ids))
    .orderBy(asc(maintenanceComponents.componentId));
  const wordsOf = Map.groupBy(words, (row) => row.maintenanceId);
  const namedBy = Map.groupBy(named, (row) => row.maintenanceId);
  return rows.map((row) => ({
    ...row,
    updates: wordsOf.get(row.id) ?? [],
    componentIds: (namedBy.get(row.id) ?? []).map(({ componentId }) => componentId),
  }));
}

async function requireMaintenance(db: Database, id: string): Promise<MaintenanceDetail> {
  const maintenance = await findMaintenance(db, id);
  if (!maintenance) throw new DomainError('not_found', `There is no maintenance ${id}.`);
  return maintenance;
}

function requireComponents(slugs: readonly string[], known: readonly ComponentRow[]): ComponentRow[] {
  const bySlug = new Map(known.map((row) => [row.slug, row]));
  return slugs.map((slug, index) => {
    const row = bySlug.get(slug);
    if (row) return row;
    throw new DomainError('invalid', `There is no component "${slug}".`, [
      { pointer: `/components/${index}`, detail: `expected one of ${[...bySlug.keys()].join(', ')}` },
    ]);
  });
}

/**
 * Plans work and announces it.
 * @throws DomainError `invalid` when a component does not exist, a language is not one of the page's, or nobody could
 * keep the times
 */
export async function scheduleMaintenance(
  db: Database,
  input: NewMaintenance,
  actor: Actor,
  now: number,
): Promise<MaintenanceDetail> {
  const { components, from, to, startsByItself, endsByItself } = input;
  requireTimes({ fromAt: from, toAt: to }, now);
  const status = 'scheduled';
  const planned = {
    id: newId(),
    status,
    updateSeq: 0,
    sequence: 0,
    scheduledFromAt: from,
    scheduledToAt: to,
    startsByItself,
    endsByItself,
    nextDueAt: dueAt({ fromAt: from, toAt: to, status, startsByItself, endsByItself }),
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    endedAt: null,
  } as const;
  await db.change(async () => {
    const named = requireComponents(components, await listComponents(db));
    const { locales } = await readLanguages(db);
    const word = { status, body: wordsOf(input, locales, now).body, automatic: false } as const;
    const { text, language, translations } = translated(input, 'title', input.title, locales);
    const row = { ...planned, title: text, language, translations };
    const first = addMaintenanceUpdate(db, row, word, now);
    const names = named.map(({ id }) => ({ maintenanceId: row.id, componentId: id }));
    return {
      statements: [
        db.orm.insert(maintenances).values(row),
        ...(names.length > 0 ? [db.orm.insert(maintenanceComponents).values(names)] : []),
        ...first.statements,
      ],
      ...recordMaintenance('maintenance.scheduled', row.id, first.updateId, actor, now),
      value: undefined,
    };
  });
  return requireMaintenance(db, planned.id);
}

/** What a word is, besides its text. */
type Deed = {
  type: Extract<EventType, `maintenance.${string}`>;
  word: MaintenanceWord;
  actor: Actor;
  change?: Replanned;
  /** Shown to everyone, told to nobody. */
  quiet?: boolean;
};

/** What turns with the stage: components go into maintenance and come back. */
async function turned(
  db: Database,
  maintenance: MaintenanceDetail,
  to: MaintenanceStatus,
  now: number,
): Promise<{ statements: Statement[]; events: EventDraft[] }> {
  const { id, status, componentIds } = maintenance;
  if (to === 'in_progress' && status === 'scheduled') return holdComponents(db, componentIds, now);
  if (to === 'completed' || to === 'cancelled') return releaseHeld(db, id, componentIds, now);
  return { statements: [], events: [] };
}

/**
 * Decides a word about a maintenance and everything that follows from it.
 * @throws DomainError `conflict` when its status may not follow
 */
export async function decideWord(
  db: Database,
  maintenance: MaintenanceDetail,
  { type, word, actor, change = {}, quiet = false }: Deed,
  now: number,
): Promise<Change<true>> {
  requireStep(maintenance, word.status);
  const added = addMaintenanceUpdate(db, maintenance, word, now, change);
  const { statements, events } = await turned(db, maintenance, word.status, now);
  const recorded = recordMaintenance(type, maintenance.id, added.updateId, actor, now, quiet);
  return {
    statements: [...added.statements, ...statements],
    events: [...recorded.events, ...events],
    audits: recorded.audits,
    value: true,
  };
}

async function say(
  db: Database,
  id: string,
  now: number,
  decide: (maintenance: MaintenanceDetail, pageLocales: PageLocales) => Deed,
): Promise<MaintenanceDetail> {
  await db.change(async () => {
    const maintenance = await requireMaintenance(db, id);
    const { locales } = await readLanguages(db);
    return decideWord(db, maintenance, decide(maintenance, locales), now);
  });
  return requireMaintenance(db, id);
}

/** The words of a beginning or a completion; the usual ones where nobody found others. */
function stageBody(
  { body, ...others }: Stage,
  usual: 'beginning' | 'completion',
  pageLocales: PageLocales,
  now: number,
): TranslatedText {
  if (body === undefined) return automaticText(pageLocales, (words) => words[usual]);
  return wordsOf({ body, ...others }, pageLocales, now).body;
}

/** Says more, and where it is meant, that the work is being verified or that it has a better title. */
export function updateMaintenance(db: Database, id: string, input: MaintenanceUpdate, actor: Actor, now: number) {
  return say(db, id, now, ({ status }, locales) => ({
    type: 'maintenance.updated',
    word: { status: input.status ?? status, body: wordsOf(input, locales, now).body, automatic: false },
    actor,
    change: input.title === undefined ? {} : { title: translated(input, 'title', input.title, locales) },
  }));
}

/** Sets other times, and says why. */
export function rescheduleMaintenance(db: Database, id: string, input: NewTimes, actor: Actor, now: number) {
  return say(db, id, now, (maintenance, locales) => {
    const { status, scheduledFromAt: fromAt, scheduledToAt: toAt } = maintenance;
    return {
      type: 'maintenance.updated',
      word: { status, body: wordsOf(input, locales, now).body, automatic: false },
      actor,
      change: timesAfter({ id, status, fromAt, toAt }, input, now),
    };
  });
}

/** Begins the work: what it touches is in maintenance until it ends. */
export function beginMaintenance(db: Database, id: string, input: Stage, actor: Actor, now: number) {
  return say(db, id, now, (maintenance, locales) => {
    if (maintenance.status !== 'scheduled') throw alreadyBegun(maintenance);
    const body = stageBody(input, 'beginning', locales, now);
    return { type: 'maintenance.started', word: { status: 'in_progress', body, automatic: false }, actor };
  });
}

function alreadyBegun({ id }: MaintenanceRow): DomainError {
  return new DomainError('conflict', `Maintenance ${id} has begun already, or is over.`);
}

/** Ends the work: what it touched is again what the probes see of it. */
export function completeMaintenance(db: Database, id: string, input: Stage, actor: Actor, now: number) {
  return say(db, id, now, (_, locales) => ({
    type: 'maintenance.completed',
    word: { status: 'completed', body: stageBody(input, 'completion', locales, now), automatic: false },
    actor,
  }));
}

/** Calls the work off, before or while it is done. It stays on record. */
export function cancelMaintenance(db: Database, id: string, input: Cancellation, actor: Actor, now: number) {
  return say(db, id, now, (_, locales) => ({
    type: 'maintenance.cancelled',
    word: { status: 'cancelled', body: wordsOf(input, locales, now).body, automatic: false },
    actor,
  }));
}
