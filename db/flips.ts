import { eq, sql } from 'drizzle-orm';
import type { Change, Database } from './client.ts';
import { decideOutage } from './outages.ts';
import { decideRecovery } from './recoveries.ts';
import { type IncidentPolicy, isHushed, namedIn, readScene, type Scene } from './scene.ts';
import { components, incidents } from './schema.ts';

export type { IncidentPolicy };

/** Brings the marks of components that began or ceased to flap up to date. */
function decideFlapping(db: Database, scene: Scene): Change<boolean> | null {
  const changed = [...scene.components.values()].filter(
    (row) => (row.flappingSinceAt !== null) !== scene.flapping.has(row.id),
  );
  if (changed.length === 0) return null;
  const mark = ({ id }: { id: string }) =>
    db.orm
      .update(components)
      .set({ flappingSinceAt: scene.flapping.has(id) ? scene.now : null })
      .where(eq(components.id, id));
  return { statements: changed.map(mark), value: true };
}

/** The last word of an incident, told late: it was quiet, and subscribers still believe the opposite. */
function decideLateWord(db: Database, scene: Scene): Change<boolean> | null {
  const incident = scene.owed.find((each) => !isHushed(namedIn(each), scene));
  const word = incident?.updates[0];
  if (!incident || !word) return null;
  const type = incident.heardStatus === null ? 'incident.opened' : 'incident.updated';
  return {
    statements: [
      db.orm.update(incidents).set({ quietSinceAt: null, heardStatus: null }).where(eq(incidents.id, incident.id)),
    ],
    events: [
      {
        type: word.status === 'resolved' ? 'incident.resolved' : type,
        at: scene.now,
        incidentId: incident.id,
        updateId: word.id,
      },
    ],
    value: true,
  };
}

/** True while something waits: a flip, the end of a flapping, a word that subscribers are owed. */
async function hasWork(db: Database): Promise<boolean> {
  const [row] = await db.orm.all<{ some: number }>(sql`select
    exists (select 1 from flip where handled_at is null)
    or exists (select 1 from component where flapping_since_at is not null and retired_at is null)
    or exists (select 1 from incident where quiet_since_at is not null) as some`);
  return row?.some === 1;
}

/**
 * Turns flips into incidents: one cause, one incident. Decides one thing at a time, each in a batch of its own,
 * until nothing that can be decided now is left in the queue.
 */
export async function handleFlips(db: Database, policy: IncidentPolicy, now: number): Promise<void> {
  if (!(await hasWork(db))) return;
  for (let more = true; more; )
    more = await db.change(async () => {
      const scene = await readScene(db, policy, now);
      return (
        decideFlapping(db, scene) ??
        decideOutage(db, scene) ??
        decideRecovery(db, scene) ??
        decideLateWord(db, scene) ?? { statements: [], value: false }
      );
    });
}
