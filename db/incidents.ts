import { and, desc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import { DomainError } from '#core/error.ts';
import type { Actor } from '#core/event.ts';
import { impactOf, type NewIncident, type NewUpdate, type Resolution, requireOpen } from '#core/incident.ts';
import { type IncidentWords, translated, wordsOf } from '#core/incidentFacts.ts';
import type { Database, Statement } from './client.ts';
import { type ComponentRow, listComponents } from './components.ts';
import { addUpdate, type IncidentRow, newIncidentRow, record, unwritten } from './incidentWords.ts';
import { readLanguages } from './languages.ts';
import { probedComponents } from './probes.ts';
import { declareState } from './results.ts';
import { components, incidentComponents, incidents, updates } from './schema.ts';

export type UpdateRow = typeof updates.$inferSelect;
export type IncidentComponentRow = typeof incidentComponents.$inferSelect;

/** An incident with its words, newest first, and what it names. */
export type IncidentDetail = IncidentRow & { updates: UpdateRow[]; components: IncidentComponentRow[] };

/** One incident with everything in it, or null. */
export async function findIncident(db: Database, id: string): Promise<IncidentDetail | null> {
  const [incident] = await db.orm.select().from(incidents).where(eq(incidents.id, id));
  if (!incident) return null;
  const [detail] = await withDetails(db, [incident]);
  return detail ?? null;
}

/** The incidents, newest first; with `open` only those not resolved. */
export async function listIncidents(
  db: Database,
  filter: { open?: boolean; limit?: number } = {},
): Promise<IncidentDetail[]> {
  const rows = await db.orm
    .select()
    .from(incidents)
    .where(filter.open ? isNull(incidents.resolvedAt) : undefined)
    .orderBy(desc(incidents.startedAt), desc(incidents.id))
    .limit(filter.limit ?? -1);
  return withDetails(db, rows);
}

/** The incidents of those ids, in no order; at most a few hundred. */
export async function findIncidents(db: Database, ids: readonly string[]): Promise<IncidentDetail[]> {
  return withDetails(
    db,
    await db.orm
      .select()
      .from(incidents)
      .where(inArray(incidents.id, [...ids])),
  );
}

/** The next incidents after the given one, newest first. */
export async function pageIncidents(
  db: Database,
  after: Pick<IncidentRow, 'startedAt' | 'id'> | null,
  limit: number,
): Promise<IncidentDetail[]> {
  const { startedAt, id } = incidents;
  const rows = await db.orm
    .select()
    .from(incidents)
    .where(
      after
        ? and(lte(startedAt, after.startedAt), sql`(${startedAt}, ${id}) < (${after.startedAt}, ${after.id})`)
        : undefined,
    )
    .orderBy(desc(startedAt), desc(id))
    .limit(limit);
  return withDetails(db, rows);
}

/** The incidents with their words and what they name. */
export async function withDetails(db: Database, rows: IncidentRow[]): Promise<IncidentDetail[]> {
  const ids = rows.map((row) => row.id);
  // All of them are read at once past this many: a longer list of variables than SQLite takes.
  const few = ids.length <= 500;
  const words = await db.orm
    .select()
    .from(updates)
    .where(few ? inArray(updates.incidentId, ids) : undefined)
    .orderBy(desc(updates.seq));
  const named = await db.orm
    .select()
    .from(incidentComponents)
    .where(few ? inArray(incidentComponents.incidentId, ids) : undefined);
  const wordsOf = Map.groupBy(words, (row) => row.incidentId);
  const namedBy = Map.groupBy(named, (row) => row.incidentId);
  return rows.map((row) => ({ ...row, updates: wordsOf.get(row.id) ?? [], components: namedBy.get(row.id) ?? [] }));
}

export async function requireIncident(db: Database, id: string): Promise<IncidentDetail> {
  const incident = await findIncident(db, id);
  if (!incident) throw new DomainError('not_found', `There is no incident ${id}.`);
  return incident;
}

function requireComponents(declared: NewIncident['components'], known: readonly ComponentRow[]) {
  const bySlug = new Map(known.map((row) => [row.slug, row]));
  return Object.entries(declared).map(([slug, state]) => {
    const row = bySlug.get(slug);
    if (!row)
      throw new DomainError('invalid', `There is no component "${slug}".`, [
        { pointer: `/components/${slug}`, detail: `expected one of ${[...bySlug.keys()].join(', ')}` },
      ]);
    return { row, state };
  });
}

/** What a word sets besides its text. */
function factsOf({ body: _, ...facts }: IncidentWords) {
  return facts;
}

/**
 * Opens an incident with its first update. Components that nobody probes take the declared state; for probed
 * ones it is shown until the incident is resolved.
 * @throws DomainError `invalid` when a component does not exist, or a language is not one of the page's
 */
export async function openIncident(
  db: Database,
  input: NewIncident,
  actor: Actor,
  now: number,
): Promise<IncidentDetail> {
  const id = await db.change(async () => {
    const named = requireComponents(input.components, await listComponents(db));
    const probed = await probedComponents(db);
    const impact = impactOf(named.map(({ state }) => state));
    const { locales } = await readLanguages(db);
    const words = wordsOf(input, locales, now);
    const title = translated(input, 'title', input.title, locales);
    const incident = newIncidentRow(db, { title, impact, automatic: false, startedAt: now }, now);
    const { status, nextUpdateMinutes } = input;
    const draft = { status, ...words, automatic: false, nextUpdateMinutes };
    const first = addUpdate(db, unwritten(incident.id), draft, now);
    const rows = named.map(({ row, state }) => ({
      incidentId: incident.id,
      componentId: row.id,
      role: 'affected' as const,
      state,
    }));
    return {
      statements: [
        incident.statement,
        ...(rows.length > 0 ? [db.orm.insert(incidentComponents).values(rows)] : []),
        ...first.statements,
        ...named.flatMap(({ row, state }) => (probed.has(row.id) ? [] : declareState(db, row, state, now))),
      ],
      ...record('incident.opened', incident.id, first.updateId, actor, now, factsOf(words)),
      value: incident.id,
    };
  });
  return requireIncident(db, id);
}

/**
 * Adds an update to an open incident.
 * @throws DomainError `not_found`, or `conflict` when the incident is resolved
 */
export async function postUpdate(
  db: Database,
  incidentId: string,
  input: NewUpdate,
  actor: Actor,
  now: number,
): Promise<IncidentDetail> {
  await db.change(async () => {
    const incident = await requireIncident(db, incidentId);
    requireOpen(incident);
    const { status = incident.status, nextUpdateMinutes } = input;
    const words = wordsOf(input, (await readLanguages(db)).locales, now);
    const added = addUpdate(db, incident, { status, ...words, automatic: false, nextUpdateMinutes }, now);
    return {
      statements: added.statements,
      ...record('incident.updated', incidentId, added.updateId, actor, now, factsOf(words)),
      value: undefined,
    };
  });
  return requireIncident(db, incidentId);
}

/** Statements that give components nobody probes back to `operational`, unless another open incident names them. */
async function releaseComponents(db: Database, incident: IncidentDetail, now: number): Promise<Statement[]> {
  const ids = incident.components.map((named) => named.componentId);
  const probed = await probedComponents(db);
  const others = (await listIncidents(db, { open: true })).filter((other) => other.id !== incident.id);
  const held = new Set(others.flatMap((other) => other.components.map((named) => named.componentId)));
  const rows = await db.orm.select().from(components).where(inArray(components.id, ids));
  return rows
    .filter((row) => !probed.has(row.id) && !held.has(row.id))
    .flatMap((row) => declareState(db, row, 'operational', now));
}

/**
 * Closes an incident with its last update.
 * @throws DomainError `not_found`, or `conflict` when it is resolved already
 */
export async function resolveIncident(
  db: Database,
  incidentId: string,
  input: Resolution,
  actor: Actor,
  now: number,
): Promise<IncidentDetail> {
  await db.change(async () => {
    const incident = await requireIncident(db, incidentId);
    requireOpen(incident);
    const words = wordsOf(input, (await readLanguages(db)).locales, now);
    const draft = { status: 'resolved', ...words, automatic: actor.kind === 'probe' } as const;
    const added = addUpdate(db, incident, draft, now);
    return {
      statements: [...added.statements, ...(await releaseComponents(db, incident, now))],
      ...record('incident.resolved', incidentId, added.updateId, actor, now, factsOf(words)),
      value: undefined,
    };
  });
  return requireIncident(db, incidentId);
}
