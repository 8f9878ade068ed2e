import { and, asc, eq, gte, lt, lte, sql } from 'drizzle-orm';
import { latencyBoundsMs } from '#core/latency.ts';
import { dayMs } from '#core/uptime.ts';
import type { Database, Statement } from './client.ts';
import { probes, results, rollupDays, rollupHours } from './schema.ts';

export type RollupHourRow = typeof rollupHours.$inferSelect;
export type RollupDayRow = typeof rollupDays.$inferSelect;

export const hourMs = 3_600_000;
/**
 * How long after its end an hour or a day is closed, and folded. What is handed in or back-dated later than this
 * extends the raw record only.
 */
export const closedAfterMs = dayMs;

/** Results that one batch reads at most, as far as the intervals foretell: more would hold the event loop. */
const sliceResults = 1_000;
/** Probes in one batch. */
const sliceProbes = 10;
/** Days that one batch folds for one probe. */
const sliceDays = 10;

/** The columns that count latencies, in the order of `latencyBoundsMs`. */
export const bucketColumns = (table: typeof rollupHours | typeof rollupDays) => [
  table.upTo10Ms,
  table.upTo25Ms,
  table.upTo50Ms,
  table.upTo100Ms,
  table.upTo250Ms,
  table.upTo500Ms,
  table.upTo1000Ms,
  table.upTo2500Ms,
  table.upTo5000Ms,
  table.upTo10000Ms,
  table.above10000Ms,
];

const list = (parts: ReturnType<typeof sql>[]) => sql.join(parts, sql`, `);

function bucketSums() {
  const { latencyMs } = results;
  const bounds = [-1, ...latencyBoundsMs];
  return bounds.map((above, index) => {
    const upTo = bounds[index + 1];
    const isUnder = upTo === undefined ? sql`` : sql` and ${latencyMs} <= ${sql.raw(String(upTo))}`;
    return sql`count(case when ${latencyMs} > ${sql.raw(String(above))}${isUnder} then 1 end)`;
  });
}

const outcomeCount = (outcome: string) => sql`count(case when ${results.outcome} = ${outcome} then 1 end)`;

/** Folds one hour, unless somebody else has: both statements look at the same mark, in one batch. */
function hourStatements(db: Database, probeId: string, markAt: number, hourAt: number): Statement[] {
  const counts = [
    ...['ok', 'degraded', 'fail', 'unknown'].map(outcomeCount),
    sql`coalesce(sum(${results.latencyMs}), 0)`,
    sql`min(${results.latencyMs})`,
    sql`max(${results.latencyMs})`,
    ...bucketSums(),
  ];
  return [
    db.orm.run(sql`
      insert into ${rollupHours}
      select ${probeId}, ${hourAt / hourMs}, ${list(counts)} from ${results}
      where ${results.probeId} = ${probeId} and ${results.at} >= ${hourAt} and ${results.at} < ${hourAt + hourMs}
        and exists (select 1 from ${probes} where ${probes.id} = ${probeId} and ${probes.hoursFoldedToAt} = ${markAt})
      group by ${results.probeId}`),
    moveHours(db, probeId, markAt, hourAt + hourMs),
  ];
}

function moveHours(db: Database, probeId: string, fromAt: number, toAt: number): Statement {
  return db.orm
    .update(probes)
    .set({ hoursFoldedToAt: toAt })
    .where(and(eq(probes.id, probeId), eq(probes.hoursFoldedToAt, fromAt)));
}

/** The start of the first hour that is not closed at `now`. */
const closedTo = (now: number) => Math.floor((now - closedAfterMs) / hourMs) * hourMs;

async function probesWithClosedHours(db: Database, now: number) {
  const first = db.orm
    .select({ at: sql<number>`min(${results.at})` })
    .from(results)
    .where(and(eq(results.probeId, probes.id), gte(results.at, probes.hoursFoldedToAt)));
  return db.orm
    .select({
      id: probes.id,
      intervalMs: probes.intervalMs,
      markAt: probes.hoursFoldedToAt,
      firstAt: sql<number | null>`(${first})`,
    })
    .from(probes)
    .where(lte(probes.hoursFoldedToAt, closedTo(now) - hourMs))
    .orderBy(asc(probes.hoursFoldedToAt))
    .limit(sliceProbes);
}

/**
 * Folds the oldest closed hour of a few probes into `rollup_hour`; hours without a result are passed over.
 * @returns the probes that were moved on; none when nothing is due
 */
