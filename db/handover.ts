import { and, eq, gt, lte, sql } from 'drizzle-orm';
import type { Settlement } from '#core/answer.ts';
import type { Database } from './client.ts';
import { deliveries } from './schema.ts';

/** A delivery as its claimer knows it: the batch id is the fence, since a later claim gives another one. */
export type Held = { id: string; batchId: string };

/** How a held delivery now stands. */
export type Settled = Held & Settlement;

/**
 * Notes durably that the bytes of these deliveries are about to leave, and renews their lease. To be called before
 * the first byte does.
 * @returns the ids that are still ours; the others must not be handed over
 */
export async function recordHandingOver(
  db: Database,
  held: readonly Held[],
  now: number,
  leaseMs: number,
): Promise<Set<string>> {
  const mine = and(
    sql`(${deliveries.id}, ${deliveries.batchId}) in
      (select value ->> 'id', value ->> 'batchId' from json_each(${JSON.stringify(held)}))`,
    eq(deliveries.state, 'sending'),
    gt(deliveries.leaseUntilAt, now),
  );
  await db.change(async () => ({
    statements: [
      db.orm
        .update(deliveries)
        .set({ phase: 'handing_over', leaseUntilAt: now + leaseMs })
        .where(mine),
    ],
    value: undefined,
  }));
  const rows = await db.orm.select({ id: deliveries.id }).from(deliveries).where(mine);
  return new Set(rows.map((row) => row.id));
}

/**
 * Writes how deliveries stand after their answers. One that was taken from us meanwhile is left as it is, unless the
 * answer is that it was sent: that stays true whoever holds it.
 */
export async function recordSettled(db: Database, settled: readonly Settled[], now: number): Promise<void> {
  const answers = sql`(select value ->> 'id' as id, value ->> 'batchId' as batch_id, value ->> 'state' as state,
    value ->> 'providerId' as provider_id, value ->> 'error' as error, value ->> 'nextAttemptAt' as next_attempt_at,
    value ->> 'inDoubt' as in_doubt, value ->> 'refunded' as refunded from json_each(${JSON.stringify(settled)}))`;
  // The pluses keep SQLite off the index by state, so that it looks each row up by its id.
  await db.change(async () => ({
    statements: [
      db.orm.run(sql`
        update delivery set
          state = answer.state,
          provider_id = answer.provider_id,
          error = answer.error,
          next_attempt_at = coalesce(answer.next_attempt_at, delivery.next_attempt_at),
          finished_at = iif(answer.state = 'pending', null, ${now}),
          batch_id = iif(answer.state = 'pending' and not answer.in_doubt, null, delivery.batch_id),
          phase = iif(answer.state = 'pending' and not answer.in_doubt, null, delivery.phase),
          attempts = delivery.attempts - answer.refunded,
          lease_until_at = null
        from ${answers} as answer
        where delivery.id = answer.id and delivery.batch_id = answer.batch_id
          and (+delivery.state = 'sending'
            or (answer.state = 'sent' and +delivery.state in ('pending', 'uncertain')))`),
    ],
    value: undefined,
  }));
}

/**
 * Takes back what nobody finished before its lease ended. What had not begun is free again; what was being handed
 * over is repeated under its key, or is uncertain where there is none.
 * @param endedBy leases up to this moment are over: later than `now` where whoever held them is known to be dead
 */
export async function reclaimExpired(db: Database, now: number, keyed: boolean, endedBy = now): Promise<void> {
  const expired = and(eq(deliveries.state, 'sending'), lte(deliveries.leaseUntilAt, endedBy));
  await db.change(async () => {
    const [any] = await db.orm.select({ id: deliveries.id }).from(deliveries).where(expired).limit(1);
    const cutOff = keyed
      ? { state: 'pending' as const, nextAttemptAt: now, leaseUntilAt: null }
      : {
          state: 'uncertain' as const,
          finishedAt: now,
          leaseUntilAt: null,
          error: 'We were cut off while handing it over; it may or may not have arrived.',
        };
    return {
      statements: !any
        ? []
        : [
            db.orm
              .update(deliveries)
              .set({
                state: 'pending',
                phase: null,
                batchId: null,
                leaseUntilAt: null,
                nextAttemptAt: now,
                attempts: sql`attempts - 1`,
              })
              .where(and(expired, eq(deliveries.phase, 'claimed'))),
            db.orm
              .update(deliveries)
              .set(cutOff)
              .where(and(expired, eq(deliveries.phase, 'handing_over'))),
          ],
      value: undefined,
    };
  });
}
