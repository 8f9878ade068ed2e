import { isOpen } from '#core/incident.ts';
import type { SnapshotIncident } from '#core/snapshot.ts';
import type { Database } from './client.ts';
import { findIncidents, type IncidentDetail, pageIncidents } from './incidents.ts';
import { events } from './schema.ts';
import { type Followed, follow } from './snapshotFollow.ts';

/** All incidents, newest first. */
export type Incidents = Followed<SnapshotIncident> & {
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
  const declared = new Map<string, SnapshotIncident>();

  function show(row: IncidentDetail): SnapshotIncident {
    const shown = toIncident(row);
    if (isOpen(shown) && !row.automatic) declared.set(row.id, shown);
    else declared.delete(row.id);
    return shown;
  }

  const followed = follow(db, {
    named: events.incidentId,
    page: (after, limit) => pageIncidents(db, after, limit),
    find: (ids) => findIncidents(db, ids),
    show,
    isBefore: isNewer,
  });
  return { ...followed, declared: () => [...declared.values()] };
}
