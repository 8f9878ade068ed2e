import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { SnapshotComponent } from '#core/snapshot.ts';
import { componentStates } from '#core/status.ts';
import { dayMs, dayStartOf, defaultWeights, noTimes, sumTimes, type Times, uptimeOf } from '#core/uptime.ts';
import { stateLetters, withDays, yearOf } from '#core/years.ts';
import type { Database } from '#db/client.ts';
import { foldComponentDays } from '#db/componentDays.ts';
import { recordResults } from '#db/results.ts';
import { foldDays, foldHours } from '#db/rollups.ts';
import { componentDays, components } from '#db/schema.ts';
import { createSnapshotReader, readSnapshot, type SnapshotReader } from '#db/snapshot.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { applyComponents, console_, declared, look, noon, openFilmPlatform } from '../helpers/platform.ts';
import { pageSettings } from '../helpers/snapshot.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const page = pageSettings();

const readerOf = (db: Database) => createSnapshotReader(db, () => ({ page, weights: defaultWeights }));
async function mailAt(read: SnapshotReader, now: number): Promise<SnapshotComponent> {
  const mail = (await read(now)).components.find(({ slug }) => slug === 'mail');
  if (!mail) throw new Error('mail is not on the page');
  return mail;
}
const freshAt = (db: Database, now: number) => readSnapshot(db, page, now);

/** What a day of thirteen years may have been. */
function timesOn(day: number): Times {
  if (day % 97 === 0) return { ...noTimes(), operational: dayMs - 600_000, major_outage: 600_000 };
  if (day % 41 === 0) return { ...noTimes(), operational: dayMs - 60_000, degraded: 60_000 };
  if (day % 113 === 0) return { ...noTimes(), maintenance: dayMs };
  return day % 211 === 0 ? { ...noTimes(), unknown: dayMs } : { ...noTimes(), operational: dayMs };
}

/** Writes folded days from thirteen years ago to the day before yesterday. */
async function storeYears(db: Database, id: string, now: number): Promise<(readonly [number, Times])[]> {
  const today = dayStartOf(now) / dayMs;
  const days = Array.from({ length: 13 * 365 }, (_, index) => today - 13 * 365 - 1 + index);
  for (let from = 0; from < days.length; from += 500)
    await db.orm.insert(componentDays).values(
      days.slice(from, from + 500).map((day) => {
        const { operational, degraded, partial_outage, major_outage, maintenance, unknown } = timesOn(day);
        return {
          componentId: id,
          day,
          operationalMs: operational,
          degradedMs: degraded,
          partialOutageMs: partial_outage,
          majorOutageMs: major_outage,
          maintenanceMs: maintenance,
          unknownMs: unknown,
        };
      }),
    );
  const foldedToAt = (today - 1) * dayMs;
  await db.orm
    .update(components)
    .set({ createdAt: (days[0] ?? 0) * dayMs, foldedToAt })
    .where(eq(components.id, id));
  return days.map((day) => [day * dayMs, timesOn(day)] as const);
}

describe('the years of a component', () => {
  it('say of thirteen years what the stored days say', async () => {
    const db = await openTestDatabase();
    const ids = await openFilmPlatform(db);
    const days = await storeYears(db, ids.get('mail') ?? '', noon);
    const { years } = await mailAt(readerOf(db), noon);
    expect(years.map(({ year }) => year)).toEqual(Array.from({ length: 14 }, (_, index) => 2013 + index));
    const past = withDays([], days)
      .slice(0, -1)
      .map((year) => yearOf(year, defaultWeights));
    expect(years.slice(0, -1)).toEqual(past);
    expect(years.at(-1)?.states).toHaveLength((dayStartOf(noon) - Date.UTC(2026, 0)) / dayMs + 1);
    for (const letter of Object.values(stateLetters).filter((letter) => letter !== stateLetters.partial_outage))
      expect(years.some(({ states }) => states.includes(letter))).toBe(true);
  });

  it('go on with each day that passes and each that is folded, as a fresh reading does', async () => {
    const db = await openTestDatabase();
    const ids = await openFilmPlatform(db);
    await storeYears(db, ids.get('mail') ?? '', noon);
    const read = readerOf(db);
    await read(noon);
    const past = (await mailAt(read, noon)).years[0];
    // Past New Year, with a failure, a day that is folded and one that is not.
    for (let day = 1; day < 70; day += 6) {
      const now = noon + day * dayMs;
      for (const second of [0, 1, 2]) await look(db, now - 10_000 + second * 1_000, { mail: day % 2 ? 'fail' : 'ok' });
      if (day % 4 === 3) await foldComponentDays(db, now);
      expect(await read(now)).toEqual(await freshAt(db, now));
    }
    const { years, createdAt } = await mailAt(read, noon + 70 * dayMs);
    expect(years.at(-1)).toMatchObject({ year: 2027, firstDayAt: Date.UTC(2027, 0) });
    expect(years[0]).toEqual(past);
    expect(years[0]?.firstDayAt).toBe(createdAt);
  });

  it('are weighed anew with other weights', async () => {
    const db = await openTestDatabase();
    const ids = await openFilmPlatform(db);
    const days = await storeYears(db, ids.get('mail') ?? '', noon);
    let weights = defaultWeights;
    const read = createSnapshotReader(db, () => ({ page, weights }));
    const before = (await mailAt(read, noon)).years[3];
    weights = { ...defaultWeights, degraded: 1 };
    const after = (await mailAt(read, noon + dayMs)).years[3];
    const own = days.filter(([at]) => new Date(at).getUTCFullYear() === 2016).map(([, times]) => times);
    expect(after?.uptime).toBe(uptimeOf(sumTimes(own), weights).ratio);
    expect(after?.uptime).toBeLessThan(before?.uptime ?? 0);
  });

  it('have a letter for each state that a stored day may be in', () => {
    expect(Object.keys(stateLetters).toSorted()).toEqual([...componentStates].toSorted());
  });
});

