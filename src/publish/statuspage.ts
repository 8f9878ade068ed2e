import { hash } from 'node:crypto';
import { type Locale, textFor } from '#core/locale.ts';
import { renderMarkdown } from '#core/markdown.ts';
import {
  bodyText,
  defaultLocale,
  openIncidents,
  type Snapshot,
  type SnapshotComponent,
  type SnapshotIncident,
  type SnapshotUpdate,
  titleText,
} from '#core/snapshot.ts';
import { type ComponentState, worstState } from '#core/status.ts';
import type {
  ComponentJson,
  ComponentStatusJson,
  IncidentJson,
  PageJson,
  StatusJson,
  StatuspageFiles,
  UpdateJson,
} from './statuspageSchema.ts';

/** How many incidents Statuspage lists. */
const listLength = 50;

/** Statuspage has no word for what we could not see, and it is not a failure. */
const statusOf: Record<ComponentState, ComponentStatusJson> = {
  operational: 'operational',
  unknown: 'operational',
  degraded: 'degraded_performance',
  partial_outage: 'partial_outage',
  major_outage: 'major_outage',
  maintenance: 'under_maintenance',
};

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));

/** An id of Statuspage's form for what has none of its own: 12 letters and digits that its name decides. */
function idFrom(text: string): string {
  return BigInt(`0x${hash('sha256', text)}`)
    .toString(36)
    .padStart(12, '0')
    .slice(-12);
}

const pageIdOf = ({ page }: Snapshot) => idFrom(`page ${page.url}`);
const groupIdOf = (group: string) => idFrom(`group ${group}`);

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

function componentJson(component: SnapshotComponent, position: number, pageId: string): ComponentJson {
  return {
    id: component.id,
    name: component.name,
    status: statusOf[component.state],
    created_at: iso(component.createdAt),
    updated_at: iso(component.updatedAt),
    position,
    description: component.description,
    showcase: true,
    start_date: iso(component.createdAt).slice(0, 10),
    group_id: component.group === null ? null : groupIdOf(component.group),
    page_id: pageId,
    group: false,
    only_show_if_degraded: false,
  };
}

function groupJson(
  group: string,
  children: readonly SnapshotComponent[],
  position: number,
  pageId: string,
): ComponentJson {
  const createdAt = Math.min(...children.map((child) => child.createdAt));
  return {
    id: groupIdOf(group),
    name: group,
    status: statusOf[worstState(children.map((child) => child.state))],
    created_at: iso(createdAt),
    updated_at: iso(Math.max(...children.map((child) => child.updatedAt))),
    position,
    description: null,
    showcase: false,
    start_date: null,
    group_id: null,
    page_id: pageId,
    group: true,
    only_show_if_degraded: false,
    components: children.map((child) => child.id),
  };
}

/** One flat list: a group's row, then its children. Positions count within the page or within the group. */
function componentsJson(snapshot: Snapshot): ComponentJson[] {
  const pageId = pageIdOf(snapshot);
  // A component without a group stands for itself; its slug cannot be mistaken for the name of a group.
  const shelves = Map.groupBy(snapshot.components, ({ group, slug }) =>
    group === null ? `/${slug}` : `group ${group}`,
  );
  return [...shelves.values()].flatMap((children, index) => {
    const group = children[0]?.group ?? null;
    const rows = children.map((child, place) => componentJson(child, group === null ? index + 1 : place + 1, pageId));
    return group === null ? rows : [groupJson(group, children, index + 1, pageId), ...rows];
  });
}

/** Staff text as Statuspage's own bodies have it: no paragraphs, but breaks and links. Clients print it raw. */
function bodyOf(update: SnapshotUpdate, first: Locale): string {
  return renderMarkdown(textFor(bodyText(update), first, first).text)
    .trim()
    .replace(/<\/p>\n<p>/g, '<br /><br />')
    .replace(/<br>\n?/g, '<br />')
    .replace(/<\/?p>/g, '');
}

type Named = ReadonlyMap<string, SnapshotComponent>;

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
      name: component.group === null ? component.name : `${component.group} - ${component.name}`,
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
    scheduled_maintenances: [],
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
  'scheduled-maintenances.json': (snapshot) => ({ page: pageJson(snapshot), scheduled_maintenances: [] }),
  'scheduled-maintenances/upcoming.json': (snapshot) => ({ page: pageJson(snapshot), scheduled_maintenances: [] }),
  'scheduled-maintenances/active.json': (snapshot) => ({ page: pageJson(snapshot), scheduled_maintenances: [] }),
};
