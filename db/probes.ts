import { createHash } from 'node:crypto';
import { and, asc, eq, inArray, isNull, lt, lte, min, sql } from 'drizzle-orm';
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

/**
 * Takes probes that are due, moving each to its next slot in the same statement: whoever else asks gets others.
 * Slots missed while nobody asked are skipped, not caught up.
 */
export async function claimDueProbes(db: Database, now: number, limit: number): Promise<DueProbe[]> {
  const due = db.orm
    .select({ id: probes.id })
    .from(probes)
    .where(and(lte(probes.nextDueAt, now), isNull(probes.retiredAt), isOurs))
    .orderBy(asc(probes.nextDueAt))
    .limit(limit);
  const claimed = await db.orm
    .update(probes)
    .set({
      nextDueAt: sql`${probes.nextDueAt} + ${probes.intervalMs} * (1 + (${now} - ${probes.nextDueAt}) / ${probes.intervalMs})`,
    })
    .where(and(inArray(probes.id, due), lte(probes.nextDueAt, now)))
    .returning();
  return claimed.map(({ id, componentId, kind, config, timeoutMs, intervalMs, hearing, nextDueAt }) => ({
    id,
    componentId,
    kind,
    config,
    timeoutMs,
    intervalMs,
    hearing,
    dueAt: nextDueAt - intervalMs,
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

/** All probes that are not retired. */
export async function listProbes(db: Database): Promise<ProbeRow[]> {
  return db.orm.select().from(probes).where(isNull(probes.retiredAt));
}

/** One probe by id, retired or not. */
export async function findProbe(db: Database, id: string): Promise<ProbeRow | null> {
  const [row] = await db.orm.select().from(probes).where(eq(probes.id, id));
  return row ?? null;
}
