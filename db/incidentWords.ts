import { eq } from 'drizzle-orm';
import type { Actor, EventType } from '#core/event.ts';
import type { Impact, IncidentStatus } from '#core/incident.ts';
import type { IncidentWords } from '#core/incidentFacts.ts';
import type { Locale, TranslatedText } from '#core/locale.ts';
import { isOwed } from '#core/quiet.ts';
import type { Change, Database, Statement } from './client.ts';
import { newId } from './id.ts';
import { incidents, updates } from './schema.ts';

export type IncidentRow = typeof incidents.$inferSelect;

const minuteMs = 60_000;

/** The words of one update, before it has its place in the row of updates. */
export type UpdateDraft = IncidentWords & {
  status: IncidentStatus;
  automatic: boolean;
  nextUpdateMinutes?: number | undefined;
  /** Shown to everyone, told to nobody. */
  quiet?: boolean;
};

/** What an update needs to know of its incident. */
type Written = Pick<IncidentRow, 'id' | 'status' | 'updateSeq' | 'monitoringAt' | 'quietSinceAt' | 'heardStatus'>;

/** An incident that nothing was said about yet. */
export function unwritten(id: string): Written {
  return { id, status: 'investigating', updateSeq: 0, monitoringAt: null, quietSinceAt: null, heardStatus: null };
}

/** The columns that remember what subscribers do not know after this word. */
function hearing(incident: Written, { status, quiet = false }: UpdateDraft, now: number) {
  const known = incident.updateSeq === 0 ? null : incident.status;
  const heard = incident.quietSinceAt === null ? known : incident.heardStatus;
  if (!quiet || !isOwed(heard, status)) return { quietSinceAt: null, heardStatus: null };
  return { quietSinceAt: incident.quietSinceAt ?? now, heardStatus: heard };
}

/** Statements that add an update to an incident and bring the cached columns of the incident up to it. */
export function addUpdate(
  db: Database,
  incident: Written,
  draft: UpdateDraft,
  now: number,
): { updateId: string; statements: Statement[] } {
  const updateId = newId();
  const { nextUpdateMinutes, status, automatic, workaround, loss } = draft;
  const { text: body, language, translations } = draft.body;
  const seq = incident.updateSeq + 1;
  const resolved = draft.status === 'resolved';
  return {
    updateId,
    statements: [
      db.orm.insert(updates).values({
        id: updateId,
        incidentId: incident.id,
        seq,
        status,
        body,
        language,
        translations,
        at: now,
        automatic,
      }),
      db.orm
        .update(incidents)
        .set({
          status: draft.status,
          updateSeq: seq,
          updatedAt: now,
          monitoringAt: draft.status === 'monitoring' ? now : incident.monitoringAt,
          resolvedAt: resolved ? now : null,
          nextUpdateDueAt: nextUpdateMinutes === undefined || resolved ? null : now + nextUpdateMinutes * minuteMs,
          ...(workaround === undefined ? {} : { workaround }),
          ...(loss === undefined ? {} : { loss }),
          ...hearing(incident, draft, now),
        })
        .where(eq(incidents.id, incident.id)),
    ],
  };
}

/** Statements of a new incident, without its first update. */
export function newIncidentRow(
  db: Database,
  draft: { title: TranslatedText; impact: Impact; automatic: boolean; originKey?: string; startedAt: number },
  now: number,
): { id: string; statement: Statement } {
  const id = newId();
  const { text: title, language, translations } = draft.title;
  return {
    id,
    statement: db.orm.insert(incidents).values({
      id,
      ...draft,
      title,
      language,
      translations,
      status: 'investigating',
      updateSeq: 0,
      createdAt: now,
      updatedAt: now,
    }),
  };
}

/** How a word was said, and what it set besides its text: both are in the audit. */
type Said = Omit<Partial<IncidentWords>, 'body'> & { quiet?: boolean; locale?: Locale };

/** The event and the audit entry that go with a word about an incident. */
export function record(
  type: Extract<EventType, `incident.${string}`>,
  incidentId: string,
  updateId: string,
  actor: Actor,
  now: number,
  { quiet = false, ...said }: Said = {},
): Required<Pick<Change<unknown>, 'events' | 'audits'>> {
  return {
    events: [{ type, at: now, incidentId, updateId, quiet }],
    audits: [
      { at: now, actor, action: type, subjectKind: 'incident', subjectId: incidentId, detail: { updateId, ...said } },
    ],
  };
}
