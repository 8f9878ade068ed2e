import { describe, expect, it } from 'vitest';
import { confirmToken, unsubscribeToken } from '#core/readerToken.ts';
import { subscribers } from '#db/schema.ts';
import { wordsIn } from '../../src/i18n/words.ts';
import { openTestApi, secretKey } from '../helpers/api.ts';

async function subscriberOf(db: Awaited<ReturnType<typeof openTestApi>>['db']) {
  const [row] = await db.orm.select().from(subscribers);
  if (!row) throw new Error('nobody subscribed');
  return row;
}

async function requested() {
  const api = await openTestApi();
  await api.submit('/subscribe', { email: 'Reader@example.org' });
  return { ...api, reader: await subscriberOf(api.db) };
}

describe('POST /subscribe', () => {
  it('answers the same for an address it knows and one it does not', async () => {
    const { submit } = await requested();
    const answers = [
      await submit('/subscribe', { email: 'reader@EXAMPLE.org' }),
      await submit('/subscribe', { email: 'stranger@example.org' }),
    ];
    for (const answer of answers)
      expect([answer.status, answer.headers.get('location'), answer.headers.get('set-cookie')]).toEqual([
        303,
        '/subscribe/sent',
        null,
      ]);
  });

  it.each(['', 'nobody', 'a@x.org, b@x.org', 'a@[127.0.0.1]', 'a@x.org\nBcc: b@x.org'])(
    'sends %j back with a reason',
    async (email) => {
      const { submit, db } = await openTestApi();
      const response = await submit('/subscribe', { email });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ path: '/subscribe', form: { problem: expect.any(String) } });
      expect(await db.orm.select().from(subscribers)).toEqual([]);
    },
  );

  it('says what is wrong in the language of the form, and stays in it', async () => {
    const { submit } = await openTestApi();
    const refused = await submit('/subscribe', { email: 'nadie', locale: 'es' });
    const { problems } = wordsIn('es').subscribe;
    expect(await refused.json()).toMatchObject({ locale: 'es', form: { email: 'nadie', problem: problems.address } });
    const taken = await submit('/subscribe', { email: 'nadie@example.org', locale: 'es' });
    expect(taken.headers.get('location')).toBe('/es/subscribe/sent');
    const unknown = await submit('/subscribe', { email: 'nobody@example.org', locale: '//evil.example' });
    expect(unknown.headers.get('location')).toBe('/subscribe/sent');
    for (let tries = 0; tries < 30; tries += 1) await submit('/subscribe', { email: `a${tries}@example.org` });
    const late = await submit('/subscribe', { email: 'tarde@example.org', locale: 'es' });
    expect([late.status, await late.json()]).toMatchObject([429, { form: { problem: problems.tooMany } }]);
  });

  it('works from another site too, since a festival may embed the form', async () => {
    const { submit } = await openTestApi();
    const response = await submit('/subscribe', { email: 'a@example.org' }, { origin: 'https://festival.example' });
    expect(response.status).toBe(303);
  });
});

describe('POST /confirm/:token', () => {
  it('confirms with the token from the mail', async () => {
    const { submit, db, reader } = await requested();
    const response = await submit(`/confirm/${confirmToken(secretKey, reader.id, reader.requestedAt)}`, {});
    expect(response.headers.get('location')).toBe('/subscribe/confirmed');
    expect((await subscriberOf(db)).state).toBe('confirmed');
  });

  it('does nothing with a forged, foreign or late token', async () => {
    const { submit, db, clock, reader } = await requested();
    const right = confirmToken(secretKey, reader.id, reader.requestedAt);
    const forged = [
      `${reader.id}.AAAA`,
      unsubscribeToken(secretKey, reader.id),
      confirmToken('other', reader.id, reader.requestedAt),
    ];
    for (const token of forged)
      expect((await submit(`/confirm/${token}`, {})).headers.get('location')).toBe('/subscribe/expired');
    clock.now += 49 * 3_600_000;
    expect((await submit(`/confirm/${right}`, {})).headers.get('location')).toBe('/subscribe/expired');
    expect((await subscriberOf(db)).state).toBe('pending');
  });

  it('is not a GET: a link scanner confirms nobody', async () => {
    const { call, db, reader } = await requested();
    await call('GET', `/confirm/${confirmToken(secretKey, reader.id, reader.requestedAt)}`);
    expect((await subscriberOf(db)).state).toBe('pending');
  });
});

describe('POST /u/:token', () => {
  const oneClick = { 'List-Unsubscribe': 'One-Click' };

  it('unsubscribes at one click, from anywhere, with no redirect and no body', async () => {
    const { submit, db, reader } = await requested();
    const path = `/u/${unsubscribeToken(secretKey, reader.id)}`;
    const response = await submit(path, oneClick, { origin: 'https://mail.example' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect((await subscriberOf(db)).state).toBe('unsubscribed');
    expect((await submit(path, oneClick)).status).toBe(200);
  });

  it('takes multipart as well, as RFC 8058 allows', async () => {
    const { app, db, reader } = await requested();
    const body = new FormData();
    body.set('List-Unsubscribe', 'One-Click');
    const response = await app.request(`/u/${unsubscribeToken(secretKey, reader.id)}`, { method: 'POST', body });
    expect([response.status, (await subscriberOf(db)).state]).toEqual([200, 'unsubscribed']);
  });

  it('answers a wrong token as it answers a right one, and changes nothing', async () => {
    const { submit, db, reader } = await requested();
    const response = await submit(`/u/${reader.id}.AAAA`, oneClick);
    expect([response.status, await response.text(), (await subscriberOf(db)).state]).toEqual([200, '', 'pending']);
  });

  it('leads a person back to a page', async () => {
    const { submit, reader } = await requested();
    const response = await submit(`/u/${unsubscribeToken(secretKey, reader.id)}`, { from: 'page' });
    expect(response.headers.get('location')).toBe('/subscribe/unsubscribed');
  });
});
