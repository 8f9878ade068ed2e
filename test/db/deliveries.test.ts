import { asc, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Answer } from '#core/answer.ts';
import { settle } from '#core/answer.ts';
import { newIncidentSchema } from '#core/incident.ts';
import type { Database } from '#db/client.ts';
import { type Batch, type ClaimOptions, claimDeliveries, keyLifeMs, oldestUntoldAt } from '#db/deliveries.ts';
import { reclaimExpired, recordHandingOver, recordSettled } from '#db/handover.ts';
import { openIncident, postUpdate } from '#db/incidents.ts';
import { expandNotice, freezeNotice, newNoticeId, nextUntoldEvent, readNotice } from '#db/notices.ts';
import { deliveries, events, notices } from '#db/schema.ts';
import { requestSubscription, unsubscribe } from '#db/subscribers.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { addConfirmed, addresses } from '../helpers/subscribers.ts';

const noon = Date.UTC(2026, 10, 23, 12);
const leaseMs = 60_000;
const keyed: ClaimOptions = { limit: 100, leaseMs, keyed: true };
const unkeyed: ClaimOptions = { limit: 100, leaseMs, keyed: false };
const probe = { kind: 'probe' } as const;

function open(db: Database, title: string, now: number) {
  return openIncident(db, newIncidentSchema.parse({ title, body: 'We look into it.' }), probe, now);
}

/** Freezes and expands everything that is to be told. */
async function expandAll(db: Database, now: number, chunk = 2_000): Promise<void> {
  for (let event = await nextUntoldEvent(db, now); event; event = await nextUntoldEvent(db, now)) {
    const words = { subject: `event ${event.id}`, html: 'html', text: 'text' };
    const notice = await freezeNotice(db, event, { id: newNoticeId(), ...words }, now);
    while (await expandNotice(db, notice, event, chunk, now));
  }
}

async function claim(db: Database, now: number, options: ClaimOptions): Promise<Batch> {
  return (await claimDeliveries(db, now, options)) ?? expect.fail('nothing was due');
}

const held = (batch: Batch) => batch.deliveries.map(({ id }) => ({ id, batchId: batch.id }));

async function answer(db: Database, batch: Batch, given: Answer, now: number, isKeyed = true): Promise<void> {
  const standing = { attempts: 1, createdAt: now, keyed: isKeyed, doubted: batch.doubted };
  const settlement = settle(given, standing, now, 1);
  await recordSettled(
    db,
    held(batch).map((one) => ({ ...one, ...settlement })),
    now,
  );
}

const rows = (db: Database) => db.orm.select().from(deliveries).orderBy(asc(deliveries.id));

