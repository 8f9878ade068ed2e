import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { audits, deliveries, events, notices, subscribers } from '#db/schema.ts';
import {
  confirmSubscriber,
  countConfirmed,
  findSubscriber,
  forgetUnconfirmed,
  requestSubscription,
  unsubscribe,
} from '#db/subscribers.ts';
import { openTestDatabase } from '../helpers/database.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const noon = Date.UTC(2026, 10, 23, 12);

async function onlySubscriber(db: Database) {
  const rows = await db.orm.select().from(subscribers);
  expect(rows).toHaveLength(1);
  return rows[0] ?? expect.fail('nobody there');
}

const requestsMade = (db: Database) => db.orm.$count(events, eq(events.type, 'subscriber.requested'));

async function confirmNewest(db: Database, now: number) {
  const { id, requestedAt } = await onlySubscriber(db);
  return confirmSubscriber(db, { subscriberId: id, requestedAt }, now);
}

describe('requestSubscription', () => {
  it('remembers who asked, and that a confirmation mail is due', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, ' Ana@Example.com ', noon);
    const subscriber = await onlySubscriber(db);
    expect(subscriber).toMatchObject({ email: 'Ana@Example.com', emailKey: 'ana@example.com', state: 'pending' });
    expect(await db.orm.select().from(events)).toMatchObject([
      { type: 'subscriber.requested', at: noon, subscriberId: subscriber.id, expandedAt: null },
    ]);
  });

  it('keeps one row for one person, however it is spelled', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, 'Ana@example.com', noon);
    await requestSubscription(db, 'ana@EXAMPLE.com', noon + hourMs);
    expect(await onlySubscriber(db)).toMatchObject({ email: 'Ana@example.com', requests: 2 });
  });

  it('answers the same whatever it knows', async () => {
    const db = await openTestDatabase();
    const unknown = await requestSubscription(db, 'ana@example.com', noon);
    const asked = await requestSubscription(db, 'ana@example.com', noon + 1);
    await confirmNewest(db, noon + 2);
    const confirmed = await requestSubscription(db, 'ana@example.com', noon + hourMs);
    const answers = [unknown, asked, confirmed];
    expect(answers).toEqual([undefined, undefined, undefined]);
  });

  it('writes once within ten minutes', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, 'ana@example.com', noon);
    await requestSubscription(db, 'ana@example.com', noon + 10 * minuteMs - 1);
    expect(await requestsMade(db)).toBe(1);
    await requestSubscription(db, 'ana@example.com', noon + 10 * minuteMs);
    expect(await requestsMade(db)).toBe(2);
  });

  it('writes three times at most to someone who does not answer', async () => {
    const db = await openTestDatabase();
    for (let asked = 0; asked < 20; asked += 1) await requestSubscription(db, 'ana@example.com', noon + asked * hourMs);
    expect(await requestsMade(db)).toBe(3);
  });

  it('writes once when many ask at the same moment', async () => {
    const db = await openTestDatabase();
    await Promise.all(Array.from({ length: 30 }, () => requestSubscription(db, 'ana@example.com', noon)));
    expect(await requestsMade(db)).toBe(1);
  });

  it('does not write to someone who is confirmed', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, 'ana@example.com', noon);
    await confirmNewest(db, noon + minuteMs);
    await requestSubscription(db, 'ana@example.com', noon + hourMs);
    expect(await requestsMade(db)).toBe(1);
    expect((await onlySubscriber(db)).state).toBe('confirmed');
  });

  it('asks someone who left to confirm anew', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, 'ana@example.com', noon);
    await confirmNewest(db, noon + minuteMs);
    await unsubscribe(db, (await onlySubscriber(db)).id, noon + 2 * minuteMs);
    await requestSubscription(db, 'ana@example.com', noon + hourMs);
    expect((await onlySubscriber(db)).state).toBe('pending');
    expect(await confirmNewest(db, noon + 2 * hourMs)).toBe(true);
    expect(await onlySubscriber(db)).toMatchObject({ state: 'confirmed', unsubscribedAt: null });
  });

  it('refuses what is not one plain address, in a sentence', async () => {
    const db = await openTestDatabase();
    await expect(requestSubscription(db, 'v@example.com, evil@example.com', noon)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('name@example.com'),
      fields: [{ pointer: '/email' }],
    });
    expect(await db.orm.$count(subscribers)).toBe(0);
  });
});

