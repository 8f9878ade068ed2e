import type { Snapshot, SnapshotComponent, SnapshotIncident, StoredSnapshot } from '#core/snapshot.ts';
import { type ComponentState, overallState, worstState } from '#core/status.ts';
import { dayStartOf, defaultWeights, type UptimeWeights } from '#core/uptime.ts';
import type { Database } from './client.ts';
import { type ComponentRow, listComponents, listDependencies } from './components.ts';
import { newestEventId } from './events.ts';
import { type Languages, readLanguages } from './languages.ts';
import { createHistories } from './snapshotHistory.ts';
import { createIncidents } from './snapshotIncidents.ts';
import { createLatencies } from './snapshotLatency.ts';
import { createMaintenances } from './snapshotMaintenances.ts';

export type SnapshotSettings = { page: Snapshot['page']; weights: UptimeWeights };

/** Reads what the database holds of everything the public may see, as it is at `now` (epoch ms). */
export type SnapshotReader = (now: number) => Promise<StoredSnapshot>;

/** What is read of the components, and up to which event and for which day. */
type Platform = {
  revision: number;
  dayAt: number;
  rows: ComponentRow[];
  basesOf: Map<string, string[]>;
  translationsOf: Languages['components'];
};

/** What staff declare in an open incident is shown, where it is worse than what the probes see. */
function declaredStates(incidents: readonly SnapshotIncident[]): Map<string, ComponentState[]> {
  const declared = new Map<string, ComponentState[]>();
  for (const { components } of incidents)
    for (const { id, state } of components) declared.set(id, [...(declared.get(id) ?? []), state]);
  return declared;
}

/**
 * A reader that remembers what it has read: from the log of events it knows which incidents and maintenances to read again, from the
 * components' own numbers which flips are new, and closed days come folded. However long the history, one more
 * snapshot reads only what has changed. Snapshots share what did not change and are not to be written to.
 */
export function createSnapshotReader(db: Database, settings: () => SnapshotSettings): SnapshotReader {
  const incidents = createIncidents(db);
  const maintenances = createMaintenances(db);
  const histories = createHistories(db, () => settings().weights);
  const latencies = createLatencies(db);
  let platform: Platform | null = null;
  let last: Promise<unknown> = Promise.resolve();

  async function readPlatform(revision: number, now: number): Promise<Platform> {
    const dayAt = dayStartOf(now);
    if (platform?.revision === revision && platform.dayAt === dayAt) return platform;
    const rows = await listComponents(db);
    const edges = Map.groupBy(await listDependencies(db), ({ from }) => from);
    const basesOf = new Map([...edges].map(([id, own]) => [id, own.map(({ to }) => to)]));
    await histories.catchUp(rows, now);
    const { components: translationsOf } = await readLanguages(db);
    platform = { revision, dayAt, rows, basesOf, translationsOf };
    return platform;
  }

  async function read(now: number): Promise<StoredSnapshot> {
    // The revision is read first: what changes meanwhile has a higher one and is read again.
    const revision = await newestEventId(db);
    await incidents.catchUp(revision);
    await maintenances.catchUp(revision);
    const { rows, basesOf, translationsOf } = await readPlatform(revision, now);
    await latencies.catchUp(rows, now);
    const declared = declaredStates(incidents.declared());
    const components = rows.map(
      (row): SnapshotComponent => ({
        id: row.id,
        slug: row.slug,
        name: row.name,
        description: row.description,
        translations: translationsOf[row.slug] ?? {},
        group: row.group,
        position: row.position,
        state: worstState([row.state, ...(declared.get(row.id) ?? [])]),
        sinceAt: row.stateSinceAt,
        createdAt: row.createdAt,
        updatedAt: row.updatedAt,
        dependsOn: basesOf.get(row.id) ?? [],
        ...histories.at(row, now),
        latency: latencies.of(row.id),
      }),
    );
    return {
      revision,
      generatedAt: now,
      page: settings().page,
      uptimeWeights: settings().weights,
      state: overallState(components.map((component) => component.state)),
      components,
      incidents: incidents.all(),
      maintenances: maintenances.all(),
    };
  }

  return (now) => {
    const turn = last.then(() => read(now));
    last = turn.catch(() => {});
    return turn;
  };
}

/** Reads one snapshot from nothing; whoever reads more than one keeps a reader. */
export function readSnapshot(
  db: Database,
  page: Snapshot['page'],
  now: number,
  weights: UptimeWeights = defaultWeights,
): Promise<StoredSnapshot> {
  return createSnapshotReader(db, () => ({ page, weights }))(now);
}
