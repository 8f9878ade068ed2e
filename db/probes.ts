import { createHash } from 'node:crypto';
import { and, asc, eq, gt, inArray, isNull, lt, lte, min, sql } from 'drizzle-orm';
import { homeLocation } from '#core/location.ts';
import type { Database, Statement } from './client.ts';
import { probes } from './schema.ts';

export type ProbeRow = typeof probes.$inferSelect;

/** The server looks with these itself; the others are sent to other locations. */
const isOurs = sql`(${probes.locations} is null
  or exists (select 1 from json_each(${probes.locations}) where value = ${homeLocation}))`;

/** A probe that is to be run now. */
export type DueProbe = Pick<
  ProbeRow,
  'id' | 'componentId' | 'kind' | 'config' | 'timeoutMs' | 'intervalMs' | 'hearing'
> & {
  /** When it should have started. */
  dueAt: number;
};

/** A probe with a short interval is not taken further ahead than this part of it. */
const aheadShare = 4;

/**
 * Takes probes that are due at `now` or up to `aheadMs` later, moving each to its next slot in the same statement: whoever else asks gets others.
 * Slots missed while nobody asked are skipped, not caught up.
 */
export async function claimDueProbes(db: Database, now: number, limit: number, aheadMs = 0): Promise<DueProbe[]> {
  const isDue = and(
    lte(probes.nextDueAt, now + aheadMs),
    sql`${probes.nextDueAt} - min(${aheadMs}, ${probes.intervalMs} / ${aheadShare}) <= ${now}`,
  );
  const due = db.orm
    .select({ id: probes.id })
    .from(probes)
    .where(and(isDue, isNull(probes.retiredAt), isOurs))
    .orderBy(asc(probes.nextDueAt))
    .limit(limit);
  const claimed = await db.orm
    .update(probes)
    .set({
      // Cast, because the driver binds every number as a fraction, and slots would move with each late claim.
      nextDueAt: sql`${probes.nextDueAt} + ${probes.intervalMs} * (1 +
        max(0, cast(${now} as integer) - ${probes.nextDueAt}) / ${probes.intervalMs})`,
    })
    .where(and(inArray(probes.id, due), isDue))
    .returning({
      id: probes.id,
      componentId: probes.componentId,
      kind: probes.kind,
      config: probes.config,
      timeoutMs: probes.timeoutMs,
      intervalMs: probes.intervalMs,
      hearing: probes.hearing,
      nextDueAt: probes.nextDueAt,
    });
  return claimed.map(({ nextDueAt, ...probe }) => ({ ...probe, dueAt: nextDueAt - probe.intervalMs }));
}

/** Gives back probes that were claimed and not run: they are due again when they were. */
export async function releaseProbes(db: Database, claimed: readonly DueProbe[]): Promise<void> {
  const ids = claimed.map(({ id }) => id);
  await db.change(async () => ({
    statements: [
      db.orm
        .update(probes)
        .set({ nextDueAt: sql`${probes.nextDueAt} - ${probes.intervalMs}` })
        .where(inArray(probes.id, ids)),
    ],
    value: undefined,
  }));
}

/** Spreads first looks over one interval, the same way each time. */
export function firstDueAt(probeId: string, intervalMs: number, now: number): number {
  return now + (createHash('sha256').update(probeId).digest().readUInt32BE(0) % intervalMs);
}

/** Spreads the probes whose slots passed while nobody was running, so that a start does not look at all at once. */
export async function spreadOverdueProbes(db: Database, now: number): Promise<void> {
  await db.change(async () => {
    const overdue = await db.orm
      .select({ id: probes.id, intervalMs: probes.intervalMs })
      .from(probes)
      .where(and(lt(probes.nextDueAt, now), isNull(probes.retiredAt), eq(probes.listens, false)));
    const statements = overdue.map(
      ({ id, intervalMs }): Statement =>
        db.orm
          .update(probes)
          .set({ nextDueAt: firstDueAt(id, intervalMs, now) })
          .where(and(eq(probes.id, id), lt(probes.nextDueAt, now))),
    );
    return { statements, value: undefined };
  });
}

/** A standing that even a good result changes: the opposite of what `judge` leaves as it is. */
export const isUnsettled = sql`(
  ${probes.standing} ->> '$.state' <> 'up' or ${probes.standing} ->> '$.fail.count' > 0
  or ${probes.standing} ->> '$.trouble.count' > 0 or ${probes.standing} ->> '$.unknown.count' > 0)`;

/** When the next probe is due; null when there is none. */
export async function nextProbeDueAt(db: Database): Promise<number | null> {
  const [row] = await db.orm
    .select({ at: min(probes.nextDueAt) })
    .from(probes)
    .where(and(isNull(probes.retiredAt), isOurs));
  return row?.at ?? null;
}

/** The probes of the given components that are not retired. */
export async function probesOf(db: Database, componentIds: readonly string[]): Promise<ProbeRow[]> {
  return db.orm
    .select()
    .from(probes)
    .where(and(inArray(probes.componentId, [...componentIds]), isNull(probes.retiredAt)));
}

/** The components that are looked at, by id. */
export async function probedComponents(db: Database): Promise<Set<string>> {
  const rows = await db.orm.selectDistinct({ id: probes.componentId }).from(probes).where(isNull(probes.retiredAt));
  return new Set(rows.map(({ id }) => id));
}

/** Few enough that reading them does not hold the event loop. */
const probesAtOnce = 200;

/** Every probe that is not retired, by id. */
export async function listProbes(db: Database): Promise<ProbeRow[]> {
  const rows: ProbeRow[] = [];
  for (;;) {
    const more = await db.orm
      .select()
      .from(probes)
      .where(and(isNull(probes.retiredAt), gt(probes.id, rows.at(-1)?.id ?? '')))
      .orderBy(asc(probes.id))
      .limit(probesAtOnce);
    rows.push(...more);
    if (more.length < probesAtOnce) return rows;
  }
}

/** A probe that has begun to fail, and how long it takes until it is judged. */
export type StumblingProbe = Pick<ProbeRow, 'componentId' | 'standing' | 'downAfter' | 'intervalMs' | 'timeoutMs'>;

/** The probes whose last results are failures. */
export async function stumblingProbes(db: Database): Promise<StumblingProbe[]> {
  const { componentId, standing, downAfter, intervalMs, timeoutMs } = probes;
  return db.orm
    .select({ componentId, standing, downAfter, intervalMs, timeoutMs })
    .from(probes)
    .where(
      and(isNull(probes.retiredAt), sql`${standing} ->> '$.fail.count' > 0`, sql`${standing} ->> '$.state' <> 'down'`),
    );
}

/** One probe by id, retired or not. */
export async function findProbe(db: Database, id: string): Promise<ProbeRow | null> {
  const [row] = await db.orm.select().from(probes).where(eq(probes.id, id));
  return row ?? null;
}
