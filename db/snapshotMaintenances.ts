import type { SnapshotMaintenance } from '#core/snapshot.ts';
import type { Database } from './client.ts';
import { findMaintenances, type MaintenanceDetail, pageMaintenances } from './maintenances.ts';
import { events } from './schema.ts';
import { type Followed, follow } from './snapshotFollow.ts';

/** A maintenance as the public sees it. */
export function toMaintenance({ updates, ...row }: MaintenanceDetail): SnapshotMaintenance {
  const { updateSeq: _, nextDueAt: __, ...shown } = row;
  return {
    ...shown,
    updates: updates.map(({ maintenanceId: ___, ...update }) => update),
  };
}

function isFurtherAhead(a: SnapshotMaintenance, b: SnapshotMaintenance): boolean {
  return a.scheduledFromAt > b.scheduledFromAt || (a.scheduledFromAt === b.scheduledFromAt && a.id > b.id);
}

/** All maintenances, the furthest ahead first. Starts with nothing read. */
export function createMaintenances(db: Database): Followed<SnapshotMaintenance> {
  return follow(db, {
    named: events.maintenanceId,
    page: (after, limit) => pageMaintenances(db, after, limit),
    find: (ids) => findMaintenances(db, ids),
    show: toMaintenance,
    isBefore: isFurtherAhead,
  });
}
