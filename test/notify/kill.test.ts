import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq, inArray, isNull } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newIncidentSchema } from '#core/incident.ts';
import { type Database, openDatabase } from '#db/client.ts';
import { openIncident, resolveIncident } from '#db/incidents.ts';
import { deliveries, events } from '#db/schema.ts';
import type { Transport } from '#notify/channels.ts';
import { migrationsDir } from '../helpers/database.ts';
import { openMailbox } from '../helpers/mailbox.ts';
import type { NotifierSetting } from '../helpers/notifierProcess.ts';
import { openResend } from '../helpers/resend.ts';
import { addConfirmed, addresses } from '../helpers/subscribers.ts';
import { waitUntil } from '../helpers/wait.ts';

const leaseAndMoreMs = 10 * 60_000;
const people = 80;
const staff = { kind: 'console', name: 'tester' } as const;

/** Runs a notifier in its own process until `enough`, then kills it between any two of its steps. */
async function runUntil(setting: NotifierSetting, enough: () => Promise<unknown>): Promise<void> {
  const script = join(import.meta.dirname, '../helpers/notifierProcess.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(setting)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  try {
    await Promise.race([once(child.stdout, 'data'), ended]);
    if (child.exitCode === null) await enough();
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** An incident opened and resolved, told by processes that are killed again and again, and by a last one that is not. */
async function tellThroughKills(transport: Transport, told: () => number): Promise<Database> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-kill-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const setting = { databaseUrl: `file:${join(dir, 'intermission.db')}`, migrationsDir, transport };
  const open = () => openDatabase({ url: setting.databaseUrl, migrationsDir });
  const db = await open();
  await addConfirmed(db, addresses(people), Date.now() - 1);
  const input = newIncidentSchema.parse({ title: 'Payments are not available', body: 'We look into it.' });
  const { id } = await openIncident(db, input, staff, Date.now());
  await resolveIncident(db, id, { body: 'All is well.' }, staff, Date.now());
  db.close();
  // Each begins after the leases of the one before have ended.
  let aheadMs = 0;
  for (const share of [0, 0.1, 0.4, 0.7]) {
    await runUntil({ ...setting, aheadMs }, async () => {
      await waitUntil('some were told', () => told() >= share * people);
      await sleep(Math.random() * 30);
    });
    aheadMs += leaseAndMoreMs;
  }
  for (let round = 0; round < 10; round += 1) {
    const after = await open();
    if (await everythingIsTold(after)) {
      onTestFinished(() => after.close());
      return after;
    }
    after.close();
    await runUntil({ ...setting, aheadMs }, () => sleep(2_500));
    aheadMs += leaseAndMoreMs;
  }
  throw new Error('It never came to an end.');
}

async function everythingIsTold(db: Database): Promise<boolean> {
  const untold = await db.orm.$count(events, isNull(events.expandedAt));
  const waiting = await db.orm.$count(deliveries, inArray(deliveries.state, ['pending', 'sending']));
  return untold + waiting === 0;
}

const key = (to: readonly string[], text: string) => `${to.join()} ${/^(\w+) · /m.exec(text)?.[1]}`;

describe('a notifier that is killed again and again', () => {
  it('tells everyone everything exactly once through Resend', { timeout: 90_000 }, async () => {
    const resend = await openResend();
    const transport = { kind: 'resend', apiKey: resend.apiKey, baseUrl: resend.url } as const;
    const db = await tellThroughKills(transport, () => resend.sent.length);
    expect(await db.orm.$count(deliveries, eq(deliveries.state, 'sent'))).toBe(2 * people);
    expect(resend.sent).toHaveLength(2 * people);
    expect(new Set(resend.sent.map((mail) => key(mail.to, mail.text))).size).toBe(2 * people);
  });

  it('tells nobody twice over SMTP, and names each it cannot be sure of', { timeout: 90_000 }, async () => {
    const mailbox = await openMailbox();
    const db = await tellThroughKills({ kind: 'smtp', url: mailbox.url }, () => mailbox.received.length);
    const received = mailbox.received.map(({ to, mail }) => key(to, mail.text ?? ''));
    expect(new Set(received).size).toBe(received.length);
    const sent = await db.orm.$count(deliveries, eq(deliveries.state, 'sent'));
    const uncertain = await db.orm.$count(deliveries, eq(deliveries.state, 'uncertain'));
    expect(sent + uncertain).toBe(2 * people);
    expect(received.length).toBeGreaterThanOrEqual(sent);
    expect(received.length).toBeLessThanOrEqual(sent + uncertain);
    // One for each connection that was in use at each of the four kills, at most.
    expect(uncertain).toBeLessThanOrEqual(4 * 8);
  });
});
