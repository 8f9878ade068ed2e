import { createHash } from 'node:crypto';
import { and, asc, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { Assignment } from '#core/assignment.ts';
import type { Database } from './client.ts';
import { probes, sights } from './schema.ts';

/** Rows of one statement; more would hold the event loop for too long. */
const chunkRows = 200;

/** What the agent of a location is to look at. */
export async function assignmentsOf(db: Database, location: string): Promise<Assignment[]> {
  const { id, kind, config, intervalMs, timeoutMs } = probes;
  const rows: Assignment[] = [];
  for (;;) {
    const more = await db.orm
      .select({ id, kind, config, intervalMs, timeoutMs })
      .from(sights)
      .innerJoin(probes, eq(probes.id, sights.probeId))
      .where(and(eq(sights.location, location), isNull(probes.retiredAt), gt(sights.probeId, rows.at(-1)?.id ?? '')))
      .orderBy(asc(sights.probeId))
      .limit(chunkRows);
    rows.push(...more);
    if (more.length < chunkRows) return rows;
  }
}

/** A word that changes whenever the assignments of the location do; cheaper to ask for than they are. */
export async function revisionOfAssignments(db: Database, location: string): Promise<string> {
  const [row] = await db.orm.all<{ words: string | null }>(sql`
    select group_concat(probe_id || ' ' || revision, char(10)) as words
    from (select probe_id, revision from sight where location = ${location} order by probe_id)`);
  return createHash('sha256')
    .update(row?.words ?? '')
    .digest('base64url')
    .slice(0, 22);
}

/** Which of these probes the location is to look with. */
export async function assignedTo(db: Database, location: string, probeIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.orm
    .select({ probeId: sights.probeId })
    .from(sights)
    .where(and(eq(sights.location, location), inArray(sights.probeId, [...new Set(probeIds)])));
  return new Set(rows.map(({ probeId }) => probeId));
}
