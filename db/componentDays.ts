import { setImmediate as nextTurn } from 'node:timers/promises';
import { and, asc, desc, eq, gt, gte, lt, lte, max, sql } from 'drizzle-orm';
import type { ComponentState } from '#core/status.ts';
import { dayMs, type Flip, type Times, timesByDay } from '#core/uptime.ts';
import type { Database, Statement } from './client.ts';
import { closedAfterMs } from './rollups.ts';
import { componentDays, components, flips, probes } from './schema.ts';

/** Flips that one statement reads at most: more would hold the event loop. */
const sliceFlips = 500;
/** Days that one batch folds for one component. */
const sliceDays = 30;

/** A flip with its place in the history of its component. */
export type PlacedFlip = Flip & { seq: number; from: ComponentState };

const placed = { from: flips.from, to: flips.to, at: flips.at, seq: flips.seq };

/** The state a component was in at an instant, as the flip that brought it there; null when nothing was known yet. */
export async function flipBefore(db: Database, componentId: string, at: number): Promise<PlacedFlip | null> {
  const [row] = await db.orm
    .select(placed)
    .from(flips)
    .where(and(eq(flips.componentId, componentId), lte(flips.at, at)))
    .orderBy(desc(flips.at), desc(flips.seq))
    .limit(1);
  return row ?? null;
}

/** A component's flips in `(after, to)` in the order of time, read in slices that leave the event loop free. */
export async function flipsBetween(
  db: Database,
  componentId: string,
  after: number,
  to: number,
): Promise<PlacedFlip[]> {
  const found: PlacedFlip[] = [];
  for (;;) {
    const last = found.at(-1) ?? { at: after, seq: Number.MAX_SAFE_INTEGER };
    const slice = await db.orm
      .select(placed)
      .from(flips)
      .where(
        and(
          eq(flips.componentId, componentId),
          gte(flips.at, last.at),
          sql`(${flips.at}, ${flips.seq}) > (${last.at}, ${last.seq})`,
          lt(flips.at, to),
        ),
      )
      .orderBy(asc(flips.at), asc(flips.seq))
      .limit(sliceFlips);
    found.push(...slice);
    if (slice.length < sliceFlips) return found;
    await nextTurn();
  }
}

const dayStart = sql<number>`${components.createdAt} - ${components.createdAt} % ${dayMs}`;
const foldFrom = sql<number>`max(${components.foldedToAt}, ${dayStart})`;

/** The longest that a flip of the component is dated back: its slowest probe, counting to its verdict. */
function longestStreak(db: Database) {
  return db.orm
    .select({ ms: max(sql`${probes.intervalMs} * max(${probes.downAfter}, ${probes.upAfter})`) })
    .from(probes)
    .where(eq(probes.componentId, components.id));
}

async function nextToFold(db: Database, now: number) {
  const closedTo = sql<number>`${now - closedAfterMs} - coalesce((${longestStreak(db)}), 0)`;
  const [row] = await db.orm
    .select({
      id: components.id,
      createdAt: components.createdAt,
      markAt: components.foldedToAt,
      fromAt: foldFrom,
      closedTo,
    })
    .from(components)
    .where(sql`${foldFrom} + ${dayMs} <= ${closedTo}`)
    .limit(1);
  return row ?? null;
}

function insertDay(db: Database, id: string, markAt: number, dayAt: number, times: Times): Statement {
  const { operational, degraded, partial_outage, major_outage, maintenance, unknown } = times;
  return db.orm.run(sql`
    insert into ${componentDays}
    select ${id}, ${dayAt / dayMs}, ${operational}, ${degraded}, ${partial_outage}, ${major_outage}, ${maintenance}, ${unknown}
    where exists (select 1 from ${components} where ${components.id} = ${id} and ${components.foldedToAt} = ${markAt})`);
}

/**
 * Folds the oldest closed days of one component into `component_day`. A component counts from its creation on.
 * @returns whether there may be more
 */
export async function foldComponentDays(db: Database, now: number): Promise<boolean> {
  const next = await nextToFold(db, now);
  if (!next) return false;
  const { id, createdAt, markAt, fromAt, closedTo } = next;
  const toAt = Math.min(Math.floor(closedTo / dayMs) * dayMs, fromAt + sliceDays * dayMs);
  const start = Math.max(fromAt, createdAt);
  const before = await flipBefore(db, id, start);
  const history = [...(before ? [before] : []), ...(await flipsBetween(db, id, start, toAt))];
  const days = [...timesByDay(history, start, toAt)];
  await db.change(async () => ({
    statements: [
      ...days.map(([dayAt, times]) => insertDay(db, id, markAt, dayAt, times)),
      db.orm
        .update(components)
        .set({ foldedToAt: toAt })
        .where(and(eq(components.id, id), eq(components.foldedToAt, markAt))),
    ],
    value: undefined,
  }));
  return true;
}

/** The folded days of a component from `fromAt` on and before `toAt`, by the start of the day, oldest first. */
export async function componentDaysOf(
  db: Database,
  componentId: string,
  fromAt: number,
  toAt: number,
): Promise<Map<number, Times>> {
  const { day } = componentDays;
  const rows = await db.orm
    .select()
    .from(componentDays)
    .where(and(eq(componentDays.componentId, componentId), gte(day, fromAt / dayMs), lt(day, toAt / dayMs)))
    .orderBy(asc(day));
  return new Map(
    rows.map((row): [number, Times] => [
      row.day * dayMs,
      {
        operational: row.operationalMs,
        degraded: row.degradedMs,
        partial_outage: row.partialOutageMs,
        major_outage: row.majorOutageMs,
        maintenance: row.maintenanceMs,
        unknown: row.unknownMs,
      } satisfies Record<ComponentState, number>,
    ]),
  );
}

/** The flips of a component that came after the one with that number, in the order they came. */
export async function flipsAfterSeq(db: Database, componentId: string, seq: number): Promise<PlacedFlip[]> {
  const found: PlacedFlip[] = [];
  for (;;) {
    const slice = await db.orm
      .select(placed)
      .from(flips)
      .where(and(eq(flips.componentId, componentId), gt(flips.seq, found.at(-1)?.seq ?? seq)))
      .orderBy(asc(flips.seq))
      .limit(sliceFlips);
    found.push(...slice);
    if (slice.length < sliceFlips) return found;
    await nextTurn();
  }
}

/** The newest flips of a component, newest first. */
export async function newestFlips(db: Database, componentId: string, limit: number): Promise<PlacedFlip[]> {
  return db.orm
    .select(placed)
    .from(flips)
    .where(eq(flips.componentId, componentId))
    .orderBy(desc(flips.at), desc(flips.seq))
    .limit(limit);
}
