import { describe, expect, it } from 'vitest';
import { dayMs } from '#core/uptime.ts';
import type { Database } from '#db/client.ts';
import { foldComponentDays } from '#db/componentDays.ts';
import { listComponents } from '#db/components.ts';
import { dropFlips, dropOfProbes, type Retention } from '#db/retention.ts';
import { foldDays, foldHours, rollupDaysOf, rollupHoursOf } from '#db/rollups.ts';
import { flips, probes, results } from '#db/schema.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { applyComponents, console_, declared } from '../helpers/platform.ts';

const start = Date.UTC(2026, 10, 1);
const probeId = 'mail/http';
const keep: Retention = { resultsMs: 3 * dayMs, hourlyRollupsMs: 5 * dayMs, dailyRollupsMs: null, flipsMs: null };

async function openHistory(days: number): Promise<Database> {
  const db = await openTestDatabase();
  await applyComponents(db, [declared('mail', 'Mail')], console_, start);
  const looks = Array.from({ length: days * 100 }, (_, index) => ({
    probeId,
    at: start + index * (dayMs / 100),
    outcome: 'ok' as const,
    latencyMs: 5,
    reason: null,
  }));
  for (let from = 0; from < looks.length; from += 1_000)
    await db.orm.insert(results).values(looks.slice(from, from + 1_000));
  return db;
}

async function dropAll(db: Database, retention: Retention, now: number): Promise<void> {
  while (await dropOfProbes(db, [probeId], retention, now));
  while (await dropFlips(db, retention, now));
}

describe('retention', () => {
  it('lets nothing go that is not folded, however old', async () => {
    const db = await openHistory(2);
    await dropAll(db, keep, start + 100 * dayMs);
    expect(await db.orm.select().from(results)).toHaveLength(200);
  });

  it('keeps results, hours and days each for their time', async () => {
    const db = await openHistory(10);
    const now = start + 10 * dayMs;
    for (let moved = await foldHours(db, now); moved.length > 0; moved = await foldHours(db, now))
      while (await foldDays(db, moved));
    await dropAll(db, keep, now);
    const kept = await db.orm.select().from(results);
    expect(Math.min(...kept.map(({ at }) => at))).toBe(now - 3 * dayMs);
    expect(kept).toHaveLength(300);
    const hours = await rollupHoursOf(db, probeId, 0, now);
    expect(hours[0]?.hour).toBe((now - 5 * dayMs) / 3_600_000);
    expect(await rollupDaysOf(db, probeId, 0, now)).toHaveLength(9);
    await dropAll(db, { ...keep, dailyRollupsMs: 90 * dayMs }, now + 86 * dayMs);
    expect(await rollupDaysOf(db, probeId, 0, now)).toHaveLength(3);
  });

  it('holds what is folded only as hours until their day is folded', async () => {
    const db = await openHistory(3);
    const now = start + 3 * dayMs;
    while ((await foldHours(db, now)).length > 0);
    await dropAll(db, { ...keep, hourlyRollupsMs: 0 }, now);
    expect(await rollupHoursOf(db, probeId, 0, now)).toHaveLength(48);
    const [probe] = await db.orm.select().from(probes);
    expect(probe?.daysFoldedToAt).toBe(0);
  });

  it('keeps flips for ever by default, and else the one that the first open day begins with', async () => {
    const db = await openHistory(1);
    const [mail] = await listComponents(db);
    const states = ['operational', 'major_outage', 'operational'] as const;
    await db.orm.insert(flips).values(
      states.map((to, index) => ({
        componentId: mail?.id ?? '',
        seq: index + 1,
        from: 'unknown' as const,
        to,
        at: start + index * dayMs,
        decidedAt: start,
        handledAt: start,
      })),
    );
    const now = start + 200 * dayMs;
    await dropAll(db, keep, now);
    await dropAll(db, { ...keep, flipsMs: 90 * dayMs }, now);
    expect(await db.orm.select().from(flips)).toHaveLength(3);
    while (await foldComponentDays(db, now));
    await dropAll(db, { ...keep, flipsMs: 90 * dayMs }, now);
    expect(await db.orm.select().from(flips)).toMatchObject([{ seq: 3 }]);
  });
});