describe('the outbox', () => {
  it('makes one delivery for each subscriber confirmed when it happened', async () => {
    const db = await openTestDatabase();
    const [ana] = await addConfirmed(db, ['ana@example.com'], noon - 1);
    await addConfirmed(db, ['late@example.com'], noon + 1);
    await requestSubscription(db, 'pending@example.com', noon - 1);
    await db.orm.update(events).set({ expandedAt: noon });
    await open(db, 'Payments fail', noon);
    await expandAll(db, noon + 2);
    expect(await rows(db)).toMatchObject([{ subscriberId: ana, state: 'pending', attempts: 0 }]);
  });

  it('reads what an event tells', async () => {
    const db = await openTestDatabase();
    const incident = await open(db, 'Payments fail', noon);
    const event = (await nextUntoldEvent(db, noon)) ?? expect.fail('no event');
    expect(await readNotice(db, event)).toMatchObject({
      kind: 'incident',
      incident: { id: incident.id, title: 'Payments fail' },
      update: { body: 'We look into it.', status: 'investigating', at: noon },
    });
  });

  it('promises in an older word nothing that a newer one has replaced', async () => {
    const db = await openTestDatabase();
    const incident = await open(db, 'Payments fail', noon);
    await postUpdate(db, incident.id, { body: 'More.', nextUpdateMinutes: 20 }, probe, noon + 1);
    const told = await db.orm.select().from(events).where(eq(events.incidentId, incident.id)).orderBy(asc(events.id));
    const promises = await Promise.all(
      told.map(async (event) => {
        const notice = await readNotice(db, event);
        return notice?.kind === 'incident' ? notice.update.nextUpdateDueAt : undefined;
      }),
    );
    expect(promises).toEqual([null, noon + 1 + 20 * 60_000]);
  });

  it('goes on where it was cut off between two chunks', async () => {
    const db = await openTestDatabase();
    await addConfirmed(db, addresses(25), noon - 1);
    await open(db, 'Payments fail', noon);
    const event = (await nextUntoldEvent(db, noon)) ?? expect.fail('no event');
    const first = await freezeNotice(db, event, { id: newNoticeId(), subject: 'first', html: '', text: '' }, noon);
    expect(await expandNotice(db, first, event, 10, noon)).toBe(true);
    // Whoever starts anew finds the event untold, and the words of the first.
    const again = (await nextUntoldEvent(db, noon)) ?? expect.fail('told too early');
    const notice = await freezeNotice(db, again, { id: newNoticeId(), subject: 'second', html: '', text: '' }, noon);
    expect(notice).toEqual(first);
    while (await expandNotice(db, notice, again, 10, noon));
    expect(new Set((await rows(db)).map((row) => row.subscriberId)).size).toBe(25);
    expect(await db.orm.$count(deliveries)).toBe(25);
    expect(await db.orm.$count(notices)).toBe(1);
    expect(await nextUntoldEvent(db, noon)).toBeNull();
  });

  it('writes no row twice when two expand at once', async () => {
    const db = await openTestDatabase();
    await addConfirmed(db, addresses(45), noon - 1);
    await open(db, 'Payments fail', noon);
    await Promise.all([expandAll(db, noon, 10), expandAll(db, noon, 10)]);
    expect(await db.orm.$count(deliveries)).toBe(45);
  });

  it('ticks off what tells nobody', async () => {
    const db = await openTestDatabase();
    for (let count = 0; count < 450; count += 1)
      await db.orm.insert(events).values({ type: 'component.changed', at: noon });
    expect(await nextUntoldEvent(db, noon)).toBeNull();
    expect(await oldestUntoldAt(db)).toBeNull();
  });

  it('says since when something waits', async () => {
    const db = await openTestDatabase();
    await addConfirmed(db, ['ana@example.com'], noon - 1);
    await open(db, 'Payments fail', noon);
    expect(await oldestUntoldAt(db)).toBe(noon);
    await expandAll(db, noon + 5);
    expect(await oldestUntoldAt(db)).toBe(noon + 5);
    await answer(db, await claim(db, noon + 6, keyed), { kind: 'sent', providerId: null }, noon + 6);
    expect(await oldestUntoldAt(db)).toBeNull();
  });
});

