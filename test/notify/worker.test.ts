import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StartError } from '#core/error.ts';
import { newIncidentSchema } from '#core/incident.ts';
import { confirmToken, unsubscribeToken } from '#core/readerToken.ts';
import type { Database } from '#db/client.ts';
import { openIncident, postUpdate, resolveIncident } from '#db/incidents.ts';
import { deliveries, events, notices, subscribers } from '#db/schema.ts';
import { requestSubscription, unsubscribe } from '#db/subscribers.ts';
import { openChannel, type Transport } from '#notify/channels.ts';
import { type NotifierOptions, startNotifier } from '#notify/worker.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { openMailbox } from '../helpers/mailbox.ts';
import { openResend } from '../helpers/resend.ts';
import { addConfirmed, addresses } from '../helpers/subscribers.ts';
import { waitUntil } from '../helpers/wait.ts';

const secretKey = 'a secret of the house';
const staff = { kind: 'console', name: 'tester' } as const;
const minuteMs = 60_000;

/** A log that keeps its lines. */
function keepLog() {
  const lines: string[] = [];
  const write = (...parts: unknown[]) => void lines.push(JSON.stringify(parts));
  return { lines, log: { info: write, warn: write, error: write } as unknown as NotifierOptions['log'] };
}

type Change = Partial<NotifierOptions> & { transport: Transport };

function start(db: Database, { transport, ...change }: Change) {
  const channel = openChannel(transport);
  const notifier = startNotifier({
    db,
    channel,
    publicUrl: 'https://status.lanterna.example',
    pageName: () => 'Lanterna',
    from: 'status@lanterna.example',
    secretKey,
    log: keepLog().log,
    ...change,
  });
  onTestFinished(async () => {
    // Whatever still hangs is of no interest any more.
    channel.close();
    await notifier.stop();
  });
  return notifier;
}

const open = (db: Database, title = 'Payments are not available') =>
  openIncident(db, newIncidentSchema.parse({ title, body: 'We look into it.' }), staff, Date.now());

const settled = (db: Database) =>
  waitUntil('everything is told', async () => {
    const waiting = await db.orm.$count(events, eq(events.expandedAt, 0));
    const rows = await db.orm.select({ state: deliveries.state }).from(deliveries);
    return waiting === 0 && rows.length > 0 && rows.every(({ state }) => state !== 'pending' && state !== 'sending');
  });

const states = async (db: Database) => (await db.orm.select().from(deliveries)).map((row) => row.state).toSorted();

