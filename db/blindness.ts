import { and, eq, gte, inArray } from 'drizzle-orm';
import { homeLocation } from '#core/location.ts';
import { blinded, type Standing } from '#core/verdict.ts';
import type { Database, Statement } from './client.ts';
import type { ProbeRow } from './probes.ts';
import { probes, results, sights } from './schema.ts';
import { type SightRow, sightsOf } from './sights.ts';

/** How many more failures it takes until the first of these probes is down; infinitely many when all of them are. */
export async function failuresLeft(db: Database, probeIds: readonly string[]): Promise<number> {
  const rows = await db.orm
    .select({ standing: probes.standing, downAfter: probes.downAfter })
    .from(probes)
    .where(inArray(probes.id, [...probeIds]));
  const left = rows
    .filter(({ standing }) => standing.state !== 'down')
    .map(({ standing, downAfter }) => downAfter - standing.fail.count);
  return Math.min(Number.POSITIVE_INFINITY, ...left);
}

/** What this server itself sees with those of the probes that other locations look with as well. */
async function homeSights(db: Database, rows: readonly ProbeRow[]): Promise<SightRow[]> {
  const shared = rows.filter((row) => row.locations !== null).map((row) => row.id);
  return (await sightsOf(db, shared)).filter((sight) => sight.location === homeLocation);
}

function blindStatements(db: Database, row: ProbeRow, standing: Standing, reason: string): Statement[] {
  const { id, locations } = row;
  const judged =
    locations === null
      ? db.orm
          .update(probes)
          .set({ standing: blinded(standing) })
          .where(eq(probes.id, id))
      : db.orm
          .update(sights)
          .set({ standing: blinded(standing) })
          .where(and(eq(sights.probeId, id), eq(sights.location, homeLocation)));
  const ours = and(eq(results.probeId, id), eq(results.location, homeLocation), eq(results.outcome, 'fail'));
  return [
    db.orm
      .update(results)
      .set({ outcome: 'unknown', latencyMs: null, reason })
      .where(and(ours, gte(results.at, standing.fail.sinceAt))),
    judged,
  ];
}

/** Few enough that their statements do not hold the event loop. */
const probesAtOnce = 50;

/**
 * Takes back the failures of these probes that were not judged yet: they were ours. What was decided stays decided.
 * @param reason stands with the results from now on
 */
export async function blindProbes(db: Database, probeIds: readonly string[], reason: string): Promise<void> {
  for (let from = 0; from < probeIds.length; from += probesAtOnce)
    await db.change(async () => {
      const rows = await db.orm
        .select()
        .from(probes)
        .where(inArray(probes.id, probeIds.slice(from, from + probesAtOnce)));
      const seen = await homeSights(db, rows);
      const standings = new Map([
        ...rows.map(({ id, standing }): [string, Standing] => [id, standing]),
        ...seen.map(({ probeId, standing }): [string, Standing] => [probeId, standing]),
      ]);
      const pending = rows.filter(({ id }) => {
        const standing = standings.get(id);
        return standing !== undefined && standing.state !== 'down' && standing.fail.count > 0;
      });
      return {
        statements: pending.flatMap((row) => blindStatements(db, row, standings.get(row.id) ?? row.standing, reason)),
        value: undefined,
      };
    });
}