describe('claimDeliveries', () => {
  it('gives each delivery to one claimer', async () => {
    const db = await openTestDatabase();
    await addConfirmed(db, addresses(50), noon - 1);
    await open(db, 'Payments fail', noon);
    await expandAll(db, noon);
    const options = { ...unkeyed, limit: 20 };
    const batches = await Promise.all([1, 2, 3, 4].map(() => claimDeliveries(db, noon, options)));
    expect(batches.map((batch) => batch?.deliveries.length ?? 0)).toEqual([20, 20, 10, 0]);
    const ids = batches.flatMap((batch) => batch?.deliveries.map(({ id }) => id) ?? []);
    expect(new Set(ids).size).toBe(50);
  });

  it('skips whoever unsubscribed after the rows were written', async () => {
    const db = await openTestDatabase();
    const [ana = '', ben = ''] = await addConfirmed(db, ['ana@example.com', 'ben@example.com'], noon - 1);
    await open(db, 'Payments fail', noon);
    await expandAll(db, noon);
    await unsubscribe(db, ana, noon + 1);
    const batch = await claim(db, noon + 2, unkeyed);
    expect(batch.deliveries.map((delivery) => delivery.subscriberId)).toEqual([ben]);
    expect((await rows(db)).find((row) => row.subscriberId === ana)).toMatchObject({
      state: 'skipped',
      finishedAt: noon + 2,
    });
  });

  it('claims nothing when everyone has left', async () => {
    const db = await openTestDatabase();
    const ids = await addConfirmed(db, addresses(30), noon - 1);
    await open(db, 'Payments fail', noon);
    await expandAll(db, noon);
    for (const id of ids) await unsubscribe(db, id, noon + 1);
    expect(await claimDeliveries(db, noon + 2, { ...unkeyed, limit: 7 })).toBeNull();
    expect(await db.orm.$count(deliveries, eq(deliveries.state, 'skipped'))).toBe(30);
  });

  it('holds a newer word back while an older one is on its way to the same person', async () => {
    const db = await openTestDatabase();
    await addConfirmed(db, ['ana@example.com'], noon - 1);
    const incident = await open(db, 'Payments fail', noon);
    await postUpdate(db, incident.id, { body: 'More.' }, probe, noon);
    await expandAll(db, noon);
    const first = await claim(db, noon, unkeyed);
    expect(first.deliveries).toHaveLength(1);
    expect(await claimDeliveries(db, noon + 1_000, unkeyed)).toBeNull();
    await answer(db, first, { kind: 'deferred', reason: '451' }, noon + 1_000, false);
    // The older one waits for 30 seconds now, and the newer one with it.
    expect(await claimDeliveries(db, noon + 20_000, unkeyed)).toBeNull();
    const again = await claim(db, noon + 40_000, unkeyed);
    expect(again.deliveries.map(({ id }) => id)).toEqual(first.deliveries.map(({ id }) => id));
    await answer(db, again, { kind: 'sent', providerId: null }, noon + 40_000, false);
    const second = await claim(db, noon + 80_000, unkeyed);
    expect(second.deliveries[0]?.noticeId).not.toBe(first.deliveries[0]?.noticeId);
  });

  it('does not hold back another incident', async () => {
    const db = await openTestDatabase();
    await addConfirmed(db, ['ana@example.com'], noon - 1);
    await open(db, 'Payments fail', noon);
    await open(db, 'Search is slow', noon);
    await expandAll(db, noon);
    expect((await claim(db, noon, unkeyed)).deliveries).toHaveLength(2);
  });

  it('lets confirmations overtake a large fan-out', async () => {
    const db = await openTestDatabase();
    await addConfirmed(db, addresses(30), noon - 1);
    await open(db, 'Payments fail', noon);
    await expandAll(db, noon);
    await requestSubscription(db, 'new@example.com', noon + 1);
    await expandAll(db, noon + 1);
    const batch = await claim(db, noon + 2, { ...unkeyed, limit: 10 });
    expect(batch.deliveries.map(({ email }) => email)).toEqual(['new@example.com']);
    expect([...batch.notices.values()]).toMatchObject([{ matterId: null, eventAt: noon + 1 }]);
  });
});