describe('the notifier', () => {
  it('tells each subscriber each word once, in order, in one thread', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    await addConfirmed(db, addresses(12), Date.now() - 1);
    start(db, { transport: { kind: 'smtp', url: mailbox.url } });
    const incident = await open(db);
    await postUpdate(db, incident.id, { status: 'identified', body: 'A disk has failed.' }, staff, Date.now());
    await resolveIncident(db, incident.id, { body: 'All is well; nothing was lost.' }, staff, Date.now());
    await mailbox.waitFor(36);
    await settled(db);
    expect(mailbox.received).toHaveLength(36);
    for (const [to, mails] of Map.groupBy(mailbox.received, (mail) => mail.to.join())) {
      expect(
        mails.map(({ mail }) => /^(\w+) · /m.exec(mail.text ?? '')?.[1]),
        to,
      ).toEqual(['Investigating', 'Identified', 'Resolved']);
      expect(new Set(mails.map(({ mail }) => mail.subject))).toEqual(
        new Set(['[Lanterna] Payments are not available']),
      );
      expect(new Set(mails.map(({ mail }) => mail.messageId)).size).toBe(3);
      expect(new Set(mails.map(({ mail }) => mail.references))).toEqual(
        new Set([`<${incident.id}@status.lanterna.example>`]),
      );
    }
  });

  it('sends the headers that a good list sends', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    const [ana = ''] = await addConfirmed(db, ['ana@example.com'], Date.now() - 1);
    start(db, { transport: { kind: 'smtp', url: mailbox.url } });
    const incident = await open(db);
    const [first] = await mailbox.waitFor(1);
    const header = (name: string) =>
      first?.raw.replace(/\r\n[ \t]+/g, ' ').match(new RegExp(`^${name}: (.*)$`, 'mi'))?.[1];
    const link = /https:\/\/status\.lanterna\.example\/u\/[\w.-]+/.exec(first?.mail.text ?? '')?.[0];
    expect(header('List-Unsubscribe')).toBe(`<${link}>`);
    expect(header('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    expect(header('List-Id')).toBe('Lanterna <status.lanterna.example>');
    expect(header('Auto-Submitted')).toBe('auto-generated');
    expect(header('X-Auto-Response-Suppress')).toBe('All');
    expect(header('Precedence')).toBe('bulk');
    expect(header('From')).toBe('Lanterna <status@lanterna.example>');
    expect(header('To')).toBe('ana@example.com');
    expect(header('In-Reply-To')).toBe(`<${incident.id}@status.lanterna.example>`);
    const [delivery] = await db.orm.select().from(deliveries);
    expect(header('Message-ID')).toBe(`<${delivery?.id}@status.lanterna.example>`);
    expect(link?.split('/u/')[1]).toBe(unsubscribeToken(secretKey, ana));
  });

  it('asks a new subscriber to confirm, with a link that does', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    start(db, { transport: { kind: 'smtp', url: mailbox.url } });
    await requestSubscription(db, 'ana@example.com', Date.now());
    const [first] = await mailbox.waitFor(1);
    expect(first?.mail.subject).toBe('[Lanterna] Please confirm your subscription');
    expect(first?.mail.headers.has('list-unsubscribe')).toBe(false);
    const [asked] = await db.orm.select().from(subscribers);
    const token = confirmToken(secretKey, asked?.id ?? '', asked?.requestedAt ?? 0);
    expect(first?.mail.text).toContain(`\nhttps://status.lanterna.example/confirm/${token}\n`);
    expect(first?.mail.html).toContain(`"https://status.lanterna.example/confirm/${token}"`);
  });

  it('tells what happened while it was away', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    await addConfirmed(db, ['ana@example.com'], Date.now() - 1);
    await open(db);
    const notifier = start(db, { transport: { kind: 'smtp', url: mailbox.url } });
    await mailbox.waitFor(1);
    await settled(db);
    expect(await notifier.oldestDueAt()).toBeNull();
  });

  it('writes nothing to those who left during the fan-out', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    const emails = addresses(40);
    const ids = await addConfirmed(db, emails, Date.now() - 1);
    const notifier = start(db, { transport: { kind: 'smtp', url: mailbox.url } });
    await open(db);
    await mailbox.waitFor(1);
    // Whoever is unsubscribed now and was not yet claimed must get nothing.
    const claimed = new Set(
      (await db.orm.select().from(deliveries)).filter((row) => row.state !== 'pending').map((row) => row.subscriberId),
    );
    const leaving = ids.filter((id) => !claimed.has(id));
    const committed = new Map<string, boolean>();
    for (const id of leaving) {
      await unsubscribe(db, id, Date.now());
      const [row] = await db.orm.select().from(deliveries).where(eq(deliveries.subscriberId, id));
      committed.set(id, row?.state === 'pending' || row?.state === 'skipped');
    }
    await settled(db);
    await notifier.stop();
    const told = new Set(mailbox.received.flatMap(({ to }) => to));
    for (const [index, id] of ids.entries()) if (committed.get(id)) expect(told).not.toContain(emails[index]);
    expect(told.size + (await db.orm.$count(deliveries, eq(deliveries.state, 'skipped')))).toBe(40);
  });

  it('tells once though two of it run at once', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    await addConfirmed(db, addresses(60), Date.now() - 1);
    start(db, { transport: { kind: 'smtp', url: mailbox.url } });
    start(db, { transport: { kind: 'smtp', url: mailbox.url } });
    await Promise.all([open(db, 'One'), open(db, 'Two')]);
    await mailbox.waitFor(120);
    await settled(db);
    expect(mailbox.received).toHaveLength(120);
    expect(new Set(mailbox.received.map(({ to, mail }) => `${to} ${mail.subject}`)).size).toBe(120);
    expect(await db.orm.$count(notices)).toBe(2);
  });

  it('carries hostile words as words', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    await addConfirmed(db, ['ana@example.com'], Date.now() - 1);
    start(db, { transport: { kind: 'smtp', url: mailbox.url }, pageName: () => 'Lanterna\r\nBcc: evil@example.com' });
    const title = `{{7*7}} <script>alert(1)</script> \${7*7} %0aBcc: evil@example.com`;
    await open(db, title);
    const [first] = await mailbox.waitFor(1);
    expect(first?.to).toEqual(['ana@example.com']);
    expect(first?.mail.bcc).toBeUndefined();
    expect(first?.mail.subject).toBe(`[Lanterna Bcc: evil@example.com] ${title}`);
    expect(first?.mail.html).not.toContain('<script');
    expect(first?.mail.text).toContain(title);
  });

  it('writes to a folder where nothing else is configured', async () => {
    const db = await openTestDatabase();
    const dir = await mkdtemp(join(tmpdir(), 'intermission-mail-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    await addConfirmed(db, addresses(3), Date.now() - 1);
    start(db, { transport: { kind: 'file', dir } });
    await open(db);
    await settled(db);
    expect(await readdir(dir)).toHaveLength(3);
  });

  it('will not start from an address that is none', async () => {
    const db = await openTestDatabase();
    expect(() => start(db, { transport: { kind: 'file', dir: '/tmp' }, from: 'status' })).toThrow(StartError);
  });
});

