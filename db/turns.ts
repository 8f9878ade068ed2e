import { eq } from 'drizzle-orm';
import type { Database, Statement } from './client.ts';
import { components, flips } from './schema.ts';

/** Statements that write a flip and bring the component's cached state up to it. */
export function flipStatements(db: Database, flip: typeof flips.$inferInsert): Statement[] {
  return [
    db.orm.insert(flips).values(flip),
    db.orm
      .update(components)
      .set({ state: flip.to, stateSinceAt: flip.at, flipSeq: flip.seq, updatedAt: flip.decidedAt })
      .where(eq(components.id, flip.componentId)),
  ];
}
