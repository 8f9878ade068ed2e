import { and, between, eq, isNotNull, ne, sql } from 'drizzle-orm';
import { wordWindowMs } from '#core/quiet.ts';
import type { Database } from './client.ts';
import { events, incidentComponents, updates } from './schema.ts';

/**
 * How many words of the probes subscribers were told about each component in the last quarter of an hour. That a cause
 * was found is not counted: it says nothing of up and down.
 */
export async function countWords(db: Database, now: number): Promise<Map<string, number>> {
  const rows = await db.orm
    .select({ componentId: incidentComponents.componentId, words: sql<number>`count(*)` })
    .from(events)
    .innerJoin(updates, eq(updates.id, events.updateId))
    .innerJoin(incidentComponents, eq(incidentComponents.incidentId, events.incidentId))
    .where(
      and(
        isNotNull(events.updateId),
        between(events.at, now - wordWindowMs + 1, now),
        eq(events.quiet, false),
        eq(updates.automatic, true),
        ne(updates.status, 'identified'),
      ),
    )
    .groupBy(incidentComponents.componentId);
  return new Map(rows.map((row) => [row.componentId, row.words]));
}
