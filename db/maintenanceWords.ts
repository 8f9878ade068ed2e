import { eq } from 'drizzle-orm';
import type { Actor, EventType } from '#core/event.ts';
import type { Locale, Translations } from '#core/locale.ts';
import { dueAt, isAhead, type MaintenanceStatus, sequenceAfter, type Times } from '#core/maintenance.ts';
import type { Change, Database, Statement } from './client.ts';
import { newId } from './id.ts';
import { maintenances, maintenanceUpdates } from './schema.ts';

export type MaintenanceRow = typeof maintenances.$inferSelect;

/** The words of one update, before it has its place in the row of updates. */
export type MaintenanceWord = {
  status: MaintenanceStatus;
  body: string;
  language?: Locale | undefined;
  translations?: Translations;
  /** Said by the clock. */
  automatic: boolean;
};

/** What may change with a word. */
export type Replanned = Partial<Times> & { title?: string | undefined };

/** What of a maintenance a word may change. */
function after(before: MaintenanceRow, { status }: MaintenanceWord, change: Replanned, now: number) {
  const { fromAt = before.scheduledFromAt, toAt = before.scheduledToAt, title = before.title } = change;
  const planned = { title, status, fromAt, toAt };
  const was = { ...before, fromAt: before.scheduledFromAt, toAt: before.scheduledToAt };
  const isFirst = before.updateSeq === 0;
  return {
    title,
    // A title that was replaced is replaced in every language.
    translations: title === before.title ? before.translations : {},
    status,
    scheduledFromAt: fromAt,
    scheduledToAt: toAt,
    sequence: isFirst ? before.sequence : sequenceAfter(before.sequence, was, planned),
    nextDueAt: dueAt({ ...before, ...planned }),
    startedAt: before.startedAt ?? (status === 'in_progress' ? now : null),
    endedAt: isAhead({ status }) ? null : now,
  };
}

/** Statements that add an update to a maintenance and bring the maintenance up to it. */
export function addMaintenanceUpdate(
  db: Database,
  maintenance: MaintenanceRow,
  word: MaintenanceWord,
  now: number,
  change: Replanned = {},
): { updateId: string; statements: Statement[] } {
  const updateId = newId();
  const seq = maintenance.updateSeq + 1;
  return {
    updateId,
    statements: [
      db.orm.insert(maintenanceUpdates).values({ id: updateId, maintenanceId: maintenance.id, seq, ...word, at: now }),
      db.orm
        .update(maintenances)
        .set({ updateSeq: seq, updatedAt: now, ...after(maintenance, word, change, now) })
        .where(eq(maintenances.id, maintenance.id)),
    ],
  };
}

/** The event and the audit entry that go with a word about a maintenance. */
export function recordMaintenance(
  type: Extract<EventType, `maintenance.${string}`>,
  maintenanceId: string,
  updateId: string,
  actor: Actor,
  now: number,
  quiet = false,
): Required<Pick<Change<unknown>, 'events' | 'audits'>> {
  const subject = { subjectKind: 'maintenance', subjectId: maintenanceId };
  return {
    events: [{ type, at: now, maintenanceId, updateId, quiet }],
    audits: [{ at: now, actor, action: type, ...subject, detail: { updateId } }],
  };
}
