import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencyAt } from '#core/latency.ts';
import { componentStates } from '#core/status.ts';
import { dayMs, spansOf, sumTimes, timesOf } from '#core/uptime.ts';
import { outcomes } from '#core/verdict.ts';
import type { Database } from '#db/client.ts';
import { componentDaysOf, foldComponentDays } from '#db/componentDays.ts';
import { listComponents } from '#db/components.ts';
import { closedAfterMs, foldDays, foldHours, hourMs, latenciesOf, rollupDaysOf, rollupHoursOf } from '#db/rollups.ts';
import { flips, probes, results } from '#db/schema.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { applyComponents, console_, declared } from '../helpers/platform.ts';

const start = Date.UTC(2026, 10, 1);
const probeId = 'mail/http';
const longAfter = start + 40 * dayMs;

async function openMail(at = start): Promise<Database> {
  const db = await openTestDatabase();
  await applyComponents(db, [declared('mail', 'Mail')], console_, at);
  return db;
}

const look = (at: number, outcome: (typeof outcomes)[number] = 'ok', latencyMs: number | null = 20) => ({
  probeId,
  at,
  outcome,
  latencyMs,
  reason: null,
});

async function foldAll(db: Database, now: number): Promise<void> {
  for (;;) {
    const moved = await foldHours(db, now);
    while (await foldDays(db, moved));
    if (moved.length === 0) break;
  }
  while (await foldComponentDays(db, now));
}

const hours = (db: Database) => rollupHoursOf(db, probeId, 0, longAfter);
const days = (db: Database) => rollupDaysOf(db, probeId, 0, longAfter);

