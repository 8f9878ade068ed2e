import { asc, eq } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOut } from '#core/status.ts';
import type { Outcome } from '#core/verdict.ts';
import type { Database } from '#db/client.ts';
import { listComponents } from '#db/components.ts';
import { handleFlips, type IncidentPolicy } from '#db/flips.ts';
import { listIncidents, postUpdate } from '#db/incidents.ts';
import { events, flips, updates } from '#db/schema.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { applyComponents, console_, declared, look, noon, policy } from '../helpers/platform.ts';

const intervalMs = 30_000;
const windowMs = 15 * 60_000;

/** A component that is looked at every half minute. */
async function openMail(streaks = { downAfter: 3, upAfter: 2 }): Promise<Database> {
  const db = await openTestDatabase();
  const mail = declared('mail', 'Mail');
  await applyComponents(
    db,
    [{ ...mail, probes: mail.probes.map((probe) => ({ ...probe, intervalMs, ...streaks })) }],
    console_,
    noon,
  );
  return db;
}

/** One look after the other, from the start; returns when the next one would be. */
async function looks(
  db: Database,
  row: readonly Outcome[],
  from = noon,
  rules: IncidentPolicy = policy,
): Promise<number> {
  for (const [i, outcome] of row.entries()) await look(db, from + i * intervalMs, { mail: outcome }, rules);
  return from + row.length * intervalMs;
}

const times = (count: number, ...row: Outcome[]): Outcome[] => Array.from({ length: count }, () => row).flat();

/** The words that subscribers were told, in order. */
async function told(db: Database) {
  return db.orm
    .select({ at: events.at, incidentId: events.incidentId, status: updates.status, type: events.type })
    .from(events)
    .innerJoin(updates, eq(updates.id, events.updateId))
    .where(eq(events.quiet, false))
    .orderBy(asc(events.id));
}

/** Whether someone who has read every word takes it for down. */
function believedDown(words: Awaited<ReturnType<typeof told>>): boolean {
  const last = new Map(words.map((word) => [word.incidentId, word.status]));
  return [...last.values()].some((status) => status === 'investigating' || status === 'identified');
}

/** The most words within any quarter of an hour. */
function mostWords(words: readonly { at: number }[]): number {
  return Math.max(0, ...words.map(({ at }) => words.filter((each) => each.at <= at && each.at > at - windowMs).length));
}

const isDown = async (db: Database) => (await listComponents(db)).some((row) => isOut(row.state));
const isMarked = async (db: Database) => (await listComponents(db)).some((row) => row.flappingSinceAt !== null);

