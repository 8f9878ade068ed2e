import { createHash } from 'node:crypto';
import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Assignment } from '#core/assignment.ts';
import type { Database } from './client.ts';
import { probes, sights } from './schema.ts';

/** What the agent of a location is to look at. */
export async function assignmentsOf(db: Database, location: string): Promise<Assignment[]> {
  const { id, kind, config, intervalMs, timeoutMs } = probes;
  return db.orm
    .select({ id, kind, config, intervalMs, timeoutMs })
    .from(sights)
    .innerJoin(probes, eq(probes.id, sights.probeId))
    .where(and(eq(sights.location, location), isNull(probes.retiredAt)))
    .orderBy(asc(probes.id));
}

/** A word that changes whenever the assignments of the location do; cheaper to ask for than they are. */
export async function revisionOfAssignments(db: Database, location: string): Promise<string> {
  const rows = await db.orm
    .select({ probeId: sights.probeId, revision: sights.revision })
    .from(sights)
    .where(eq(sights.location, location))
    .orderBy(asc(sights.probeId));
  const words = rows.map(({ probeId, revision }) => `${probeId} ${revision}`).join('\n');
  return createHash('sha256').update(words).digest('base64url').slice(0, 22);
}

/** Which of these probes the location is to look with. */
export async function assignedTo(db: Database, location: string, probeIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.orm
    .select({ probeId: sights.probeId })
    .from(sights)
    .where(and(eq(sights.location, location), inArray(sights.probeId, [...new Set(probeIds)])));
  return new Set(rows.map(({ probeId }) => probeId));
}