describe('the latency of a component', () => {
  const lookAt = (db: Database, at: number, latencyMs: number | null, now = at) =>
    recordResults(db, [{ probeId: 'mail/http', at, outcome: 'ok', latencyMs, reason: null }], now);

  it('is not there before anything was measured', async () => {
    const db = await openTestDatabase();
    await applyComponents(db, [declared('mail', 'Mail')], console_, noon);
    await lookAt(db, noon, null);
    expect((await mailAt(readerOf(db), noon + 2 * hourMs)).latency).toBeNull();
  });

  it('is told hour by hour, without the hour that is not over', async () => {
    const db = await openTestDatabase();
    await applyComponents(db, [declared('mail', 'Mail')], console_, noon);
    const read = readerOf(db);
    for (let each = 0; each < 20; each += 1) await lookAt(db, noon + each * minuteMs, each === 19 ? 400 : 40);
    expect((await mailAt(read, noon + 30 * minuteMs)).latency).toBeNull();
    const hours = (await mailAt(read, noon + hourMs)).latency?.hours;
    expect(hours?.fromAt).toBe(noon - 23 * hourMs);
    expect(hours?.p50Ms).toEqual([...Array(23).fill(null), expect.any(Number)]);
    expect(hours?.p50Ms[23]).toBeLessThanOrEqual(50);
    expect(hours?.p95Ms[23]).toBeGreaterThanOrEqual(hours?.p50Ms[23] ?? 0);
    // A day later it has gone by.
    expect((await mailAt(read, noon + 24 * hourMs)).latency?.hours.p50Ms[0]).not.toBeNull();
    expect((await mailAt(read, noon + 25 * hourMs)).latency).toBeNull();
  });

  it('counts what is handed in late, and is the same value while there is nothing new', async () => {
    const db = await openTestDatabase();
    await applyComponents(db, [declared('mail', 'Mail')], console_, noon);
    const read = readerOf(db);
    await lookAt(db, noon, 40);
    const before = (await mailAt(read, noon + 2 * hourMs)).latency;
    expect((await mailAt(read, noon + 2 * hourMs + minuteMs)).latency).toBe(before);
    await lookAt(db, noon + minuteMs, 4_000, noon + 2 * hourMs + 2 * minuteMs);
    const now = noon + 2 * hourMs + 3 * minuteMs;
    expect((await mailAt(read, now)).latency?.hours.p95Ms[22]).toBeGreaterThan(before?.hours.p95Ms[22] ?? 0);
    expect(await read(now)).toEqual(await freshAt(db, now));
  });

  it('adds up the probes of a component, day by day once a day is folded', async () => {
    const db = await openTestDatabase();
    const [one] = [declared('mail', 'Mail')];
    const [http] = one.probes;
    if (!http) throw new Error('it has no probe');
    await applyComponents(db, [{ ...one, probes: [http, { ...http, name: 'slow' }] }], console_, noon);
    const read = readerOf(db);
    for (let hour = 0; hour < 60; hour += 1) {
      const at = noon + hour * hourMs;
      const looks = { at, outcome: 'ok', reason: null } as const;
      await recordResults(
        db,
        [
          { ...looks, probeId: 'mail/http', latencyMs: 20 },
          { ...looks, probeId: 'mail/slow', latencyMs: 2_000 },
        ],
        at,
      );
      for (let moved = await foldHours(db, at); moved.length > 0; moved = await foldHours(db, at))
        while (await foldDays(db, moved));
      if (hour % 7 === 0) expect(await read(at)).toEqual(await freshAt(db, at));
    }
    const { latency } = await mailAt(read, noon + 60 * hourMs);
    expect(latency?.days.fromAt).toBe(dayStartOf(noon + 60 * hourMs) - 90 * dayMs);
    // The first day is folded; the two after it are still open for what comes late.
    expect(latency?.days.p50Ms.slice(-4)).toEqual([null, expect.any(Number), null, null]);
    expect(latency?.days.p95Ms.at(-3)).toBeGreaterThan(1_000);
  });
});

describe('the flips of a component', () => {
  it('are the last fifty, newest first, without their reasons', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    const read = readerOf(db);
    await read(noon);
    for (let each = 0; each < 60; each += 1) {
      const at = noon + (each + 1) * 10 * minuteMs;
      for (const second of [0, 1, 2]) await look(db, at + second * 1_000, { mail: each % 2 ? 'ok' : 'fail' });
      if (each % 9 === 0) await read(at + minuteMs);
    }
    const now = noon + 20 * hourMs;
    const { flips, state, sinceAt } = await mailAt(read, now);
    expect(flips).toHaveLength(50);
    expect(flips[0]).toEqual({ at: sinceAt, from: 'major_outage', to: state });
    expect(flips.map(({ at }) => at)).toEqual(flips.map(({ at }) => at).toSorted((a, b) => b - a));
    expect(await read(now)).toEqual(await freshAt(db, now));
  });
});
