import { type Locale, textFor } from '#core/locale.ts';
import { isUnderWay, type MaintenanceStatus } from '#core/maintenance.ts';
import {
  defaultLocale,
  type Snapshot,
  type SnapshotMaintenance,
  type SnapshotMaintenanceUpdate,
  titleText,
} from '#core/snapshot.ts';
import { affectedName, bodyOf, componentsJson, iso, isoOrNull, type Named, pageIdOf } from './statuspageComponents.ts';
import type { ComponentStatusJson, MaintenanceJson, UpdateJson } from './statuspageSchema.ts';

/** How many maintenances Statuspage lists. */
const listLength = 50;

/** Statuspage has no word for work that was called off; for whoever waits for its end, it is over. */
function statusOf(status: MaintenanceStatus): MaintenanceJson['status'] {
  return status === 'cancelled' ? 'completed' : status;
}

const effectOf = (status: MaintenanceStatus | undefined): ComponentStatusJson =>
  status !== undefined && isUnderWay({ status }) ? 'under_maintenance' : 'operational';

function updateJson(
  maintenance: SnapshotMaintenance,
  update: SnapshotMaintenanceUpdate,
  before: SnapshotMaintenanceUpdate | undefined,
  named: Named,
  first: Locale,
): UpdateJson {
  const affected = maintenance.componentIds.flatMap((id) => {
    const component = named.get(id);
    if (!component) return [];
    const effects = { old_status: effectOf(before?.status), new_status: effectOf(update.status) };
    return { code: id, name: affectedName(component), ...effects };
  });
  return {
    id: update.id,
    status: statusOf(update.status),
    body: bodyOf(update, first),
    incident_id: maintenance.id,
    created_at: iso(update.at),
    updated_at: iso(update.at),
    display_at: iso(update.at),
    affected_components: affected.length > 0 ? affected : null,
    deliver_notifications: true,
    custom_tweet: null,
    tweet_id: null,
  };
}

/** Planned work in Statuspage's form. Its `started_at` is when it was announced, as Statuspage has it. */
export function maintenancesJson(snapshot: Snapshot, maintenances: readonly SnapshotMaintenance[]): MaintenanceJson[] {
  const named: Named = new Map(snapshot.components.map((component) => [component.id, component]));
  const first = defaultLocale(snapshot);
  const rows = new Map(componentsJson(snapshot).map((row) => [row.id, row]));
  return maintenances.slice(0, listLength).map((maintenance) => {
    const { id, status, createdAt, updatedAt, endedAt, updates, componentIds } = maintenance;
    return {
      id,
      name: textFor(titleText(maintenance), first, first).text,
      status: statusOf(status),
      created_at: iso(createdAt),
      updated_at: iso(updatedAt),
      monitoring_at: null,
      resolved_at: isoOrNull(endedAt),
      impact: 'maintenance',
      shortlink: `${snapshot.page.url}/maintenances/${id}`,
      started_at: iso(createdAt),
      page_id: pageIdOf(snapshot),
      incident_updates: updates.map((update, index) =>
        updateJson(maintenance, update, updates[index + 1], named, first),
      ),
      components: componentIds.flatMap((componentId) => rows.get(componentId) ?? []),
      scheduled_for: iso(maintenance.scheduledFromAt),
      scheduled_until: iso(maintenance.scheduledToAt),
    };
  });
}

/** What is planned and has not begun, the next first. */
export function upcomingMaintenances({ maintenances }: Snapshot): SnapshotMaintenance[] {
  return maintenances.filter(({ status }) => status === 'scheduled').toReversed();
}

/** What is under way. */
export function activeMaintenances({ maintenances }: Snapshot): SnapshotMaintenance[] {
  return maintenances.filter(isUnderWay);
}
