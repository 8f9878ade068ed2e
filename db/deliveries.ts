import { and, asc, eq, inArray, isNull, lte, max, min, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Database, Statement } from './client.ts';
import { newId } from './id.ts';
import type { NoticeRow } from './notices.ts';
import { deliveries, events, notices, subscribers } from './schema.ts';

/** A delivery that is ours to hand over until its lease ends. */
export type ClaimedDelivery = {
  id: string;
  /** Tries, this one included. */
  attempts: number;
  createdAt: number;
  noticeId: string;
  subscriberId: string;
  email: string;
};

/** Deliveries that go out in one request or over one connection; the id is the provider's idempotency key. */
export type Batch = {
  id: string;
  /** It was handed over before, without an answer; it goes out again as it was. */
  doubted: boolean;
  deliveries: ClaimedDelivery[];
  /** The notices they carry, by id, with when each was asked for or happened. */
  notices: Map<string, NoticeRow & { eventAt: number }>;
};

export type ClaimOptions = {
  limit: number;
  leaseMs: number;
  /** The provider knows our batches by their key, so that one in doubt may be repeated as it was. */
  keyed: boolean;
};

/** Providers keep a key for 24 hours; past this age a batch in doubt is never repeated. */
export const keyLifeMs = 23 * 3_600_000;
/** How long a delivery waits to be looked at again behind an older one that is on its way. */
const behindMs = 250;

/** A batch id begins with the instant it was made, so that its age outlives a restart. */
function newBatchId(now: number): string {
  return `${now.toString(36).padStart(9, '0')}-${newId()}`;
}

function batchMadeAt(batchId: string): number {
  return Number.parseInt(batchId.slice(0, 9), 36);
}

const older = alias(deliveries, 'older');
const olderNotice = alias(notices, 'older_notice');

type Candidate = {
  id: string;
  batchId: string | null;
  nextAttemptAt: number;
  wanted: boolean;
  /** When the older word on the same matter, still on its way to the same subscriber, is due; null when there is none. */
  behindAt: number | null;
};

// Literals, not parameters: only so does SQLite see that its partial index fits.
const isConfirmation = sql`${deliveries.state} = 'pending' and ${deliveries.matterId} is null`;

async function readDue(db: Database, now: number, limit: number, confirmations: boolean): Promise<Candidate[]> {
  const behind = db.orm
    .select({ at: max(older.nextAttemptAt) })
    .from(older)
    .innerJoin(olderNotice, eq(olderNotice.id, older.noticeId))
    .where(
      and(
        eq(older.subscriberId, deliveries.subscriberId),
        eq(older.matterId, deliveries.matterId),
        // The plus keeps SQLite off the index by state: one person has few deliveries, a state has many.
        sql`+${older.state} in ('pending', 'sending')`,
        sql`${olderNotice.eventId} < ${notices.eventId}`,
      ),
    );
  const due = await db.orm
    .select({
      id: deliveries.id,
      batchId: deliveries.batchId,
      nextAttemptAt: deliveries.nextAttemptAt,
      matterId: deliveries.matterId,
      subscriberState: subscribers.state,
      behindAt: sql<number | null>`(${behind})`,
    })
    .from(deliveries)
    .innerJoin(notices, eq(notices.id, deliveries.noticeId))
    .innerJoin(subscribers, eq(subscribers.id, deliveries.subscriberId))
    .where(and(confirmations ? isConfirmation : eq(deliveries.state, 'pending'), lte(deliveries.nextAttemptAt, now)))
    .orderBy(asc(deliveries.nextAttemptAt))
    .limit(limit);
  return due.map(({ matterId, subscriberState, ...row }) => ({
    ...row,
    wanted: subscriberState === (matterId === null ? 'pending' : 'confirmed'),
  }));
}

/**
 * Takes the next batch of due deliveries, or null when nothing is due. Confirmations go first: somebody waits for
 * them. Whoever unsubscribed meanwhile is skipped, and nobody gets a newer word on a matter while an older one
 * is still on its way to them.
 */
export async function claimDeliveries(db: Database, now: number, options: ClaimOptions): Promise<Batch | null> {
  for (;;) {
    const step = await db.change(async () => {
      const confirmations = await readDue(db, now, options.limit, true);
      const due = confirmations.length > 0 ? confirmations : await readDue(db, now, options.limit, false);
      const [head] = due;
      if (!head) return { statements: [], value: { batchId: null, done: true } };
      return head.batchId === null
        ? claimFresh(db, due, now, options.leaseMs)
        : claimInDoubt(db, head.batchId, head.nextAttemptAt, now, options);
    });
    const batch = step.batchId === null ? null : await readBatch(db, step.batchId);
    if (batch || step.done) return batch;
  }
}

