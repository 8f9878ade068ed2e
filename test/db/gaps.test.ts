import { asc, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { spansOf } from '#core/uptime.ts';
import type { Database } from '#db/client.ts';
import { type DeclaredProbe, listComponents } from '#db/components.ts';
import { handleFlips } from '#db/flips.ts';
import { markUnwatched, rephaseProbes } from '#db/gaps.ts';
import { listIncidents } from '#db/incidents.ts';
import { recordResults } from '#db/results.ts';
import { events, flips, probes, updates } from '#db/schema.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { applyComponents, console_, declared, look, noon, openFilmPlatform, policy } from '../helpers/platform.ts';

const minuteMs = 60_000;

/** How the process comes back after it was away. */
async function comeBack(db: Database, at: number): Promise<void> {
  await markUnwatched(db, at);
  await handleFlips(db, policy, at);
}

const statesOf = async (db: Database) =>
  Object.fromEntries((await listComponents(db)).map((row) => [row.slug, row.state]));

async function historyOf(db: Database, componentId = '', from = noon, to = noon + 60 * minuteMs) {
  const rows = await db.orm.select().from(flips).where(eq(flips.componentId, componentId)).orderBy(asc(flips.seq));
  return spansOf(rows, from, to).map((span) => [span.state, (span.from - noon) / 1_000, (span.to - noon) / 1_000]);
}

const wordCount = (db: Database) => db.orm.$count(updates);

describe('time in which nobody looked', () => {
  it('is unknown in the history, from the missing look to the next one', async () => {
    const db = await openTestDatabase();
    const ids = await openFilmPlatform(db);
    await comeBack(db, noon + 10 * minuteMs);
    expect(await statesOf(db)).toMatchObject({ mail: 'unknown', database: 'unknown', blog: 'operational' });
    await look(db, noon + 10 * minuteMs + 300, { mail: 'ok' });
    expect(await historyOf(db, ids.get('mail'))).toEqual([
      ['operational', 0, 1.5],
      ['unknown', 1.5, 600.3],
      ['operational', 600.3, 3_600],
    ]);
  });

  it('opens no incident and says nothing, and neither does its end', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    await comeBack(db, noon + 10 * minuteMs);
    for (const second of [1, 2, 3])
      await look(db, noon + 10 * minuteMs + second * 1_000, { mail: 'ok', database: 'ok', payments: 'ok' });
    expect(await listIncidents(db)).toEqual([]);
    expect(new Set((await db.orm.select().from(events)).map((row) => row.type))).toEqual(
      new Set(['settings.changed', 'component.changed']),
    );
  });

  it('leaves an incident open that was open before, until it is seen to be over', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    for (const second of [1, 2, 3]) await look(db, noon + second * 1_000, { mail: 'fail' });
    const words = await wordCount(db);
    await comeBack(db, noon + 10 * minuteMs);
    expect(await statesOf(db)).toMatchObject({ mail: 'unknown' });
    expect(await listIncidents(db, { open: true })).toHaveLength(1);
    for (const second of [1, 2, 3]) await look(db, noon + 10 * minuteMs + second * 1_000, { mail: 'fail' });
    expect(await statesOf(db)).toMatchObject({ mail: 'major_outage' });
    expect(await listIncidents(db)).toHaveLength(1);
    expect(await wordCount(db)).toBe(words);
    await comeBack(db, noon + 30 * minuteMs);
    await look(db, noon + 30 * minuteMs + 1_000, { mail: 'ok' });
    expect(await listIncidents(db, { open: true })).toEqual([]);
    expect(await wordCount(db)).toBe(words + 1);
  });

  it('heals nothing: what fails is unknown, though a job goes on to report', async () => {
    const db = await openTestDatabase();
    const mail = declared('mail', 'Mail');
    const job = { ...mail.probes[0], name: 'job', listens: true } as DeclaredProbe;
    await applyComponents(db, [{ ...mail, probes: [...mail.probes, job] }], console_, noon);
    await recordResults(db, [{ probeId: 'mail/job', at: noon, outcome: 'ok', latencyMs: null, reason: null }], noon);
    await look(db, noon, { mail: 'ok' });
    for (const second of [1, 2, 3]) await look(db, noon + second * 1_000, { mail: 'fail' });
    await comeBack(db, noon + 10 * minuteMs);
    expect(await statesOf(db)).toEqual({ mail: 'unknown' });
    expect(await listIncidents(db, { open: true })).toHaveLength(1);
    await look(db, noon + 10 * minuteMs + 1_000, { mail: 'ok' });
    expect(await statesOf(db)).toEqual({ mail: 'operational' });
    expect(await listIncidents(db, { open: true })).toEqual([]);
  });

  it('forgets failures that were on their way to a verdict', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    for (const second of [1, 2]) await look(db, noon + second * 1_000, { mail: 'fail' });
    await comeBack(db, noon + 10 * minuteMs);
    await look(db, noon + 10 * minuteMs + 1_000, { mail: 'fail' });
    expect(await statesOf(db)).toMatchObject({ mail: 'unknown' });
  });

  it('is none after a short stop, and none for what is looked at seldom', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    const slow = declared('slow', 'Slow');
    await applyComponents(
      db,
      [{ ...slow, probes: slow.probes.map((probe) => ({ ...probe, intervalMs: 60 * minuteMs })) }],
      console_,
      noon,
    );
    await look(db, noon, { slow: 'ok' });
    await comeBack(db, noon + 2_000);
    await comeBack(db, noon + 10 * minuteMs);
    expect(await statesOf(db)).toEqual({ slow: 'operational' });
    expect(await db.orm.$count(flips, eq(flips.reason, 'probe: nobody looked'))).toBe(0);
  });

  it('is written once, whoever comes back how often', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    for (const minute of [10, 11, 12]) await comeBack(db, noon + minute * minuteMs);
    expect(await db.orm.$count(flips, eq(flips.to, 'unknown'))).toBe(4);
  });

  it('is none for what has never been looked at', async () => {
    const db = await openTestDatabase();
    await applyComponents(db, [declared('mail', 'Mail')], console_, noon);
    await comeBack(db, noon + 10 * minuteMs);
    expect(await db.orm.$count(flips)).toBe(0);
  });
});

describe('due times', () => {
  it('that make no sense are moved to the next slot, the others stay', async () => {
    const db = await openTestDatabase();
    await applyComponents(
      db,
      ['a', 'b', 'c', 'd'].map((slug) => declared(slug, slug)),
      console_,
      noon,
    );
    const due = { a: noon + 3_600_250, b: noon - 3_599_300, c: noon + 700, d: noon - 400 };
    for (const [slug, nextDueAt] of Object.entries(due))
      await db.orm
        .update(probes)
        .set({ nextDueAt })
        .where(eq(probes.id, `${slug}/http`));
    await rephaseProbes(db, noon);
    const rows = await db.orm.select().from(probes).orderBy(asc(probes.id));
    expect(rows.map((row) => row.nextDueAt - noon)).toEqual([250, 700, 700, -400]);
  });
});
