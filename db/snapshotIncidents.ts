import { setImmediate as nextTurn } from 'node:timers/promises';
import { and, asc, gt, isNotNull, lte } from 'drizzle-orm';
import { isOpen } from '#core/incident.ts';
import type { SnapshotIncident } from '#core/snapshot.ts';
import type { Database } from './client.ts';
import { findIncidents, type IncidentDetail, pageIncidents } from './incidents.ts';
import { events } from './schema.ts';

/** Incidents, or events, that one statement reads at most: more would hold the event loop. */
const sliceIncidents = 50;
const sliceEvents = 500;

/** All incidents, read once and then kept up with the log of events. */
export type Incidents = {
  /** Reads what changed up to that event. */
  catchUp(revision: number): Promise<void>;
  /** Newest first, the same list until one changes, and the same value for an incident until it does. */
  all(): SnapshotIncident[];
  /** Those that are open and were opened by staff. */
  declared(): readonly SnapshotIncident[];
};

/** An incident as the public sees it. */
export function toIncident(row: IncidentDetail): SnapshotIncident {
  const { id, title, status, impact, startedAt, createdAt, updatedAt, monitoringAt, resolvedAt, nextUpdateDueAt } = row;
  return {
    id,
    title,
    language: row.language,
    translations: row.translations,
    status,
    impact,
    startedAt,
    createdAt,
    updatedAt,
    monitoringAt,
    resolvedAt,
    nextUpdateDueAt,
    workaround: row.workaround,
    loss: row.loss,
    components: row.components.map(({ componentId, role, state }) => ({ id: componentId, role, state })),
    updates: row.updates.map((update) => ({
      id: update.id,
      seq: update.seq,
      status: update.status,
      body: update.body,
      language: update.language,
      translations: update.translations,
      at: update.at,
      automatic: update.automatic,
    })),
  };
}

function isNewer(a: SnapshotIncident, b: SnapshotIncident): boolean {
  return a.startedAt > b.startedAt || (a.startedAt === b.startedAt && a.id > b.id);
}

/** Starts with nothing read. */
export function createIncidents(db: Database): Incidents {
  let list: SnapshotIncident[] = [];
  const declared = new Map<string, SnapshotIncident>();
  let revision: number | null = null;

  function show(row: IncidentDetail): SnapshotIncident {
    const shown = toIncident(row);
    if (isOpen(shown) && !row.automatic) declared.set(row.id, shown);
    else declared.delete(row.id);
    return shown;
  }

  async function loadAll(): Promise<SnapshotIncident[]> {
    const found: SnapshotIncident[] = [];
    for (;;) {
      const slice = await pageIncidents(db, found.at(-1) ?? null, sliceIncidents);
      found.push(...slice.map(show));
      if (slice.length < sliceIncidents) return found;
      await nextTurn();
    }
  }

  async function changedBetween(after: number, upTo: number): Promise<string[]> {
    const ids = new Set<string>();
    for (let last = after; ; ) {
      const slice = await db.orm
        .select({ id: events.id, incidentId: events.incidentId })
        .from(events)
        .where(and(gt(events.id, last), lte(events.id, upTo), isNotNull(events.incidentId)))
        .orderBy(asc(events.id))
        .limit(sliceEvents);
      for (const { incidentId } of slice) if (incidentId !== null) ids.add(incidentId);
      const newest = slice.at(-1);
      if (!newest || slice.length < sliceEvents) return [...ids];
      last = newest.id;
      await nextTurn();
    }
  }

  async function reread(ids: readonly string[]): Promise<void> {
    const fresh = new Map<string, SnapshotIncident>();
    for (let start = 0; start < ids.length; start += sliceIncidents) {
      for (const row of await findIncidents(db, ids.slice(start, start + sliceIncidents))) fresh.set(row.id, show(row));
      await nextTurn();
    }
    const others = list.filter(({ id }) => !fresh.has(id));
    for (const shown of fresh.values()) {
      const place = others.findIndex((other) => isNewer(shown, other));
      others.splice(place === -1 ? others.length : place, 0, shown);
    }
    list = others;
  }

  return {
    async catchUp(upTo) {
      if (revision === null) list = await loadAll();
      else if (upTo > revision) {
        const ids = await changedBetween(revision, upTo);
        if (ids.length > 0) await reread(ids);
      }
      revision = upTo;
    },
    all: () => list,
    declared: () => [...declared.values()],
  };
}
