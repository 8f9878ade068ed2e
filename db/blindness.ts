import { and, eq, gte, inArray } from 'drizzle-orm';
import { blinded } from '#core/verdict.ts';
import type { Database } from './client.ts';
import { probes, results } from './schema.ts';

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
      const pending = rows.filter(({ standing }) => standing.state !== 'down' && standing.fail.count > 0);
      return {
        statements: pending.flatMap(({ id, standing }) => [
          db.orm
            .update(results)
            .set({ outcome: 'unknown', latencyMs: null, reason })
            .where(and(eq(results.probeId, id), gte(results.at, standing.fail.sinceAt), eq(results.outcome, 'fail'))),
          db.orm
            .update(probes)
            .set({ standing: blinded(standing) })
            .where(eq(probes.id, id)),
        ]),
        value: undefined,
      };
    });
}
