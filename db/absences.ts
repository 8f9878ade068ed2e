import { desc, eq, gt, lt } from 'drizzle-orm';
import type { Absence } from '#core/hearing.ts';
import type { Database } from './client.ts';
import { absences, presence } from './schema.ts';

/** Who is not seen for so long was away: suspended, starved, or stopped. */
const absentAfterMs = 15_000;

/** No deadline of a job looks further back. */
const keptMs = 400 * 86_400_000;

/** More of them near one deadline tell nothing new. */
const readLimit = 500;

/**
 * Notes that we are here. A gap since the last note is written down as an absence.
 * @param isReturn true when we know that nobody was here before this call, however short the gap
 */
export async function notePresence(db: Database, now: number, isReturn: boolean): Promise<void> {
  await db.change(async () => {
    const [row] = await db.orm.select().from(presence).where(eq(presence.id, 1));
    const fromAt = row?.seenAt ?? now;
    const wasAway = now > fromAt && (isReturn || now - fromAt >= absentAfterMs);
    return {
      statements: [
        ...(wasAway
          ? [
              db.orm.insert(absences).values({ fromAt, toAt: now }).onConflictDoNothing(),
              db.orm.delete(absences).where(lt(absences.toAt, now - keptMs)),
            ]
          : []),
        db.orm
          .insert(presence)
          .values({ id: 1, seenAt: now })
          .onConflictDoUpdate({ target: presence.id, set: { seenAt: now } }),
      ],
      value: undefined,
    };
  });
}

/** The absences that ended after `since`, oldest first. */
export async function absencesSince(db: Database, since: number): Promise<Absence[]> {
  const rows = await db.orm
    .select()
    .from(absences)
    .where(gt(absences.toAt, since))
    .orderBy(desc(absences.fromAt))
    .limit(readLimit);
  return rows.toReversed();
}
