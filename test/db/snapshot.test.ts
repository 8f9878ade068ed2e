import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultWeights } from '#core/uptime.ts';
import type { Database } from '#db/client.ts';
import { foldComponentDays } from '#db/componentDays.ts';
import { listIncidents, openIncident, postUpdate, resolveIncident } from '#db/incidents.ts';
import { turnMaintenances } from '#db/maintenanceClock.ts';
import { cancelMaintenance, listMaintenances, rescheduleMaintenance, scheduleMaintenance } from '#db/maintenances.ts';
import { createSnapshotReader, readSnapshot } from '#db/snapshot.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { applyComponents, console_, filmPlatform, look, noon, openFilmPlatform } from '../helpers/platform.ts';
import { pageSettings } from '../helpers/snapshot.ts';

const page = pageSettings({ name: 'Film Post', url: 'https://status.example' });
const dayMs = 86_400_000;
const minuteMs = 60_000;

const readerOf = (db: Database) => createSnapshotReader(db, () => ({ page, weights: defaultWeights }));

/** What can happen to a platform between two snapshots. */
const deeds = {
  async fail(db: Database, at: number, slug: string) {
    for (const second of [0, 1, 2]) await look(db, at + second * 1_000, { [slug]: 'fail' });
  },
  async heal(db: Database, at: number, slug: string) {
    for (const second of [0, 1]) await look(db, at + second * 1_000, { [slug]: 'ok' });
  },
  async goBlind(db: Database, at: number, slug: string) {
    for (const second of [0, 1, 2]) await look(db, at + second * 1_000, { [slug]: 'unknown' });
  },
  async open(db: Database, at: number, slug: string) {
    const components = { [slug]: 'partial_outage', blog: 'degraded' } as const;
    await openIncident(db, { title: slug, status: 'investigating', body: 'We look.', components }, console_, at);
  },
  async update(db: Database, at: number) {
    const [incident] = await listIncidents(db, { open: true });
    if (incident) await postUpdate(db, incident.id, { body: `Word of ${at}` }, console_, at);
  },
  async resolve(db: Database, at: number) {
    const [incident] = await listIncidents(db, { open: true });
    if (incident) await resolveIncident(db, incident.id, { body: 'Done.' }, console_, at);
  },
  async plan(db: Database, at: number, slug: string) {
    const times = { from: at + 20 * minuteMs, to: at + 10 * 3_600_000, startsByItself: true, endsByItself: true };
    const words = { title: slug, body: 'We plan.', components: [slug, 'blog'], translations: {} };
    await scheduleMaintenance(db, { ...words, ...times }, console_, at);
  },
  async replan(db: Database, at: number) {
    const [planned] = await listMaintenances(db, { open: true, limit: 1 });
    const times = { from: at + minuteMs, to: at + 3_600_000 };
    const word = { body: `Word of ${at}`, translations: {}, ...times };
    if (planned?.status === 'scheduled') await rescheduleMaintenance(db, planned.id, word, console_, at);
  },
  async cancel(db: Database, at: number) {
    const [planned] = await listMaintenances(db, { open: true, limit: 1 });
    if (planned) await cancelMaintenance(db, planned.id, { body: 'Off.', translations: {} }, console_, at);
  },
  async clock(db: Database, at: number) {
    await turnMaintenances(db, at);
  },
  async apply(db: Database, at: number) {
    const some = filmPlatform.filter(({ slug }) => slug !== 'mail' || at % 2 === 0);
    await applyComponents(db, some.toReversed(), console_, at);
    await applyComponents(db, filmPlatform, console_, at);
  },
  async fold(db: Database, at: number) {
    await foldComponentDays(db, at);
  },
  async nothing() {},
};

const deed = fc.record({
  name: fc.constantFrom(...(Object.keys(deeds) as (keyof typeof deeds)[])),
  slug: fc.constantFrom('submissions', 'payments', 'mail', 'database'),
  laterMs: fc.oneof(fc.nat(30 * minuteMs), fc.nat(30 * 3_600_000), fc.constant(40 * dayMs)),
});

describe('a snapshot reader', () => {
  it('says what a fresh reading says, whatever has happened since it last read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 3, maxLength: 15 }), async (sequence) => {
        const db = await openTestDatabase();
        await openFilmPlatform(db);
        const reader = readerOf(db);
        let now = noon + minuteMs;
        for (const { name, slug, laterMs } of sequence) {
          now += laterMs + 10_000;
          await deeds[name](db, now - 5_000, slug);
          // Some changes are seen together, as they are when a page is published once for several.
          if (laterMs % 3 !== 0) expect(await reader(now)).toEqual(await readSnapshot(db, page, now));
        }
        expect(await reader(now + dayMs)).toEqual(await readSnapshot(db, page, now + dayMs));
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('says the same before and after days are folded', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    await deeds.fail(db, noon + dayMs, 'mail');
    await deeds.heal(db, noon + 2 * dayMs, 'mail');
    const now = noon + 20 * dayMs;
    const before = await readSnapshot(db, page, now);
    const reader = readerOf(db);
    await reader(now);
    while (await foldComponentDays(db, now));
    expect(await readSnapshot(db, page, now)).toEqual(before);
    expect(await reader(now)).toEqual(before);
    const mail = before.components.find(({ slug }) => slug === 'mail');
    expect(mail?.days.filter(({ state }) => state === 'major_outage')).toHaveLength(2);
    expect(mail?.uptime).toBe(1 - 1 / 20);
  });

  it('turns the page at midnight without an event', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    const reader = readerOf(db);
    const midnight = noon + dayMs / 2;
    expect((await reader(midnight - 1)).components[0]?.days.at(-1)?.date).toBe('2026-11-01');
    expect((await reader(midnight)).components[0]?.days.at(-1)?.date).toBe('2026-11-02');
    expect((await reader(midnight + 1)).components[0]?.days).toHaveLength(90);
  });

  it('reads again only the incidents that have changed', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    for (let each = 0; each < 120; each += 1) {
      await deeds.open(db, noon + each * minuteMs, 'mail');
      await deeds.resolve(db, noon + each * minuteMs + 1_000);
    }
    const reader = readerOf(db);
    const now = noon + dayMs;
    const before = (await reader(now)).incidents;
    expect(before).toHaveLength(120);
    await deeds.open(db, now, 'mail');
    const after = (await reader(now)).incidents;
    expect(after[0]?.startedAt).toBe(now);
    expect(after.slice(1).every((incident, index) => incident === before[index])).toBe(true);
  });

  it('recovers when a reading fails in the middle', async () => {
    const db = await openTestDatabase();
    await openFilmPlatform(db);
    const { orm } = db;
    let failsAfter = Number.POSITIVE_INFINITY;
    const select: typeof orm.select = (...fields: []) => {
      failsAfter -= 1;
      if (failsAfter < 0) throw new Error('the disk is gone');
      return orm.select(...fields);
    };
    const shaky: Database = { ...db, orm: Object.assign(Object.create(orm), { select }) };
    const reader = readerOf(shaky);
    await reader(noon + minuteMs);
    await deeds.open(db, noon + 2 * minuteMs, 'mail');
    await deeds.fail(db, noon + 2 * minuteMs, 'database');
    const now = noon + 3 * minuteMs;
    for (let reads = 0; reads < 6; reads += 1) {
      failsAfter = reads;
      await reader(now).catch(() => null);
    }
    failsAfter = Number.POSITIVE_INFINITY;
    expect(await reader(now)).toEqual(await readSnapshot(db, page, now));
  });
});