describe('folding results', () => {
  it('counts an hour by outcome, with the latencies in their buckets', async () => {
    const db = await openMail();
    const looks = [look(start, 'ok', 10), look(start + 1, 'ok', 11), look(start + 2, 'degraded', 3_000)];
    await db.orm
      .insert(results)
      .values([...looks, look(start + 3, 'fail', null), look(start + hourMs, 'unknown', null)]);
    await foldAll(db, longAfter);
    const [first, second, ...others] = await hours(db);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ hour: start / hourMs, ok: 2, degraded: 1, fail: 1, unknown: 0 });
    expect(first).toMatchObject({ latencySumMs: 3_021, latencyMinMs: 10, latencyMaxMs: 3_000 });
    expect(first).toMatchObject({ upTo10Ms: 1, upTo25Ms: 1, upTo5000Ms: 1, above10000Ms: 0 });
    expect(second).toMatchObject({ ok: 0, unknown: 1, latencyMinMs: null, latencySumMs: 0 });
    expect(await days(db)).toMatchObject([
      { day: start / dayMs, ok: 2, degraded: 1, fail: 1, unknown: 1, upTo10Ms: 1 },
    ]);
  });

  it('loses nothing and counts nothing twice, whenever it is asked and wherever it was cut off', async () => {
    const one = fc.record({
      at: fc.nat(3 * dayMs),
      outcome: fc.constantFrom(...outcomes),
      ms: fc.option(fc.nat(15_000)),
    });
    const looks = fc.uniqueArray(one, { selector: ({ at }) => at, minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(looks, fc.array(fc.nat(6 * dayMs), { maxLength: 6 }), async (found, asked) => {
        const db = await openMail();
        await db.orm.insert(results).values(found.map(({ at, outcome, ms }) => look(start + at, outcome, ms)));
        // One slice at a time, then the end of the process: nothing is remembered but the rows.
        for (const at of asked) {
          const moved = await foldHours(db, start + at);
          if (at % 2 === 0) await foldDays(db, moved);
        }
        await foldAll(db, longAfter);
        for (const rows of [await hours(db), await days(db)])
          for (const outcome of outcomes)
            expect(rows.reduce((sum, row) => sum + row[outcome], 0)).toBe(
              found.filter((each) => each.outcome === outcome).length,
            );
        const measured = found.flatMap(({ ms }) => (ms === null ? [] : [ms]));
        const rows = await days(db);
        expect(rows.reduce((sum, row) => sum + row.latencySumMs, 0)).toBe(measured.reduce((sum, ms) => sum + ms, 0));
        const counted = rows.flatMap((row) => latenciesOf(row).counts).reduce((sum, count) => sum + count, 0);
        expect(counted).toBe(measured.length);
      }),
      { numRuns: 15 },
    );
  });

  it('states quantiles of a day from its rollup', async () => {
    const db = await openMail();
    await db.orm
      .insert(results)
      .values(Array.from({ length: 100 }, (_, i) => look(start + i * 60_000, 'ok', i < 90 ? 20 : 800)));
    await foldAll(db, longAfter);
    const [day] = await days(db);
    expect(latencyAt(day ? latenciesOf(day) : { counts: [], minMs: 0, maxMs: 0 }, 0.5)).toBeLessThanOrEqual(25);
    expect(latencyAt(day ? latenciesOf(day) : { counts: [], minMs: 0, maxMs: 0 }, 0.95)).toBeGreaterThan(500);
  });

  it('waits until an hour is closed, and then leaves what comes late in the raw record only', async () => {
    const db = await openMail();
    await db.orm.insert(results).values(look(start + 5));
    await foldAll(db, start + hourMs + closedAfterMs - 1);
    expect(await hours(db)).toEqual([]);
    await foldAll(db, start + hourMs + closedAfterMs);
    expect(await hours(db)).toMatchObject([{ ok: 1 }]);
    await db.orm.insert(results).values(look(start + 6));
    await foldAll(db, longAfter);
    expect(await hours(db)).toMatchObject([{ ok: 1 }]);
    expect(await db.orm.select().from(results)).toHaveLength(2);
  });

  it('is done once by two that fold at the same time', async () => {
    const db = await openMail();
    await db.orm.insert(results).values([look(start), look(start + hourMs)]);
    // The other one has read the mark as well, and writes first.
    const { change } = db;
    let raced = false;
    const other: Database = {
      ...db,
      change: (decide) =>
        change(async () => {
          const decided = await decide();
          if (!raced) {
            raced = true;
            const [first, ...rest] = (await decide()).statements;
            if (first) await db.orm.batch([first, ...rest]);
          }
          return decided;
        }),
    };
    await foldHours(other, longAfter);
    await foldAll(other, longAfter);
    expect((await hours(db)).map(({ ok }) => ok)).toEqual([1, 1]);
    expect(await days(db)).toMatchObject([{ ok: 2 }]);
  });

  it('catches up after a month off in few steps', async () => {
    const db = await openMail();
    await db.orm.insert(results).values([look(start), look(start + 30 * dayMs)]);
    let steps = 0;
    for (let moved = ['any']; moved.length > 0; steps += 1) moved = await foldHours(db, longAfter);
    while (await foldDays(db, [probeId])) steps += 1;
    expect(await days(db)).toMatchObject([{ day: start / dayMs }, { day: start / dayMs + 30 }]);
    expect(steps).toBeLessThan(12);
    const [probe] = await db.orm.select().from(probes);
    expect(probe).toMatchObject({
      hoursFoldedToAt: longAfter - closedAfterMs,
      daysFoldedToAt: longAfter - closedAfterMs,
    });
  });

  it('keeps its tables by their key alone', async () => {
    const db = await openMail();
    const tables = await db.orm.all<{ sql: string }>(
      sql`select sql from sqlite_master where name in ('rollup_hour', 'rollup_day', 'component_day')`,
    );
    expect(tables.map((table) => /WITHOUT ROWID$/.test(table.sql))).toEqual([true, true, true]);
  });
});

