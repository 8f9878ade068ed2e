import { isOpen } from '#core/incident.ts';
import type { Snapshot, SnapshotComponent, SnapshotIncident, StoredSnapshot } from '#core/snapshot.ts';
import { type ComponentState, overallState, worstState } from '#core/status.ts';
import { daysOf, type Flip, spansOf, uptimeOf } from '#core/uptime.ts';
import type { Database } from './client.ts';
import { type ComponentRow, listComponents, listDependencies } from './components.ts';
import { newestEventId } from './events.ts';
import { type FlipRow, flipsSince } from './flips.ts';
import { type IncidentDetail, listIncidents } from './incidents.ts';

const dayMs = 86_400_000;
/** How many days the bars show. */
const barDays = 90;

/** The flips of the window, led by the state the component was in when the window began. */
function historyOf(component: ComponentRow, rows: readonly FlipRow[], since: number): Flip[] {
  const first = rows[0];
  const start: Flip = first
    ? { to: first.from, at: Math.max(since, component.createdAt) }
    : { to: component.state, at: component.stateSinceAt };
  return [start, ...rows];
}

/** What staff declare in an open incident is shown, where it is worse than what the probes see. */
function declaredStates(open: readonly IncidentDetail[]): Map<string, ComponentState[]> {
  const declared = new Map<string, ComponentState[]>();
  for (const incident of open.filter((each) => !each.automatic))
    for (const { componentId, state } of incident.components)
      declared.set(componentId, [...(declared.get(componentId) ?? []), state]);
  return declared;
}

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

/** Reads what the database holds of everything the public may see, as it is at `now`. */
export async function readSnapshot(db: Database, page: Snapshot['page'], now: number): Promise<StoredSnapshot> {
  // The revision is read first: what changes meanwhile has a higher one and is read again.
  const revision = await newestEventId(db);
  const rows = await listComponents(db);
  const edges = await listDependencies(db);
  const incidents = await listIncidents(db);
  const since = Math.floor(now / dayMs) * dayMs - (barDays - 1) * dayMs;
  const flips = Map.groupBy(
    await flipsSince(
      db,
      rows.map((row) => row.id),
      since,
    ),
    (flip) => flip.componentId,
  );
  const declared = declaredStates(incidents.filter(isOpen));
  const components = rows.map((row): SnapshotComponent => {
    const history = historyOf(row, flips.get(row.id) ?? [], since);
    return {
      id: row.id,
      slug: row.slug,
      name: row.name,
      description: row.description,
      group: row.group,
      position: row.position,
      state: worstState([row.state, ...(declared.get(row.id) ?? [])]),
      sinceAt: row.stateSinceAt,
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
      dependsOn: edges.filter((edge) => edge.from === row.id).map((edge) => edge.to),
      days: daysOf(history, now, barDays),
      uptime: uptimeOf(spansOf(history, Math.max(since, row.createdAt), now)).ratio,
    };
  });
  return {
    revision,
    generatedAt: now,
    page,
    state: overallState(components.map((component) => component.state)),
    components,
    incidents: incidents.map(toIncident),
  };
}
