import { and, eq, gte, inArray } from 'drizzle-orm';
import { blinded } from '#core/verdict.ts';
import type { Database } from './client.ts';
import { probes, results } from './schema.ts';

const fallsNext = ({ standing, downAfter }: typeof probes.$inferSelect): boolean =>
  standing.state !== 'down' && standing.fail.count + 1 >= downAfter;

/** Whether one more failure of each of these probes would turn any of them down. */
export async function findFalling(db: Database, probeIds: readonly string[]): Promise<boolean> {
  const rows = await db.orm
    .select()
    .from(probes)
    .where(inArray(probes.id, [...probeIds]));
  return rows.some(fallsNext);
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