describe('the notifier, in trouble', () => {
  it('says since when it is stuck', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    await addConfirmed(db, ['ana@example.com'], Date.now() - 1);
    const transport: Transport = { kind: 'smtp', url: mailbox.url };
    const stuck = (signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const notifier = start(db, { transport, channel: { ...openChannel(transport), ready: stuck } });
    expect(await notifier.oldestDueAt()).toBeNull();
    await open(db);
    const [delivery] = await waitUntil('it is due', async () => {
      const rows = await db.orm.select().from(deliveries);
      return rows.length > 0 ? rows : null;
    });
    expect(await notifier.oldestDueAt()).toBe(delivery?.nextAttemptAt);
  });

  it('gives up on one dead address and tells the others', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    mailbox.unknown.add('reader2@example.com');
    const { lines, log } = keepLog();
    await addConfirmed(db, addresses(3), Date.now() - 1);
    start(db, { transport: { kind: 'smtp', url: mailbox.url }, log });
    await open(db);
    await settled(db);
    expect(await states(db)).toEqual(['failed', 'sent', 'sent']);
    const [failed] = await db.orm.select().from(deliveries).where(eq(deliveries.state, 'failed'));
    expect(failed?.error).toContain('550');
    expect(lines.join()).toContain('550');
    expect(lines.join()).not.toContain('reader2@example.com');
  });

  it('comes back to those who were deferred', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    mailbox.mood = 'defer';
    await addConfirmed(db, ['ana@example.com'], Date.now() - 1);
    let ahead = 0;
    start(db, { transport: { kind: 'smtp', url: mailbox.url }, now: () => Date.now() + ahead });
    await open(db);
    await waitUntil('it was deferred', async () => (await db.orm.select().from(deliveries))[0]?.error);
    expect(await db.orm.select().from(deliveries)).toMatchObject([{ state: 'pending', attempts: 1, batchId: null }]);
    mailbox.mood = 'kind';
    ahead = minuteMs;
    await mailbox.waitFor(1);
    await settled(db);
    expect(await states(db)).toEqual(['sent']);
  });

  it('loses nothing while the mail server is away', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    mailbox.mood = 'mute';
    await mailbox.close();
    await addConfirmed(db, addresses(5), Date.now() - 1);
    start(db, { transport: { kind: 'smtp', url: mailbox.url } });
    await open(db);
    await waitUntil('it was tried', async () => (await db.orm.select().from(deliveries)).some((row) => row.error));
    const back = await openMailbox({}, mailbox.port);
    await back.waitFor(5);
    await settled(db);
    expect(await states(db)).toEqual(['sent', 'sent', 'sent', 'sent', 'sent']);
  });

  it.each(['close after message', 'hang after message'] as const)(
    'says that it does not know, and does not say it twice, when SMTP servers %s',
    async (mood) => {
      const db = await openTestDatabase();
      const mailbox = await openMailbox();
      mailbox.mood = mood;
      await addConfirmed(db, ['ana@example.com'], Date.now() - 1);
      const transport: Transport = { kind: 'smtp', url: mailbox.url };
      // The first is left hanging, as if its process had been stopped; its lease ends on the clock of the second.
      start(db, { transport });
      await open(db);
      await mailbox.waitForRead(1);
      mailbox.mood = 'kind';
      start(db, { transport, now: () => Date.now() + 10 * minuteMs });
      await settled(db);
      expect(await states(db)).toEqual(['uncertain']);
      expect(mailbox.read).toBe(1);
      expect(mailbox.received).toEqual([]);
    },
  );

  it.each(['take and hang', 'take and cut', 'take and garble', 'take and fail'] as const)(
    'repeats under the same key, and tells once, when Resend would %s',
    async (kind) => {
      const db = await openTestDatabase();
      const resend = await openResend();
      resend.troubles.push({ kind });
      await addConfirmed(db, addresses(150), Date.now() - 1);
      const transport: Transport = { kind: 'resend', apiKey: resend.apiKey, baseUrl: resend.url };
      start(db, { transport });
      await open(db);
      await waitUntil('it was asked', () => resend.requests.length > 0);
      start(db, { transport, now: () => Date.now() + 10 * minuteMs });
      await settled(db);
      expect(await db.orm.$count(deliveries, eq(deliveries.state, 'sent'))).toBe(150);
      expect(new Set(resend.sent.flatMap((mail) => mail.to)).size).toBe(150);
      expect(resend.sent).toHaveLength(150);
      expect(resend.requests.length).toBeGreaterThan(2);
      expect(new Set(resend.requests.map((request) => request.key)).size).toBe(2);
    },
  );

  it('finishes what is on its way before it stops, and leaves the rest in its rows', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    await addConfirmed(db, addresses(200), Date.now() - 1);
    const transport: Transport = { kind: 'smtp', url: mailbox.url };
    const notifier = start(db, { transport });
    await open(db);
    await mailbox.waitFor(5);
    await notifier.stop();
    const rows = await db.orm.select().from(deliveries);
    expect(rows.filter((row) => row.state === 'sending')).toEqual([]);
    expect(rows.filter((row) => row.state === 'sent')).toHaveLength(mailbox.received.length);
    expect(mailbox.received.length).toBeLessThan(200);
    start(db, { transport });
    await mailbox.waitFor(200);
    await settled(db);
    expect(new Set(mailbox.received.flatMap(({ to }) => to)).size).toBe(200);
    expect(mailbox.received).toHaveLength(200);
  });
});
