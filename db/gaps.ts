import { and, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import { unwatchedSince } from '#core/gap.ts';
import { isHeld } from '#core/maintenance.ts';
import { blindState, componentState, freshStanding } from '#core/verdict.ts';
import type { Change, Database } from './client.ts';
import { components, probes } from './schema.ts';
import { flipStatements } from './turns.ts';

/** Few enough that neither reading nor writing them holds the event loop. */
const componentsAtOnce = 50;

/** The probes of some components, each with the moment since which nobody has been looking with it, or null. */
async function readWatches(db: Database, componentIds: readonly string[], now: number) {
  const rows = await db.orm
    .select({
      id: probes.id,
      componentId: probes.componentId,
      standing: probes.standing,
      whenDown: probes.whenDown,
      locations: probes.locations,
      listens: probes.listens,
      intervalMs: probes.intervalMs,
      timeoutMs: probes.timeoutMs,
      lastLookAt: sql<number | null>`(select max(result.at) from result where result.probe_id = probe.id)`,
    })
    .from(probes)
    .where(and(inArray(probes.componentId, [...componentIds]), isNull(probes.retiredAt)));
  return rows.map(({ lastLookAt, locations, listens, ...probe }) => {
    // What several locations look at has its own rule, who is silent has no vote; and so have probes that listen.
    const isOurs = locations === null && !listens && lastLookAt !== null;
    return { ...probe, since: isOurs ? unwatchedSince({ lastLookAt, ...probe }, now) : null };
  });
}

/** What follows for some components: their unwatched probes know nothing any more, and they only what the others do. */
async function decideGaps(db: Database, componentIds: readonly string[], now: number): Promise<Change<void>> {
  const watches = await readWatches(db, componentIds, now);
  const unwatched = watches.filter((probe) => probe.since !== null);
  const owners = await db.orm
    .select()
    .from(components)
    .where(inArray(components.id, [...new Set(unwatched.map((probe) => probe.componentId))]));
  const flips = owners.flatMap((owner) => {
    const own = watches.filter((probe) => probe.componentId === owner.id);
    const seen = componentState(
      own.map(({ since, standing, whenDown }) => ({ state: since === null ? standing.state : 'unknown', whenDown })),
    );
    const to = blindState(owner.state, seen);
    if (to === owner.state || isHeld(owner)) return [];
    return {
      componentId: owner.id,
      seq: owner.flipSeq + 1,
      from: owner.state,
      to,
      at: Math.max(owner.stateSinceAt, ...own.map((probe) => probe.since ?? 0)),
      decidedAt: now,
      reason: 'probe: nobody looked',
      // There is nothing to open and nobody to tell; an open incident stays open.
      handledAt: now,
    };
  });
  return {
    statements: [
      ...unwatched.map(({ id }) => db.orm.update(probes).set({ standing: freshStanding }).where(eq(probes.id, id))),
      ...flips.flatMap((flip) => flipStatements(db, flip)),
    ],
    events: flips.map(({ componentId }) => ({ type: 'component.changed' as const, at: now, componentId })),
    value: undefined,
  };
}

/**
 * Turns to unknown what nobody has been looking at, back-dated to when its next result was to be expected. The next
 * look says what it is. To be called before that look is stored.
 */
export async function markUnwatched(db: Database, now: number): Promise<void> {
  const rows = await db.orm.select({ id: components.id }).from(components).where(isNull(components.retiredAt));
  const ids = rows.map((row) => row.id);
  for (let from = 0; from < ids.length; from += componentsAtOnce)
    await db.change(() => decideGaps(db, ids.slice(from, from + componentsAtOnce), now));
}

/**
 * Moves probes that are due in a distant future, or were due long ago, to their next slot: after the clock was set, or
 * after a standstill, nobody waits for hours and nobody is looked at all at once.
 */
export async function rephaseProbes(db: Database, now: number): Promise<void> {
  const { nextDueAt, intervalMs } = probes;
  await db.change(async () => ({
    statements: [
      db.orm
        .update(probes)
        .set({ nextDueAt: sql`${now} + ((${nextDueAt} - ${now}) % ${intervalMs} + ${intervalMs}) % ${intervalMs}` })
        .where(
          and(
            isNull(probes.retiredAt),
            eq(probes.listens, false),
            or(sql`${nextDueAt} > ${now} + ${intervalMs}`, sql`${nextDueAt} <= ${now} - ${intervalMs}`),
          ),
        ),
    ],
    value: undefined,
  }));
}
