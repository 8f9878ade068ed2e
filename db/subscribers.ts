import { and, count, eq, inArray, isNull, lt, notExists } from 'drizzle-orm';
import { addressKey, addressSchema } from '#core/address.ts';
import { DomainError } from '#core/error.ts';
import type { AuditDraft, Change, Database } from './client.ts';
import { newId } from './id.ts';
import { deliveries, notices, subscribers } from './schema.ts';

export type SubscriberRow = typeof subscribers.$inferSelect;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How long a confirmation link is good for. */
const confirmationLifeMs = 48 * hourMs;
/** How long a request waits to be confirmed before it is forgotten. */
const pendingLifeMs = 7 * 24 * hourMs;
/** Least time between two confirmation mails to one address, and how many go out without an answer. */
const requestGapMs = 10 * minuteMs;
const requestLimit = 3;

/** True when a confirmation mail may go out to someone we already know. */
function mayAsk({ state, requestedAt, requests }: SubscriberRow, now: number): boolean {
  return state !== 'confirmed' && requests < requestLimit && now - requestedAt >= requestGapMs;
}

/**
 * Someone asks to be told. Answers the same whatever is known of the address, and takes as long: a confirmation mail
 * follows unless they are confirmed, were asked less than ten minutes ago, or left three such mails unanswered.
 * @throws DomainError `invalid` when it is not one plain address
 */
export async function requestSubscription(db: Database, email: string, now: number): Promise<void> {
  const parsed = addressSchema.safeParse(email);
  if (!parsed.success)
    throw new DomainError('invalid', 'This is not a mail address we can write to; one such as name@example.com.', [
      { pointer: '/email', detail: parsed.error.issues[0]?.message ?? 'one mail address such as name@example.com' },
    ]);
  const address = parsed.data;
  const emailKey = addressKey(address);
  return db.change(async () => {
    const [known] = await db.orm.select().from(subscribers).where(eq(subscribers.emailKey, emailKey));
    if (!known) return firstRequest(db, { id: newId(), email: address, emailKey }, now);
    return mayAsk(known, now) ? repeatedRequest(db, known, now) : untouched(db, known);
  });
}

function firstRequest(
  db: Database,
  who: Pick<SubscriberRow, 'id' | 'email' | 'emailKey'>,
  now: number,
): Change<undefined> {
  return {
    statements: [
      db.orm.insert(subscribers).values({ ...who, state: 'pending', createdAt: now, requestedAt: now, requests: 1 }),
    ],
    events: [{ type: 'subscriber.requested', at: now, subscriberId: who.id }],
    value: undefined,
  };
}

function repeatedRequest(db: Database, { id, requests }: SubscriberRow, now: number): Change<undefined> {
  return {
    statements: [
      db.orm
        .update(subscribers)
        .set({ state: 'pending', requestedAt: now, requests: requests + 1 })
        .where(eq(subscribers.id, id)),
    ],
    events: [{ type: 'subscriber.requested', at: now, subscriberId: id }],
    value: undefined,
  };
}

/** Writes what is already there: an answer that came sooner would tell that we know the address. */
function untouched(db: Database, { id, state }: SubscriberRow): Change<undefined> {
  return {
    statements: [db.orm.update(subscribers).set({ state }).where(eq(subscribers.id, id))],
    value: undefined,
  };
}

/**
 * The subscriber followed the link of the request made at `requestedAt`. Good once and for 48 hours; following it
 * again while confirmed changes nothing and is true too.
 * @returns whether they are confirmed now
 */
export async function confirmSubscriber(
  db: Database,
  { subscriberId, requestedAt }: { subscriberId: string; requestedAt: number },
  now: number,
): Promise<boolean> {
  return db.change(async () => {
    const subscriber = await findSubscriber(db, subscriberId);
    if (!subscriber || subscriber.requestedAt !== requestedAt) return { statements: [], value: false };
    if (subscriber.state === 'confirmed') return { statements: [], value: true };
    if (subscriber.state !== 'pending' || now - requestedAt > confirmationLifeMs)
      return { statements: [], value: false };
    return {
      statements: [
        db.orm
          .update(subscribers)
          .set({ state: 'confirmed', confirmedAt: now, unsubscribedAt: null, requests: 0 })
          .where(and(eq(subscribers.id, subscriberId), eq(subscribers.state, 'pending'))),
      ],
      audits: [deed(subscriberId, 'subscriber.confirmed', now)],
      value: true,
    };
  });
}

/** Ends a subscription. Asking again changes nothing; an unknown id is no error. */
export async function unsubscribe(db: Database, subscriberId: string, now: number): Promise<void> {
  return db.change(async () => {
    const subscriber = await findSubscriber(db, subscriberId);
    if (!subscriber || subscriber.state === 'unsubscribed') return { statements: [], value: undefined };
    return {
      statements: [
        db.orm
          .update(subscribers)
          .set({ state: 'unsubscribed', unsubscribedAt: now, requests: 0 })
          .where(eq(subscribers.id, subscriberId)),
      ],
      audits: [deed(subscriberId, 'subscriber.unsubscribed', now)],
      value: undefined,
    };
  });
}

function deed(id: string, action: string, at: number): AuditDraft {
  return { at, actor: { kind: 'subscriber', id }, action, subjectKind: 'subscriber', subjectId: id };
}

/** One subscriber by id, or null. */
export async function findSubscriber(db: Database, id: string): Promise<SubscriberRow | null> {
  const [row] = await db.orm.select().from(subscribers).where(eq(subscribers.id, id));
  return row ?? null;
}

/** How many people an update reaches. */
export async function countConfirmed(db: Database): Promise<number> {
  const [row] = await db.orm.select({ count: count() }).from(subscribers).where(eq(subscribers.state, 'confirmed'));
  return row?.count ?? 0;
}

/** Forgets, with everything addressed to them, those who asked seven days ago and never confirmed. */
export async function forgetUnconfirmed(db: Database, now: number): Promise<void> {
  const stale = and(eq(subscribers.state, 'pending'), lt(subscribers.requestedAt, now - pendingLifeMs));
  const forgotten = db.orm.select({ id: subscribers.id }).from(subscribers).where(stale);
  const addressed = db.orm.select({ id: deliveries.id }).from(deliveries).where(eq(deliveries.noticeId, notices.id));
  await db.change(async () => {
    const [any] = await db.orm.select({ id: subscribers.id }).from(subscribers).where(stale).limit(1);
    if (!any) return { statements: [], value: undefined };
    return {
      statements: [
        db.orm.delete(deliveries).where(inArray(deliveries.subscriberId, forgotten)),
        db.orm
          .delete(notices)
          .where(and(isNull(notices.matterId), lt(notices.createdAt, now - pendingLifeMs), notExists(addressed))),
        db.orm.delete(subscribers).where(stale),
      ],
      value: undefined,
    };
  });
}
