import { setImmediate as nextTurn } from 'node:timers/promises';
import { and, asc, gt, isNotNull, lte } from 'drizzle-orm';
import type { SnapshotIncident } from '#core/snapshot.ts';
import type { Database } from './client.ts';
import { findIncidents, type IncidentDetail, pageIncidents } from './incidents.ts';
import { events } from './schema.ts';

/** Incidents, or events, that one statement reads at most: more would hold the event loop. */
const sliceIncidents = 50;
const sliceEvents = 500;

/** An incident as the public sees it, and whether the probes opened it. */
export type KnownIncident = { shown: SnapshotIncident; automatic: boolean };

/** All incidents, read once and then kept up with the log of events. */
export type Incidents = {
  /** Reads what changed up to that event. */
  catchUp(revision: number): Promise<void>;
  /** Newest first. The same value stands for the same incident until it changes. */
  all(): readonly KnownIncident[];
};

/** An incident as the public sees it. */
export function toIncident(row: IncidentDetail): SnapshotIncident {
  const { id, title, status, impact, startedAt, createdAt, updatedAt, monitoringAt, resolvedAt, nextUpdateDueAt } = row;
  return {
    id,
    title,
    status,
    impact,
    startedAt,
    createdAt,
    updatedAt,
    monitoringAt,
    resolvedAt,
    nextUpdateDueAt,
    components: row.components.map(({ componentId, role, state }) => ({ id: componentId, role, state })),
    updates: row.updates.map((update) => ({
      id: update.id,
      seq: update.seq,
      status: update.status,
      body: update.body,
      at: update.at,
      automatic: update.automatic,
    })),
  };
}

const known = (row: IncidentDetail): KnownIncident => ({ shown: toIncident(row), automatic: row.automatic });

function newestFirst({ shown: a }: KnownIncident, { shown: b }: KnownIncident): number {
  return b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1);
}

/** Starts with nothing read. */
export function createIncidents(db: Database): Incidents {
  let list: KnownIncident[] = [];
  let revision: number | null = null;

  async function loadAll(): Promise<KnownIncident[]> {
    const found: KnownIncident[] = [];
    for (;;) {
      const slice = await pageIncidents(db, found.at(-1)?.shown ?? null, sliceIncidents);
      found.push(...slice.map(known));
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
    const fresh = new Map<string, KnownIncident>();
    for (let start = 0; start < ids.length; start += sliceIncidents) {
      for (const row of await findIncidents(db, ids.slice(start, start + sliceIncidents)))
        fresh.set(row.id, known(row));
      await nextTurn();
    }
    list = [...fresh.values(), ...list.filter(({ shown }) => !fresh.has(shown.id))].sort(newestFirst);
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
  };
}
