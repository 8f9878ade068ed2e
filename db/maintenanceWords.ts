import { eq } from 'drizzle-orm';
import type { Actor, EventType } from '#core/event.ts';
import type { TranslatedText } from '#core/locale.ts';
import { dueAt, isAhead, type MaintenanceStatus, sequenceAfter, type Times } from '#core/maintenance.ts';
import { titleText } from '#core/snapshot.ts';
import type { Change, Database, Statement } from './client.ts';
import { newId } from './id.ts';
import { maintenances, maintenanceUpdates } from './schema.ts';

export type MaintenanceRow = typeof maintenances.$inferSelect;

/** The words of one update, before it has its place in the row of updates. */
export type MaintenanceWord = {
  status: MaintenanceStatus;
  body: TranslatedText;
  /** Said by the clock. */
  automatic: boolean;
};

/** What may change with a word. */
export type Replanned = Partial<Times> & { title?: TranslatedText | undefined };

/** What of a maintenance a word may change. A title that is replaced is replaced in every language. */
function after(before: MaintenanceRow, { status }: MaintenanceWord, change: Replanned, now: number) {
  const { fromAt = before.scheduledFromAt, toAt = before.scheduledToAt } = change;
  const { text: title, language, translations } = change.title ?? titleText(before);
  const planned = { title, status, fromAt, toAt };
  const was = { ...before, fromAt: before.scheduledFromAt, toAt: before.scheduledToAt };
  const isFirst = before.updateSeq === 0;
  return {
    title,
    language,
    translations,
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
  const { status, automatic } = word;
  const { text: body, language, translations } = word.body;
  return {
    updateId,
    statements: [
      db.orm.insert(maintenanceUpdates).values({
        id: updateId,
        maintenanceId: maintenance.id,
        seq,
        status,
        body,
        language,
        translations,
        at: now,
        automatic,
      }),
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
