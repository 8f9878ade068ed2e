import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { countLatency, type LatencyHistogram, latencyAt, type OpenHistogram, openHistogram } from '#core/latency.ts';
import type { LatencySeries, SnapshotLatency } from '#core/snapshot.ts';
import { dayMs, dayStartOf } from '#core/uptime.ts';
import type { Database } from './client.ts';
import type { ComponentRow } from './components.ts';
import { bucketColumns, hourMs } from './rollups.ts';
import { probes, results, rollupDays } from './schema.ts';

const hoursShown = 24;
const daysShown = 90;
/** Results that one statement reads at most: more would hold the event loop. */
const sliceResults = 3_000;

/** The component that a probe belongs to, and how many of the probe's days are folded. */
type Probing = { componentId: string; foldedDays: number };

type Memory = {
  /** Looks by the hour, counted from the epoch. */
  hours: Map<number, OpenHistogram>;
  /** True when an hour that is shown was counted further. */
  isBehind: boolean;
  days: LatencySeries;
  /** Moves when a day of one of its probes is folded. */
  foldedDays: number;
  hoursAt: number;
  shown: SnapshotLatency | null;
};

/** The latencies of components, read once and then kept up with what is stored and folded. */
export type Latencies = {
  /** Reads what is new, and forgets all components but these. */
  catchUp(rows: readonly ComponentRow[], now: number): Promise<void>;
  /** What is shown of one component, the same value until there is more; null where nothing was measured. */
  of(id: string): SnapshotLatency | null;
};

/** A number as it is: bound as a parameter it would be a fraction, and so would be what is divided by it. */
const whole = (value: number) => sql.raw(String(value));

/** One statement's rows as one JSON text: a fraction of what as many rows cost. */
async function readJson<Row>(db: Database, query: ReturnType<typeof sql>): Promise<Row[]> {
  const [row] = await db.orm.all<{ json: string }>(query);
  return JSON.parse(row?.json ?? '[]') as Row[];
}

/** By the id of the probe; retired ones are among them: what they measured was so. */
async function readProbings(db: Database): Promise<Map<string, Probing>> {
  const { id, componentId, daysFoldedToAt } = probes;
  const rows = await readJson<[string, string, number]>(
    db,
    sql`select json_group_array(json_array(${id}, ${componentId}, ${daysFoldedToAt} / ${whole(dayMs)})) as json from ${probes}`,
  );
  return new Map(rows.map(([id, componentId, foldedDays]) => [id, { componentId, foldedDays }]));
}

/** The id before the first result that began at `at` or later, as far as results are stored in their order. */
async function idBefore(db: Database, at: number): Promise<number> {
  const first = sql`select ${results.id} from ${results}
    where ${results.probeId} = ${probes.id} and ${results.at} >= ${at} order by ${results.at} limit 1`;
  const [row] = await db.orm.all<{ id: number }>(sql`
    select coalesce((select min((${first})) from ${probes}) - 1, (select max(${results.id}) from ${results}), 0) as id`);
  return row?.id ?? 0;
}

/** Probe, hour, latency and id of the results after the one with that id, in the order they were stored. */
function readResults(db: Database, afterId: number): Promise<[string, number, number | null, number][]> {
  const { id, probeId, at, latencyMs } = results;
  return readJson(
    db,
    sql`select json_group_array(json_array(probe, hour, latency, id)) as json from (
      select ${probeId} as probe, ${at} / ${whole(hourMs)} as hour, ${latencyMs} as latency, ${id} as id from ${results}
      where ${id} > ${afterId} order by ${id} limit ${sliceResults})`,
  );
}

function seriesOf(fromAt: number, stepMs: number, length: number, counted: ReadonlyMap<number, LatencyHistogram>) {
  const histograms = Array.from({ length }, (_, index) => counted.get(fromAt / stepMs + index));
  const at = (share: number) => histograms.map((histogram) => (histogram ? latencyAt(histogram, share) : null));
  return { fromAt, p50Ms: at(0.5), p95Ms: at(0.95) };
}