describe('confirmSubscriber', () => {
  it('confirms, and says so in the audit', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, 'ana@example.com', noon);
    expect(await confirmNewest(db, noon + hourMs)).toBe(true);
    expect(await onlySubscriber(db)).toMatchObject({ state: 'confirmed', confirmedAt: noon + hourMs, requests: 0 });
    expect(await db.orm.select().from(audits)).toMatchObject([
      { actorKind: 'subscriber', action: 'subscriber.confirmed' },
    ]);
  });

  it('changes nothing the second time', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, 'ana@example.com', noon);
    await confirmNewest(db, noon + hourMs);
    expect(await confirmNewest(db, noon + 2 * hourMs)).toBe(true);
    expect((await onlySubscriber(db)).confirmedAt).toBe(noon + hourMs);
  });

  it('is good for 48 hours', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, 'ana@example.com', noon);
    expect(await confirmNewest(db, noon + 2 * dayMs + 1)).toBe(false);
    expect(await confirmNewest(db, noon + 2 * dayMs)).toBe(true);
  });

  it('takes the newest request only', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, 'ana@example.com', noon);
    await requestSubscription(db, 'ana@example.com', noon + hourMs);
    const { id } = await onlySubscriber(db);
    expect(await confirmSubscriber(db, { subscriberId: id, requestedAt: noon }, noon + hourMs)).toBe(false);
  });

  it('does not bring back someone who left', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, 'ana@example.com', noon);
    await confirmNewest(db, noon + 1);
    await unsubscribe(db, (await onlySubscriber(db)).id, noon + 2);
    expect(await confirmNewest(db, noon + 3)).toBe(false);
    expect(await countConfirmed(db)).toBe(0);
  });

  it('knows nobody by a wrong id', async () => {
    const db = await openTestDatabase();
    expect(await confirmSubscriber(db, { subscriberId: 'nobody', requestedAt: noon }, noon)).toBe(false);
  });
});

describe('unsubscribe', () => {
  it('may be said as often as one likes', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, 'ana@example.com', noon);
    await confirmNewest(db, noon + 1);
    expect(await countConfirmed(db)).toBe(1);
    const { id } = await onlySubscriber(db);
    await Promise.all([1, 2, 3].map((offset) => unsubscribe(db, id, noon + hourMs + offset)));
    await unsubscribe(db, 'nobody', noon);
    expect(await onlySubscriber(db)).toMatchObject({ state: 'unsubscribed', unsubscribedAt: noon + hourMs + 1 });
    expect(await countConfirmed(db)).toBe(0);
    expect(await db.orm.$count(audits, eq(audits.action, 'subscriber.unsubscribed'))).toBe(1);
  });
});

describe('forgetUnconfirmed', () => {
  it('forgets those who never confirmed, with what was addressed to them, after seven days', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, 'ana@example.com', noon);
    const { id } = await onlySubscriber(db);
    const [event] = await db.orm.select().from(events);
    const letter = { subject: '', html: '', text: '', createdAt: noon };
    await db.orm.insert(notices).values({ id: 'n1', eventId: event?.id ?? 0, ...letter });
    await db.orm.insert(deliveries).values({
      id: 'n1-a',
      noticeId: 'n1',
      subscriberId: id,
      state: 'sent',
      nextAttemptAt: noon,
      createdAt: noon,
    });
    await forgetUnconfirmed(db, noon + 7 * dayMs);
    expect(await findSubscriber(db, id)).not.toBeNull();
    await forgetUnconfirmed(db, noon + 7 * dayMs + 1);
    expect(await findSubscriber(db, id)).toBeNull();
    expect([await db.orm.$count(deliveries), await db.orm.$count(notices)]).toEqual([0, 0]);
  });

  it('keeps those who confirmed', async () => {
    const db = await openTestDatabase();
    await requestSubscription(db, 'ana@example.com', noon);
    await confirmNewest(db, noon + 1);
    await forgetUnconfirmed(db, noon + 365 * dayMs);
    expect(await countConfirmed(db)).toBe(1);
  });
});
