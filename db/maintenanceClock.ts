import { asc, lte } from 'drizzle-orm';
import { automaticText } from '#core/automaticWords.ts';
import type { Actor } from '#core/event.ts';
import type { Database } from './client.ts';
import { releaseIdle } from './holds.ts';
import { readLanguages } from './languages.ts';
import { decideWord, findMaintenance } from './maintenances.ts';
import { maintenances } from './schema.ts';

const clockActor: Actor = { kind: 'clock' };

async function nextDue(db: Database, now: number): Promise<string | null> {
  const [row] = await db.orm
    .select({ id: maintenances.id })
    .from(maintenances)
    .where(lte(maintenances.nextDueAt, now))
    .orderBy(asc(maintenances.nextDueAt), asc(maintenances.id))
    .limit(1);
  return row?.id ?? null;
}

/**
 * Begins and completes what is due, the longest due first, each in a batch of its own. What fell due while nobody was
 * here is done at once and dated now: that is when it was said. Of work whose whole time passed meanwhile, only the
 * end is told.
 */
export async function turnMaintenances(db: Database, now: number): Promise<void> {
  // Asked outside the queue of writers first: there is nearly always nothing to do.
  for (let id = await nextDue(db, now); id !== null; id = await nextDue(db, now))
    await db.change(async () => {
      const dueId = await nextDue(db, now);
      const due = dueId === null ? null : await findMaintenance(db, dueId);
      if (due === null) return { statements: [], value: true };
      const { locales } = await readLanguages(db);
      if (due.status !== 'scheduled') {
        const body = automaticText(locales, ({ completion }) => completion);
        const word = { status: 'completed', body, automatic: true } as const;
        return decideWord(db, due, { type: 'maintenance.completed', word, actor: clockActor }, now);
      }
      const body = automaticText(locales, ({ beginning }) => beginning);
      const word = { status: 'in_progress', body, automatic: true } as const;
      const quiet = due.endsByItself && due.scheduledToAt <= now;
      return decideWord(db, due, { type: 'maintenance.started', word, actor: clockActor, quiet }, now);
    });
  await releaseIdle(db, now);
}