/** The folded days of one component from `fromAt` on, all its probes together. */
async function readDays(db: Database, componentId: string, fromAt: number): Promise<LatencySeries> {
  const { day, latencyMinMs, latencyMaxMs, probeId } = rollupDays;
  const counts = sql.join(
    bucketColumns(rollupDays).map((column) => sql`sum(${column})`),
    sql`, `,
  );
  const rows = await db.orm.all<{ day: number; counts: string; minMs: number; maxMs: number }>(sql`
    select ${day} as day, json_array(${counts}) as counts, min(${latencyMinMs}) as "minMs", max(${latencyMaxMs}) as "maxMs"
    from ${rollupDays}
    where ${probeId} in (select ${probes.id} from ${probes} where ${probes.componentId} = ${componentId})
      and ${day} >= ${fromAt / dayMs} and ${latencyMinMs} is not null
    group by 1`);
  const counted = rows.map(
    ({ day, counts, minMs, maxMs }) => [day, { counts: JSON.parse(counts), minMs, maxMs }] as const,
  );
  return seriesOf(fromAt, dayMs, daysShown, new Map(counted));
}

function shownOf(hours: LatencySeries, days: LatencySeries): SnapshotLatency | null {
  const isMeasured = [...hours.p50Ms, ...days.p50Ms].some((value) => value !== null);
  return isMeasured ? { hours, days } : null;
}

/** Starts with nothing read. */
export function createLatencies(db: Database): Latencies {
  const memories = new Map<string, Memory>();
  let lastId: number | null = null;

  function memoryOf(componentId: string): Memory {
    const known = memories.get(componentId);
    if (known) return known;
    const days = seriesOf(0, dayMs, daysShown, new Map());
    const fresh = { hours: new Map(), isBehind: true, days, foldedDays: -1, hoursAt: 0, shown: null };
    memories.set(componentId, fresh);
    return fresh;
  }

  /** Counts the results that were stored since the last time, also those that were handed in late. */
  async function count(probings: ReadonlyMap<string, Probing>, hoursAt: number): Promise<void> {
    lastId ??= await idBefore(db, hoursAt);
    for (;;) {
      const slice = await readResults(db, lastId);
      for (const [probeId, hour, latencyMs, id] of slice) {
        lastId = id;
        const probing = probings.get(probeId);
        if (latencyMs === null || !probing || hour * hourMs < hoursAt) continue;
        const memory = memoryOf(probing.componentId);
        const histogram = memory.hours.get(hour) ?? openHistogram();
        countLatency(histogram, latencyMs);
        memory.hours.set(hour, histogram);
        if (hour * hourMs < hoursAt + hoursShown * hourMs) memory.isBehind = true;
      }
      if (slice.length < sliceResults) return;
      await nextTurn();
    }
  }

  async function refresh(id: string, foldedDays: number, hoursAt: number, daysAt: number): Promise<void> {
    const memory = memoryOf(id);
    const areDaysNew = memory.foldedDays !== foldedDays || memory.days.fromAt !== daysAt;
    if (!areDaysNew && !memory.isBehind && memory.hoursAt === hoursAt) return;
    if (areDaysNew) {
      memory.days = await readDays(db, id, daysAt);
      memory.foldedDays = foldedDays;
      await nextTurn();
    }
    for (const hour of memory.hours.keys()) if (hour * hourMs < hoursAt) memory.hours.delete(hour);
    memory.hoursAt = hoursAt;
    memory.isBehind = false;
    memory.shown = shownOf(seriesOf(hoursAt, hourMs, hoursShown, memory.hours), memory.days);
  }

  return {
    async catchUp(rows, now) {
      const hoursAt = (Math.floor(now / hourMs) - hoursShown) * hourMs;
      const daysAt = dayStartOf(now) - daysShown * dayMs;
      const probings = await readProbings(db);
      await count(probings, hoursAt);
      const foldedDays = new Map(rows.map(({ id }) => [id, 0]));
      for (const { componentId, foldedDays: days } of probings.values())
        foldedDays.set(componentId, (foldedDays.get(componentId) ?? 0) + days);
      for (const { id } of rows) await refresh(id, foldedDays.get(id) ?? 0, hoursAt, daysAt);
    },
    of: (id) => memories.get(id)?.shown ?? null,
  };
}
