import { and, asc, eq, inArray, isNull, max, sql } from 'drizzle-orm';
import { type Audience, audienceOf } from '#core/audience.ts';
import { type TranslatedText, textFor } from '#core/locale.ts';
import { lossFor } from '#core/loss.ts';
import type { Notice } from '#core/notice.ts';
import type { Database, Statement } from './client.ts';
import { newId } from './id.ts';
import { readLanguages } from './languages.ts';
import { readMaintenanceNotice } from './maintenanceNotices.ts';
import {
  components,
  deliveries,
  events,
  incidentComponents,
  incidents,
  notices,
  subscribers,
  updates,
} from './schema.ts';

export type EventRow = typeof events.$inferSelect;
export type NoticeRow = typeof notices.$inferSelect;

/** The words of a notice, rendered once and never again. */
export type FrozenWords = Pick<NoticeRow, 'id' | 'subject' | 'html' | 'text'>;

const eventsAtOnce = 200;

/** The id of a notice yet to be frozen: its words already refer to it. */
export const newNoticeId = newId;

/**
 * The oldest event whose deliveries do not all have their rows yet. Events that tell nobody are ticked off on the way.
 */
export async function nextUntoldEvent(db: Database, now: number): Promise<EventRow | null> {
  const waiting = await db.orm
    .select()
    .from(events)
    .where(isNull(events.expandedAt))
    .orderBy(asc(events.id))
    .limit(eventsAtOnce);
  const told = waiting.findIndex((event) => audienceOf(event).kind !== 'nobody');
  const silent = told === -1 ? waiting : waiting.slice(0, told);
  if (silent.length > 0) {
    const ids = silent.map((event) => event.id);
    await db.change(async () => ({
      statements: [db.orm.update(events).set({ expandedAt: now }).where(inArray(events.id, ids))],
      value: undefined,
    }));
  }
  if (told === -1 && waiting.length === eventsAtOnce) return nextUntoldEvent(db, now);
  return waiting[told] ?? null;
}

/** What an event tells, as it stands now; null when there are no words. */
export async function readNotice(db: Database, event: EventRow): Promise<Notice | null> {
  if (event.maintenanceId !== null) return readMaintenanceNotice(db, event.maintenanceId, event.updateId ?? '');
  if (event.incidentId === null) return audienceOf(event).kind === 'one' ? { kind: 'confirmation' } : null;
  const [incident] = await db.orm.select().from(incidents).where(eq(incidents.id, event.incidentId));
  const [update] = await db.orm
    .select()
    .from(updates)
    .where(eq(updates.id, event.updateId ?? ''));
  if (!incident || !update) return null;
  const named = await db.orm
    .select({ name: components.name, state: incidentComponents.state })
    .from(incidentComponents)
    .innerJoin(components, eq(components.id, incidentComponents.componentId))
    .where(eq(incidentComponents.incidentId, incident.id))
    .orderBy(asc(components.position));
  const { id, startedAt, resolvedAt, nextUpdateDueAt, workaround, loss } = incident;
  const [first] = (await readLanguages(db)).locales;
  const told = (text: TranslatedText) => textFor(text, first, first).text;
  return {
    kind: 'incident',
    incident: {
      id,
      title: told({ ...incident, text: incident.title }),
      startedAt,
      resolvedAt,
      components: named,
      workaround: workaround && told(workaround),
      loss: loss && lossFor(loss, first, first),
    },
    update: {
      status: update.status,
      body: told({ ...update, text: update.body }),
      at: update.at,
      nextUpdateDueAt: update.seq === incident.updateSeq ? nextUpdateDueAt : null,
    },
  };
}

/** The incident or maintenance that an event is about; null where it concerns one person. */
function matterOf({ incidentId, maintenanceId }: EventRow): string | null {
  return incidentId ?? maintenanceId;
}

/** The frozen notice of an event, or null when it has none yet. */
export async function findNotice(db: Database, eventId: number): Promise<NoticeRow | null> {
  const [row] = await db.orm.select().from(notices).where(eq(notices.eventId, eventId));
  return row ?? null;
}

/** Freezes the words of an event. Whoever comes second gets the words of whoever came first. */
export async function freezeNotice(db: Database, event: EventRow, words: FrozenWords, now: number): Promise<NoticeRow> {
  const row: NoticeRow = { ...words, eventId: event.id, matterId: matterOf(event), createdAt: now };
  await db.change(async () => ({
    statements: [db.orm.insert(notices).values(row).onConflictDoNothing({ target: notices.eventId })],
    value: undefined,
  }));
  return (await findNotice(db, event.id)) ?? row;
}

/** Ticks an event off: nothing more follows from it. */
export async function finishEvent(db: Database, event: EventRow, now: number): Promise<void> {
  await db.change(async () => ({ statements: [finished(db, event, now)], value: undefined }));
}

function finished(db: Database, event: EventRow, now: number): Statement {
  return db.orm
    .update(events)
    .set({ expandedAt: now })
    .where(and(eq(events.id, event.id), isNull(events.expandedAt)));
}

function inAudience(audience: Audience) {
  switch (audience.kind) {
    case 'nobody':
      return sql`false`;
    case 'one':
      return sql`${subscribers.id} = ${audience.subscriberId}`;
    case 'everyone':
      return sql`${subscribers.state} = 'confirmed' and ${subscribers.confirmedAt} <= ${audience.confirmedBy}`;
  }
}

/**
 * Writes the next delivery rows of a frozen notice, at most `limit`, in the order of the subscribers' ids: the rows
 * themselves are the place to go on from after a crash. With the last of them the event is ticked off.
 * @returns whether there may be more
 */
export async function expandNotice(
  db: Database,
  notice: Pick<NoticeRow, 'id'>,
  event: EventRow,
  limit: number,
  now: number,
): Promise<boolean> {
  return db.change(async () => {
    const [reached] = await db.orm
      .select({ id: max(deliveries.subscriberId) })
      .from(deliveries)
      .where(eq(deliveries.noticeId, notice.id));
    const next = db.orm
      .select({ id: subscribers.id })
      .from(subscribers)
      .where(and(inAudience(audienceOf(event)), sql`${subscribers.id} > ${reached?.id ?? ''}`))
      .orderBy(asc(subscribers.id))
      .limit(limit)
      .as('next');
    const [chunk] = await db.orm.select({ size: sql<number>`count(*)` }).from(next);
    const more = (chunk?.size ?? 0) === limit;
    const rows = db.orm.run(sql`
      insert or ignore into delivery
        (id, notice_id, subscriber_id, incident_id, state, attempts, next_attempt_at, created_at)
      select ${notice.id} || '-' || id, ${notice.id}, id, ${matterOf(event)}, 'pending', 0, ${now}, ${now}
      from ${next}`);
    return { statements: more ? [rows] : [rows, finished(db, event, now)], value: more };
  });
}