describe('a target that flaps', () => {
  const patterns: [name: string, row: Outcome[], streaks: { downAfter: number; upAfter: number }][] = [
    ['at every look', times(40, 'ok', 'fail'), { downAfter: 1, upAfter: 1 }],
    ['at every third look', times(27, 'ok', 'ok', 'fail'), { downAfter: 1, upAfter: 1 }],
    ['as fast as our patience allows', times(16, 'fail', 'fail', 'fail', 'ok', 'ok'), { downAfter: 3, upAfter: 2 }],
    ['slowly, every five minutes', times(4, ...times(10, 'ok'), ...times(10, 'fail')), { downAfter: 3, upAfter: 2 }],
  ];

  it.each(patterns)(
    '%s: two words in a quarter of an hour at most, and the final state at the end',
    async (_, row, streaks) => {
      for (const end of ['ok', 'fail'] as const) {
        const db = await openMail(streaks);
        const next = await looks(db, row);
        const during = await told(db);
        expect(during.length).toBeGreaterThan(0);
        await looks(db, times(60, end), next);
        const words = await told(db);
        expect(mostWords(words)).toBeLessThanOrEqual(2);
        expect(await isDown(db)).toBe(end === 'fail');
        expect(believedDown(words)).toBe(end === 'fail');
        expect(await isMarked(db)).toBe(false);
        // What was said after the last change was said once.
        expect(words.length - during.length).toBeLessThanOrEqual(2);
      }
    },
  );

  it('keeps every flip in its history', async () => {
    const db = await openMail({ downAfter: 1, upAfter: 1 });
    await looks(db, times(30, 'ok', 'fail'));
    const rows = await db.orm.select().from(flips).orderBy(asc(flips.seq));
    expect(rows.map((row) => row.at)).toEqual(rows.map((_, i) => noon + i * intervalMs));
    expect(rows).toHaveLength(60);
    expect(new Set(rows.map((row) => row.to))).toEqual(new Set(['operational', 'major_outage']));
  });

  it('has one incident for as long as it goes on, open until it is steady', async () => {
    const db = await openMail();
    const next = await looks(db, [...times(12, 'fail', 'fail', 'fail', 'ok', 'ok')]);
    expect(await isMarked(db)).toBe(true);
    expect(await listIncidents(db, { open: true })).toHaveLength(1);
    const before = (await listIncidents(db)).length;
    await looks(db, times(40, 'ok'), next);
    expect(await listIncidents(db, { open: true })).toEqual([]);
    expect(await listIncidents(db)).toHaveLength(before);
  });

  it('is told of as usual when no threshold is reached', async () => {
    const db = await openMail();
    const rules = { ...policy, flapping: { start: 100, stop: 99 } };
    const next = await looks(db, [...times(5, 'ok'), ...times(5, 'fail'), ...times(5, 'ok')], noon, rules);
    expect((await told(db)).map((word) => word.status)).toEqual(['investigating', 'resolved']);
    await looks(db, times(5, 'fail'), next, rules);
    expect(await isMarked(db)).toBe(false);
    expect(await told(db)).toHaveLength(2);
  });

  it('loses one look in a hundred without a word', async () => {
    const db = await openMail();
    await looks(db, [...times(3, 'ok'), 'fail', ...times(99, 'ok'), 'fail', ...times(5, 'ok')]);
    expect(await told(db)).toEqual([]);
    expect(await db.orm.$count(flips)).toBe(1);
  });

  it('does not keep staff from being heard', async () => {
    const db = await openMail({ downAfter: 1, upAfter: 1 });
    const next = await looks(db, times(20, 'ok', 'fail'));
    const [incident] = await listIncidents(db, { open: true });
    await postUpdate(db, incident?.id ?? '', { body: 'We are on it.' }, console_, next);
    expect((await told(db)).at(-1)).toMatchObject({ at: next, incidentId: incident?.id });
  });

  it('leaves nobody with the wrong last word, whatever it did', { timeout: 60_000 }, async () => {
    const stretch = fc
      .tuple(fc.constantFrom<Outcome>('ok', 'fail', 'unknown'), fc.integer({ min: 1, max: 8 }))
      .map(([outcome, count]) => times(count, outcome));
    const story = fc.array(stretch, { minLength: 1, maxLength: 14 }).map((all) => all.flat());
    await fc.assert(
      fc.asyncProperty(story, fc.constantFrom('resolve' as const, 'monitor' as const), async (row, onRecovery) => {
        const db = await openMail();
        const rules = { ...policy, onRecovery };
        for (const end of ['ok', 'fail'] as const) {
          const next = await looks(db, row, noon + (end === 'ok' ? 0 : 86_400_000), rules);
          await looks(db, times(6, end), next, rules);
          for (let minute = 0; minute < 40; minute += 1)
            await handleFlips(db, rules, next + 6 * intervalMs + minute * 60_000);
          const words = await told(db);
          expect(await isDown(db)).toBe(end === 'fail');
          expect(believedDown(words)).toBe(end === 'fail');
          expect(mostWords(words)).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('a clock that is set back', () => {
  it('dates no flip before the one before it', async () => {
    const db = await openMail();
    await looks(db, [...times(3, 'ok'), ...times(3, 'fail')]);
    await looks(db, times(3, 'ok'), noon - 3_600_000);
    const rows = await db.orm.select().from(flips).orderBy(asc(flips.seq));
    expect(rows.map((row) => row.to)).toEqual(['operational', 'major_outage', 'operational']);
    expect(rows.map((row) => row.at)).toEqual(rows.map((row) => row.at).toSorted((a, b) => a - b));
    expect(await listIncidents(db, { open: true })).toEqual([]);
  });
});
