import { describe, expect, it, vi } from 'vitest';
import { listComponents } from '#db/components.ts';
import { rollupDaysOf, rollupHoursOf } from '#db/rollups.ts';
import { results } from '#db/schema.ts';
import { keepHouse, startHousekeeping } from '../src/housekeeping.ts';
import { openTestDatabase } from './helpers/database.ts';
import { applyComponents, console_, declared } from './helpers/platform.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 10, 1);
const retention = { resultsMs: 3 * dayMs, hourlyRollupsMs: 400 * dayMs, dailyRollupsMs: null, flipsMs: null };

async function openHistory() {
  const db = await openTestDatabase();
  await applyComponents(db, [declared('mail', 'Mail'), declared('shop', 'Shop')], console_, start);
  const looks = Array.from({ length: 120 }, (_, hour) => ({
    probeId: hour % 2 === 0 ? 'mail/http' : 'shop/http',
    at: start + hour * 7_200_000,
    outcome: 'ok' as const,
    latencyMs: 5,
    reason: null,
  }));
  await db.orm.insert(results).values(looks);
  return db;
}

describe('housekeeping', () => {
  it('folds what is closed and lets go of what is past its time, wherever it was stopped before', async () => {
    const db = await openHistory();
    const now = () => start + 10 * dayMs;
    const options = { db, retention: () => retention, now, log: { error: vi.fn() } };
    for (let stops = 0; stops < 5; stops += 1) await startHousekeeping(options).stop();
    await keepHouse({ db, retention, now });
    expect(await db.orm.select().from(results)).toHaveLength(3 * 12);
    for (const id of ['mail/http', 'shop/http']) {
      expect(await rollupHoursOf(db, id, 0, now())).toHaveLength(9 * 6);
      expect((await rollupDaysOf(db, id, 0, now())).map(({ ok }) => ok)).toEqual(Array.from({ length: 9 }, () => 6));
    }
    expect((await listComponents(db)).map(({ foldedToAt }) => foldedToAt)).toEqual([
      start + 8 * dayMs,
      start + 8 * dayMs,
    ]);
  });

  it('folds nothing before it has waited, so that what nobody saw can be written down first', async () => {
    const db = await openHistory();
    const now = () => start + 10 * dayMs;
    const log = { error: vi.fn() };
    const waiting = startHousekeeping({ db, retention: () => retention, now, log, waitMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await waiting.stop();
    const before = (await listComponents(db)).map(({ foldedToAt }) => foldedToAt);
    await keepHouse({ db, retention, now });
    expect((await listComponents(db)).every(({ foldedToAt }, index) => foldedToAt > (before[index] ?? 0))).toBe(true);
    expect(await rollupHoursOf(db, 'mail/http', 0, now())).not.toEqual([]);
  });

  it('tells of a database that fails and goes on', async () => {
    const db = await openHistory();
    const error = vi.fn();
    const broken = { ...db, change: () => Promise.reject(new Error('the disk is full')) };
    const housekeeping = startHousekeeping({
      db: broken,
      retention: () => retention,
      now: () => start + 10 * dayMs,
      log: { error },
    });
    await vi.waitFor(() => expect(error).toHaveBeenCalledOnce());
    await housekeeping.stop();
  });
});
