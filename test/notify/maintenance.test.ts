import { asc, eq } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { newMaintenanceSchema } from '#core/maintenance.ts';
import type { Notice } from '#core/notice.ts';
import type { Database } from '#db/client.ts';
import { turnMaintenances } from '#db/maintenanceClock.ts';
import { beginMaintenance, completeMaintenance, scheduleMaintenance, updateMaintenance } from '#db/maintenances.ts';
import { deliveries, notices } from '#db/schema.ts';
import { openChannel } from '#notify/channels.ts';
import { writeLetter } from '#notify/letter.ts';
import { startNotifier } from '#notify/worker.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { openMailbox } from '../helpers/mailbox.ts';
import { console_ } from '../helpers/platform.ts';
import { addConfirmed, addresses } from '../helpers/subscribers.ts';
import { waitUntil } from '../helpers/wait.ts';

const minuteMs = 60_000;

function start(db: Database, url: string, now: () => number = Date.now) {
  const channel = openChannel({ kind: 'smtp', url });
  const notifier = startNotifier({
    db,
    channel,
    publicUrl: 'https://status.lanterna.example',
    pageName: () => 'Lanterna',
    from: 'status@lanterna.example',
    secretKey: 'a secret of the house',
    log: pino({ level: 'silent' }),
    takesOver: true,
    now,
  });
  return async () => {
    await notifier.stop();
    channel.close();
  };
}

function plan(db: Database, at: number) {
  const times = { from: new Date(at + minuteMs).toISOString(), to: new Date(at + 3 * minuteMs).toISOString() };
  const input = newMaintenanceSchema.parse({ title: 'Larger disks', body: 'Uploads pause.', ...times });
  return scheduleMaintenance(db, input, console_, at);
}

describe('planned work by mail', () => {
  it('reaches each subscriber word by word, once, in order and in one thread, also across a restart', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    const at = Date.now();
    await addConfirmed(db, addresses(6), at - 1);
    const stop = start(db, mailbox.url);
    const { id } = await plan(db, at);
    await updateMaintenance(db, id, { body: 'Still on.' }, console_, at + 1);
    await mailbox.waitFor(6);
    await stop();
    await beginMaintenance(db, id, {}, console_, at + 2);
    await completeMaintenance(db, id, { body: 'Done.' }, console_, at + 3);
    const stopAgain = start(db, mailbox.url);
    await mailbox.waitFor(24);
    await waitUntil('everything is told', async () => {
      const rows = await db.orm.select({ state: deliveries.state }).from(deliveries);
      return rows.length === 24 && rows.every(({ state }) => state === 'sent');
    });
    await stopAgain();
    expect(mailbox.received).toHaveLength(24);
    for (const mails of Map.groupBy(mailbox.received, (mail) => mail.to.join()).values()) {
      expect(mails.map(({ mail }) => /^Planned work: ([\w ]+) · /m.exec(mail.text ?? '')?.[1])).toEqual([
        'planned',
        'planned',
        'in progress',
        'completed',
      ]);
      expect(new Set(mails.map(({ mail }) => mail.subject))).toEqual(
        new Set(['[Lanterna] Planned work: Larger disks']),
      );
      expect(new Set(mails.map(({ mail }) => mail.references))).toEqual(new Set([`<${id}@status.lanterna.example>`]));
      expect(
        mails.every(({ raw }) => /^List-Unsubscribe-Post: List-Unsubscribe=One-Click/im.test(raw.toString())),
      ).toBe(true);
    }
  });

  it('tells of the end alone where the whole time has passed while nobody was here', async () => {
    const db = await openTestDatabase();
    const mailbox = await openMailbox();
    const at = Date.now() - 10 * minuteMs;
    const { id } = await plan(db, at);
    await addConfirmed(db, addresses(1), at + 1);
    await turnMaintenances(db, Date.now());
    const stop = start(db, mailbox.url);
    await mailbox.waitFor(1);
    await waitUntil('all is told', async () =>
      (await db.orm.select().from(deliveries)).every(({ state }) => state === 'sent'),
    );
    await stop();
    const told = await db.orm.select().from(notices).where(eq(notices.matterId, id)).orderBy(asc(notices.eventId));
    expect(told.filter(({ text }) => text.includes('completed'))).toHaveLength(1);
    expect(told.filter(({ text }) => text.includes('in progress'))).toEqual([]);
    expect(mailbox.received).toHaveLength(1);
  });
});

describe('a letter about planned work', () => {
  const at = Date.UTC(2026, 10, 23, 2, 14);
  const notice = (title: string, body: string): Notice => ({
    kind: 'maintenance',
    maintenance: {
      id: 'maintenance1',
      title,
      scheduledFromAt: Date.UTC(2026, 11, 1, 2),
      scheduledToAt: Date.UTC(2026, 11, 1, 4),
      components: ['Uploads', 'File storage'],
    },
    update: { status: 'scheduled', body, at },
  });
  const page = { name: 'Lanterna', url: 'https://status.lanterna.example' };

  it('says when, what it touches, and where to follow it', () => {
    expect(writeLetter(notice('Larger disks', 'Uploads **pause**.'), page, '%link%').text).toBe(`Larger disks

Planned work: planned · 23 November 2026, 02:14 UTC

Uploads pause.

Planned from: 1 December 2026, 02:00 UTC
Planned to: 1 December 2026, 04:00 UTC
What it touches: Uploads and File storage

Follow this work, or take it into your calendar:
https://status.lanterna.example/maintenances/maintenance1

-- 
You get this because you asked Lanterna to tell you about incidents and planned work.

Unsubscribe:
%link%
`);
  });

  it('lets no title into its headers and no markup into its words', () => {
    const letter = writeLetter(notice('a\r\nBcc: x@example.org', '<img src=x onerror=alert(1)>'), page, '%link%');
    expect(letter.subject).toBe('[Lanterna] Planned work: a Bcc: x@example.org');
    expect(letter.html).not.toMatch(/<img|<script/);
  });
});
