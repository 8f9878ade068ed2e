import { max } from 'drizzle-orm';
import type { Database } from './client.ts';
import { events } from './schema.ts';

/** The number of the newest event: the revision of everything public. 0 before anything happened. */
export async function newestEventId(db: Database): Promise<number> {
  const [row] = await db.orm.select({ id: max(events.id) }).from(events);
  return row?.id ?? 0;
}