export async function foldHours(db: Database, now: number): Promise<string[]> {
  return db.change(async () => {
    const end = closedTo(now);
    const statements: Statement[] = [];
    const moved: string[] = [];
    let expected = 0;
    for (const { id, intervalMs, markAt, firstAt } of await probesWithClosedHours(db, now)) {
      expected += hourMs / intervalMs;
      if (moved.length > 0 && expected > sliceResults) break;
      const hourAt = firstAt === null ? end : Math.floor(firstAt / hourMs) * hourMs;
      statements.push(...(hourAt < end ? hourStatements(db, id, markAt, hourAt) : [moveHours(db, id, markAt, end)]));
      moved.push(id);
    }
    return { statements, value: moved };
  });
}

function dayStatements(db: Database, probeId: string, markAt: number, toAt: number): Statement[] {
  const { ok, degraded, fail, unknown, latencySumMs, latencyMinMs, latencyMaxMs } = rollupHours;
  const sums = [
    ...[ok, degraded, fail, unknown, latencySumMs].map((column) => sql`sum(${column})`),
    sql`min(${latencyMinMs})`,
    sql`max(${latencyMaxMs})`,
    ...bucketColumns(rollupHours).map((column) => sql`sum(${column})`),
  ];
  return [
    db.orm.run(sql`
      insert into ${rollupDays}
      select ${probeId}, ${rollupHours.hour} / 24, ${list(sums)} from ${rollupHours}
      where ${rollupHours.probeId} = ${probeId}
        and ${rollupHours.hour} >= ${markAt / hourMs} and ${rollupHours.hour} < ${toAt / hourMs}
        and exists (select 1 from ${probes} where ${probes.id} = ${probeId} and ${probes.daysFoldedToAt} = ${markAt})
      group by ${rollupHours.hour} / 24`),
    db.orm
      .update(probes)
      .set({ daysFoldedToAt: toAt })
      .where(and(eq(probes.id, probeId), eq(probes.daysFoldedToAt, markAt))),
  ];
}

/**
 * Folds the days of the given probes whose hours are all folded into `rollup_day`.
 * @returns whether there may be more
 */
export async function foldDays(db: Database, probeIds: readonly string[]): Promise<boolean> {
  return db.change(async () => {
    const first = sql<number | null>`(select min(${rollupHours.hour}) from ${rollupHours}
      where ${rollupHours.probeId} = ${probes.id} and ${rollupHours.hour} >= ${probes.daysFoldedToAt} / ${hourMs})`;
    const due = await db.orm
      .select({ id: probes.id, markAt: probes.daysFoldedToAt, hoursTo: probes.hoursFoldedToAt, first })
      .from(probes)
      .where(
        and(
          sql`${probes.id} in (select value from json_each(${JSON.stringify(probeIds)}))`,
          sql`${probes.daysFoldedToAt} + ${dayMs} <= ${probes.hoursFoldedToAt}`,
        ),
      );
    const statements = due.flatMap(({ id, markAt, hoursTo, first }) => {
      const end = Math.floor(hoursTo / dayMs) * dayMs;
      const firstDayAt = first === null ? end : Math.floor(first / 24) * dayMs;
      // Days without an hour at the beginning of the stretch cost nothing: they are passed over at once.
      const toAt = Math.min(end, firstDayAt + sliceDays * dayMs);
      return dayStatements(db, id, markAt, toAt);
    });
    return { statements, value: due.length > 0 };
  });
}

/** How many looks a rollup counts, and their latencies for `latencyAt`. */
export function latenciesOf(row: RollupHourRow | RollupDayRow) {
  const counts = [
    row.upTo10Ms,
    row.upTo25Ms,
    row.upTo50Ms,
    row.upTo100Ms,
    row.upTo250Ms,
    row.upTo500Ms,
    row.upTo1000Ms,
    row.upTo2500Ms,
    row.upTo5000Ms,
    row.upTo10000Ms,
    row.above10000Ms,
  ];
  return { counts, minMs: row.latencyMinMs ?? 0, maxMs: row.latencyMaxMs ?? 0 };
}

/** The hourly rollups of a probe that begin in `[fromAt, toAt)`, oldest first. */
export async function rollupHoursOf(db: Database, probeId: string, fromAt: number, toAt: number) {
  const { hour } = rollupHours;
  return db.orm
    .select()
    .from(rollupHours)
    .where(and(eq(rollupHours.probeId, probeId), gte(hour, fromAt / hourMs), lt(hour, toAt / hourMs)))
    .orderBy(asc(hour));
}

/** The daily rollups of a probe that begin in `[fromAt, toAt)`, oldest first. */
export async function rollupDaysOf(db: Database, probeId: string, fromAt: number, toAt: number) {
  const { day } = rollupDays;
  return db.orm
    .select()
    .from(rollupDays)
    .where(and(eq(rollupDays.probeId, probeId), gte(day, fromAt / dayMs), lt(day, toAt / dayMs)))
    .orderBy(asc(day));
}