describe('a delivery in hand', () => {
  async function oneClaimed(options: ClaimOptions) {
    const db = await openTestDatabase();
    const ids = await addConfirmed(db, ['ana@example.com', 'ben@example.com'], noon - 1);
    await open(db, 'Payments fail', noon);
    await expandAll(db, noon);
    return { db, ids, batch: await claim(db, noon, options) };
  }

  it('may leave while its lease lasts, and not after', async () => {
    const { db, batch } = await oneClaimed(unkeyed);
    expect((await recordHandingOver(db, held(batch), noon + leaseMs - 1, leaseMs)).size).toBe(2);
    expect((await recordHandingOver(db, held(batch), noon + 3 * leaseMs, leaseMs)).size).toBe(0);
  });

  it('may not leave once somebody else has it', async () => {
    const { db, batch } = await oneClaimed(unkeyed);
    await reclaimExpired(db, noon + leaseMs, false);
    const other = await claim(db, noon + leaseMs, unkeyed);
    expect((await recordHandingOver(db, held(batch), noon + leaseMs + 1, leaseMs)).size).toBe(0);
    expect((await recordHandingOver(db, held(other), noon + leaseMs + 1, leaseMs)).size).toBe(2);
    await answer(db, batch, { kind: 'refused', reason: 'too late' }, noon + leaseMs + 2);
    expect((await rows(db)).map((row) => row.state)).toEqual(['sending', 'sending']);
  });

  it('is free again when nobody began to hand it over, and the try does not count', async () => {
    const { db } = await oneClaimed(unkeyed);
    await reclaimExpired(db, noon + leaseMs - 1, false);
    expect((await rows(db)).map((row) => row.state)).toEqual(['sending', 'sending']);
    await reclaimExpired(db, noon + leaseMs, false);
    expect(await rows(db)).toMatchObject([
      { state: 'pending', batchId: null, phase: null, attempts: 0 },
      { state: 'pending', batchId: null, phase: null, attempts: 0 },
    ]);
  });

  it('is uncertain when it was cut off while leaving without a key', async () => {
    const { db, batch } = await oneClaimed(unkeyed);
    await recordHandingOver(db, held(batch).slice(0, 1), noon, leaseMs);
    await reclaimExpired(db, noon + leaseMs, false);
    const states = (await rows(db)).map((row) => row.state).toSorted();
    expect(states).toEqual(['pending', 'uncertain']);
    expect((await claim(db, noon + leaseMs, unkeyed)).deliveries).toHaveLength(1);
  });

  it('is repeated whole and under its key when it was cut off while leaving with one', async () => {
    const { db, ids, batch } = await oneClaimed(keyed);
    await recordHandingOver(db, held(batch), noon, leaseMs);
    await reclaimExpired(db, noon + leaseMs, true);
    // Whoever left meanwhile stays in: other bytes under the key would be refused.
    await unsubscribe(db, ids[0] ?? '', noon + leaseMs);
    const again = await claim(db, noon + leaseMs, { ...keyed, limit: 1 });
    expect(again.id).toBe(batch.id);
    expect(again.doubted).toBe(true);
    expect(again.deliveries.map(({ id }) => id)).toEqual(batch.deliveries.map(({ id }) => id));
    // And once more, though this time it was claimed only.
    await reclaimExpired(db, noon + 3 * leaseMs, true);
    expect((await claim(db, noon + 3 * leaseMs, keyed)).id).toBe(batch.id);
  });

  it('is uncertain when its key is too old to be repeated', async () => {
    const { db, batch } = await oneClaimed(keyed);
    await recordHandingOver(db, held(batch), noon, leaseMs);
    await reclaimExpired(db, noon + keyLifeMs, true);
    expect(await claimDeliveries(db, noon + keyLifeMs, keyed)).toBeNull();
    expect((await rows(db)).map((row) => row.state)).toEqual(['uncertain', 'uncertain']);
  });

  it('is uncertain when the channel changed while it was in doubt', async () => {
    const { db, batch } = await oneClaimed(keyed);
    await recordHandingOver(db, held(batch), noon, leaseMs);
    await answer(db, batch, { kind: 'doubtful', reason: 'no answer' }, noon);
    expect(await claimDeliveries(db, noon + 3_600_000, unkeyed)).toBeNull();
    expect((await rows(db)).map((row) => row.state)).toEqual(['uncertain', 'uncertain']);
  });

  it('leaves its batch when it was not taken', async () => {
    const { db, batch } = await oneClaimed(keyed);
    await recordHandingOver(db, held(batch), noon, leaseMs);
    await answer(db, batch, { kind: 'parked', reason: '429', waitMs: 1_000 }, noon);
    const again = await claim(db, noon + 1_000, keyed);
    expect(again.id).not.toBe(batch.id);
    expect(again.doubted).toBe(false);
    expect(again.deliveries.map((delivery) => delivery.attempts)).toEqual([1, 1]);
  });

  it('was sent if it was sent, however late that is heard', async () => {
    const { db, batch } = await oneClaimed(unkeyed);
    await recordHandingOver(db, held(batch), noon, leaseMs);
    await reclaimExpired(db, noon + leaseMs, false);
    await answer(db, batch, { kind: 'sent', providerId: 'p1' }, noon + leaseMs + 1, false);
    expect(await rows(db)).toMatchObject([
      { state: 'sent', providerId: 'p1' },
      { state: 'sent', providerId: 'p1' },
    ]);
  });
});