describe('folding flips', () => {
  async function mailOf(db: Database) {
    const [row] = await listComponents(db);
    if (!row) throw new Error('no component');
    return row;
  }

  const flip = fc.record({ to: fc.constantFrom(...componentStates), at: fc.integer({ min: 0, max: 6 * dayMs }) });
  const histories = fc.uniqueArray(flip, { selector: ({ at }) => at, maxLength: 25 });

  async function write(
    db: Database,
    componentId: string,
    history: readonly { to: string; at: number }[],
    firstSeq = 1,
  ) {
    const rows = history.map(({ to, at }, index) => ({
      componentId,
      seq: firstSeq + index,
      from: 'unknown' as const,
      to: to as (typeof componentStates)[number],
      at: start + at,
      decidedAt: start + at,
    }));
    if (rows.length > 0) await db.orm.insert(flips).values(rows);
  }

  it('adds up to what the flips say, whenever it is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.nat(dayMs - 1),
        fc.array(fc.nat(9 * dayMs), { maxLength: 4 }),
        async (history, age, asked) => {
          const createdAt = start + age;
          const db = await openMail(createdAt);
          const { id } = await mailOf(db);
          await write(db, id, history);
          for (const at of asked.toSorted((a, b) => a - b)) await foldComponentDays(db, start + at);
          await foldAll(db, longAfter);
          const folded = await componentDaysOf(db, id, 0, longAfter);
          const { foldedToAt } = await mailOf(db);
          const said = history.map(({ to, at }) => ({ to, at: start + at }));
          expect(sumTimes(folded.values())).toEqual(timesOf(spansOf(said, createdAt, foldedToAt)));
          for (const [dayAt, times] of folded)
            expect(times).toEqual(timesOf(spansOf(said, Math.max(createdAt, dayAt), dayAt + dayMs)));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('waits for the slowest probe, whose verdict is dated back the furthest', async () => {
    const db = await openMail();
    const { id } = await mailOf(db);
    await db.orm.update(probes).set({ intervalMs: hourMs, downAfter: 3 });
    await foldAll(db, start + dayMs + closedAfterMs + 3 * hourMs - 1);
    expect(await componentDaysOf(db, id, 0, longAfter)).toEqual(new Map());
    await foldAll(db, start + dayMs + closedAfterMs + 3 * hourMs);
    expect([...(await componentDaysOf(db, id, 0, longAfter)).keys()]).toEqual([start]);
  });

  it('leaves a closed day as it is when a flip comes later still', async () => {
    const db = await openMail();
    const { id } = await mailOf(db);
    await write(db, id, [{ to: 'operational', at: 0 }]);
    await foldAll(db, start + dayMs + closedAfterMs + hourMs);
    const before = await componentDaysOf(db, id, 0, start + dayMs);
    await write(db, id, [{ to: 'major_outage', at: 5 }], 2);
    await foldAll(db, longAfter);
    expect(await componentDaysOf(db, id, 0, start + dayMs)).toEqual(before);
    expect((await componentDaysOf(db, id, 0, longAfter)).get(start + dayMs)).toMatchObject({ major_outage: dayMs });
  });

  it('folds a day with more flips than one statement reads', async () => {
    const db = await openMail();
    const { id } = await mailOf(db);
    const flapping = Array.from({ length: 1_700 }, (_, i) => ({
      to: i % 2 === 0 ? 'operational' : 'major_outage',
      at: i * 1_000,
    }));
    for (let from = 0; from < flapping.length; from += 500)
      await write(db, id, flapping.slice(from, from + 500), from + 1);
    await foldAll(db, longAfter);
    expect((await componentDaysOf(db, id, 0, longAfter)).get(start)).toMatchObject({
      operational: 850_000,
      major_outage: dayMs - 850_000,
    });
  });

  it('is done once by two that fold at the same time', async () => {
    const db = await openMail();
    const { id } = await mailOf(db);
    await write(db, id, [{ to: 'operational', at: 0 }]);
    let raced = false;
    const other: Database = {
      ...db,
      async change(decide) {
        // Somebody else is faster, between our reading and our writing.
        if (!raced) await foldComponentDays(db, start + 5 * dayMs);
        raced = true;
        return db.change(decide);
      },
    };
    await foldComponentDays(other, start + 5 * dayMs);
    await foldAll(other, longAfter);
    const folded = await componentDaysOf(db, id, 0, longAfter);
    const { foldedToAt } = await mailOf(db);
    expect(sumTimes(folded.values())).toMatchObject({ operational: foldedToAt - start });
  });
});
