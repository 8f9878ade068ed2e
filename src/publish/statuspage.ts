import { type Locale, textFor } from '#core/locale.ts';
import {
  defaultLocale,
  openIncidents,
  type Snapshot,
  type SnapshotIncident,
  type SnapshotUpdate,
  titleText,
} from '#core/snapshot.ts';
import type { ComponentState } from '#core/status.ts';
import {
  affectedName,
  bodyOf,
  componentsJson,
  iso,
  isoOrNull,
  type Named,
  pageIdOf,
  statusOf,
} from './statuspageComponents.ts';
import { activeMaintenances, maintenancesJson, upcomingMaintenances } from './statuspageMaintenances.ts';
import type {
  ComponentStatusJson,
  IncidentJson,
  PageJson,
  StatusJson,
  StatuspageFiles,
  UpdateJson,
} from './statuspageSchema.ts';

/** How many incidents Statuspage lists. */
const listLength = 50;

function pageJson(snapshot: Snapshot): PageJson {
  const { name, url } = snapshot.page;
  return { id: pageIdOf(snapshot), name, url, time_zone: 'Etc/UTC', updated_at: iso(snapshot.generatedAt) };
}

/** Statuspage's "top-level status" rules, over components that are not groups. */
export function statusJson(states: readonly ComponentState[]): StatusJson {
  const statuses = states.map((state) => statusOf[state]);
  const some = (status: ComponentStatusJson) => statuses.includes(status);
  const all = (status: ComponentStatusJson) => some(status) && statuses.every((each) => each === status);
  if (all('major_outage')) return { indicator: 'critical', description: 'Major System Outage' };
  if (some('major_outage') || all('partial_outage'))
    return { indicator: 'major', description: 'Partial System Outage' };
  if (some('partial_outage')) return { indicator: 'minor', description: 'Minor Service Outage' };
  if (all('degraded_performance')) return { indicator: 'minor', description: 'Degraded System Service' };
  if (some('degraded_performance')) return { indicator: 'minor', description: 'Partially Degraded Service' };
  if (some('under_maintenance')) return { indicator: 'maintenance', description: 'Service Under Maintenance' };
  return { indicator: 'none', description: 'All Systems Operational' };
}

/** We keep what an incident does to a component, not what each update said of it: it begins and ends with it. */
function affectedJson(
  incident: SnapshotIncident,
  update: SnapshotUpdate,
  named: Named,
): UpdateJson['affected_components'] {
  const affected = incident.components.flatMap(({ id, state }) => {
    const component = named.get(id);
    if (!component) return [];
    const status = statusOf[state];
    return {
      code: id,
      name: affectedName(component),
      old_status: update.seq === 1 ? 'operational' : status,
      new_status: update.status === 'resolved' ? 'operational' : status,
    } as const;
  });
  return affected.length > 0 ? affected : null;
}

function updateJson(incident: SnapshotIncident, update: SnapshotUpdate, named: Named, first: Locale): UpdateJson {
  return {
    id: update.id,
    status: update.status,
    body: bodyOf(update, first),
    incident_id: incident.id,
    created_at: iso(update.at),
    updated_at: iso(update.at),
    display_at: iso(update.at),
    affected_components: affectedJson(incident, update, named),
    deliver_notifications: true,
    custom_tweet: null,
    tweet_id: null,
  };
}

function incidentsJson(snapshot: Snapshot, incidents: readonly SnapshotIncident[]): IncidentJson[] {
  const named: Named = new Map(snapshot.components.map((component) => [component.id, component]));
  const first = defaultLocale(snapshot);
  const rows = new Map(componentsJson(snapshot).map((row) => [row.id, row]));
  return incidents.slice(0, listLength).map((incident) => ({
    id: incident.id,
    name: textFor(titleText(incident), first, first).text,
    status: incident.status,
    created_at: iso(incident.createdAt),
    updated_at: iso(incident.updatedAt),
    monitoring_at: isoOrNull(incident.monitoringAt),
    resolved_at: isoOrNull(incident.resolvedAt),
    impact: incident.impact,
    shortlink: `${snapshot.page.url}/incidents/${incident.id}`,
    started_at: iso(incident.startedAt),
    page_id: pageIdOf(snapshot),
    incident_updates: incident.updates.map((update) => updateJson(incident, update, named, first)),
    components: incident.components.flatMap(({ id }) => rows.get(id) ?? []),
  }));
}

/** Writers of the files under `/api/v2/`, each a function of the snapshot. */
export const statuspageWriters: { [File in keyof StatuspageFiles]: (snapshot: Snapshot) => StatuspageFiles[File] } = {
  'summary.json': (snapshot) => ({
    page: pageJson(snapshot),
    components: componentsJson(snapshot),
    incidents: incidentsJson(snapshot, openIncidents(snapshot)),
    scheduled_maintenances: maintenancesJson(snapshot, [
      ...activeMaintenances(snapshot),
      ...upcomingMaintenances(snapshot),
    ]),
    status: statusJson(snapshot.components.map(({ state }) => state)),
  }),
  'status.json': (snapshot) => ({
    page: pageJson(snapshot),
    status: statusJson(snapshot.components.map(({ state }) => state)),
  }),
  'components.json': (snapshot) => ({ page: pageJson(snapshot), components: componentsJson(snapshot) }),
  'incidents.json': (snapshot) => ({
    page: pageJson(snapshot),
    incidents: incidentsJson(snapshot, snapshot.incidents),
  }),
  'incidents/unresolved.json': (snapshot) => ({
    page: pageJson(snapshot),
    incidents: incidentsJson(snapshot, openIncidents(snapshot)),
  }),
  'incidents/resolved.json': (snapshot) => ({
    page: pageJson(snapshot),
    incidents: incidentsJson(
      snapshot,
      snapshot.incidents.filter(({ status }) => status === 'resolved'),
    ),
  }),
  'scheduled-maintenances.json': (snapshot) => ({
    page: pageJson(snapshot),
    scheduled_maintenances: maintenancesJson(snapshot, snapshot.maintenances),
  }),
  'scheduled-maintenances/upcoming.json': (snapshot) => ({
    page: pageJson(snapshot),
    scheduled_maintenances: maintenancesJson(snapshot, upcomingMaintenances(snapshot)),
  }),
  'scheduled-maintenances/active.json': (snapshot) => ({
    page: pageJson(snapshot),
    scheduled_maintenances: maintenancesJson(snapshot, activeMaintenances(snapshot)),
  }),
};
