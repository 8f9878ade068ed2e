import { describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { subscribers } from '#db/schema.ts';
import { countConfirmed, requestSubscription } from '#db/subscribers.ts';
import { confirmByToken, confirmToken, unsubscribeByToken, unsubscribeToken } from '#notify/tokens.ts';
import { openTestDatabase } from '../helpers/database.ts';

const noon = Date.UTC(2026, 10, 23, 12);
const hourMs = 3_600_000;
const key = 'a secret of the house';

async function asked(db: Database, email = 'ana@example.com') {
  await requestSubscription(db, email, noon);
  const row = (await db.orm.select().from(subscribers)).find((subscriber) => subscriber.email === email);
  return row?.id ?? expect.fail('nobody there');
}

describe('a confirmation token', () => {
  it('confirms for 48 hours', async () => {
    const db = await openTestDatabase();
    const token = confirmToken(key, await asked(db), noon);
    expect(await confirmByToken(db, key, token, noon + 48 * hourMs + 1)).toBe(false);
    expect(await confirmByToken(db, key, token, noon + 48 * hourMs)).toBe(true);
    expect(await countConfirmed(db)).toBe(1);
  });

  it('is worth nothing when anything about it is wrong', async () => {
    const db = await openTestDatabase();
    const id = await asked(db);
    const other = await asked(db, 'ben@example.com');
    const token = confirmToken(key, id, noon);
    const wrong = [
      '',
      '.',
      id,
      `${id}.`,
      token.slice(0, -1),
      `${token}=`,
      `${token} `,
      token.replace(id, other),
      token.toUpperCase(),
      confirmToken('another secret', id, noon),
      confirmToken(key, id, noon + 1),
      confirmToken(key, 'nobody', 0),
      unsubscribeToken(key, id),
    ];
    for (const one of wrong) expect(await confirmByToken(db, key, one, noon + 1), one).toBe(false);
    expect(await countConfirmed(db)).toBe(0);
  });

  it('does not survive its request', async () => {
    const db = await openTestDatabase();
    const token = confirmToken(key, await asked(db), noon);
    await requestSubscription(db, 'ana@example.com', noon + hourMs);
    expect(await confirmByToken(db, key, token, noon + hourMs)).toBe(false);
  });
});

describe('an unsubscribe token', () => {
  it('unsubscribes, as often as it is used, and confirms nothing', async () => {
    const db = await openTestDatabase();
    const id = await asked(db);
    await confirmByToken(db, key, confirmToken(key, id, noon), noon);
    const token = unsubscribeToken(key, id);
    expect(await confirmByToken(db, key, token, noon)).toBe(false);
    await unsubscribeByToken(db, key, `${token}x`, noon);
    await unsubscribeByToken(db, key, confirmToken(key, id, noon), noon);
    expect(await countConfirmed(db)).toBe(1);
    await unsubscribeByToken(db, key, token, noon + 1);
    await unsubscribeByToken(db, key, token, noon + 2);
    expect(await countConfirmed(db)).toBe(0);
  });

  it('cannot be used to come back with the old confirmation', async () => {
    const db = await openTestDatabase();
    const id = await asked(db);
    await confirmByToken(db, key, confirmToken(key, id, noon), noon);
    await unsubscribeByToken(db, key, unsubscribeToken(key, id), noon + 1);
    expect(await confirmByToken(db, key, confirmToken(key, id, noon), noon + 2)).toBe(false);
  });
});