type Claim = { statements: Statement[]; value: { batchId: string | null; done: boolean } };

function claimFresh(db: Database, due: Candidate[], now: number, leaseMs: number): Claim {
  const fresh = due.filter((candidate) => candidate.batchId === null);
  const unwanted = fresh.filter((candidate) => !candidate.wanted);
  const behind = fresh.filter((candidate) => candidate.wanted && candidate.behindAt !== null);
  const taken = fresh.filter((candidate) => candidate.wanted && candidate.behindAt === null);
  const batchId = newBatchId(now);
  const leaseUntilAt = now + leaseMs;
  return {
    statements: [
      ...put(db, taken, { state: 'sending', phase: 'claimed', batchId, leaseUntilAt, attempts: sql`attempts + 1` }),
      ...put(db, unwanted, { state: 'skipped', finishedAt: now }),
      ...[...Map.groupBy(behind, ({ behindAt }) => Math.max(behindAt ?? 0, now + behindMs))].flatMap(
        ([nextAttemptAt, waiting]) => put(db, waiting, { nextAttemptAt }),
      ),
    ],
    value: { batchId: taken.length > 0 ? batchId : null, done: false },
  };
}

/**
 * A batch that may or may not have been taken: repeated as it was under its key, or, where no key protects it (any
 * more), left as uncertain.
 */
function claimInDoubt(db: Database, batchId: string, dueAt: number, now: number, options: ClaimOptions): Claim {
  const members = and(
    eq(deliveries.state, 'pending'),
    eq(deliveries.nextAttemptAt, dueAt),
    eq(deliveries.batchId, batchId),
  );
  const repeatable = options.keyed && now - batchMadeAt(batchId) < keyLifeMs;
  const leaseUntilAt = now + options.leaseMs;
  const change = repeatable
    ? { state: 'sending' as const, leaseUntilAt, attempts: sql`attempts + 1` }
    : { state: 'uncertain' as const, finishedAt: now };
  return {
    statements: [db.orm.update(deliveries).set(change).where(members)],
    value: { batchId: repeatable ? batchId : null, done: false },
  };
}

function put(
  db: Database,
  rows: readonly { id: string }[],
  change: Parameters<ReturnType<typeof db.orm.update<typeof deliveries>>['set']>[0],
): Statement[] {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  return [
    db.orm
      .update(deliveries)
      .set(change)
      .where(and(inArray(deliveries.id, ids), eq(deliveries.state, 'pending'))),
  ];
}

/** What was really claimed: another process may have been quicker with some or all of it. */
async function readBatch(db: Database, batchId: string): Promise<Batch | null> {
  const claimed = await db.orm
    .select({
      id: deliveries.id,
      phase: deliveries.phase,
      attempts: deliveries.attempts,
      createdAt: deliveries.createdAt,
      noticeId: deliveries.noticeId,
      subscriberId: deliveries.subscriberId,
      email: subscribers.email,
    })
    .from(deliveries)
    .innerJoin(subscribers, eq(subscribers.id, deliveries.subscriberId))
    .where(and(eq(deliveries.state, 'sending'), eq(deliveries.batchId, batchId)))
    .orderBy(asc(deliveries.id));
  if (claimed.length === 0) return null;
  const carried = await db.orm
    .select({ notice: notices, eventAt: events.at })
    .from(notices)
    .innerJoin(events, eq(events.id, notices.eventId))
    .where(inArray(notices.id, [...new Set(claimed.map((delivery) => delivery.noticeId))]));
  return {
    id: batchId,
    doubted: claimed.some((delivery) => delivery.phase === 'handing_over'),
    deliveries: claimed,
    notices: new Map(carried.map(({ notice, eventAt }) => [notice.id, { ...notice, eventAt }])),
  };
}

/** When the next delivery is due; null when none waits. */
export async function nextDeliveryDueAt(db: Database): Promise<number | null> {
  const [row] = await db.orm
    .select({ at: min(deliveries.nextAttemptAt) })
    .from(deliveries)
    .where(eq(deliveries.state, 'pending'));
  return row?.at ?? null;
}

/** Since when the oldest event or delivery has waited to be told; null when everything is told. */
export async function oldestUntoldAt(db: Database): Promise<number | null> {
  const [event] = await db.orm
    .select({ at: min(events.at) })
    .from(events)
    .where(isNull(events.expandedAt));
  const delivery = await nextDeliveryDueAt(db);
  const waiting = [event?.at, delivery].filter((at) => typeof at === 'number');
  return waiting.length === 0 ? null : Math.min(...waiting);
}
