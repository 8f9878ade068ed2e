import { describe, expect, it } from 'vitest';
import { assignmentsOf, revisionOfAssignments } from '#db/assignments.ts';
import type { Database } from '#db/client.ts';
import { listComponents } from '#db/components.ts';
import { listIncidents } from '#db/incidents.ts';
import { claimDueProbes } from '#db/probes.ts';
import { recordResults, recordSilence } from '#db/results.ts';
import { flips, results } from '#db/schema.ts';
import { listSights, renewPatience } from '#db/sights.ts';
import { openPlaces, sightings } from '../helpers/places.ts';
import { applyComponents, console_, declared, noon, openFilmPlatform } from '../helpers/platform.ts';

const second = 1_000;
const patience = 120_000;

const stateOf = async (db: Database) => (await listComponents(db))[0]?.state;
const sightsIn = async (db: Database) =>
  Object.fromEntries((await listSights(db)).map((row) => [row.location, row.standing.state]));
const stored = (db: Database) => db.orm.select().from(results);

/** Seen to be well from everywhere. */
async function openWell(db: Database, probe: Parameters<typeof openPlaces>[1] = {}): Promise<void> {
  await openPlaces(db, probe);
  await sightings(db, noon, { home: 'ok', lisbon: 'ok', porto: 'ok' });
}

/** What every database must do for probes that look from several locations. */
export function sightsContract(kind: string, open: () => Promise<Database>) {
  describe(`locations on ${kind}`, () => {
    it('are not believed alone: one of three that fails turns nothing', async () => {
      const db = await open();
      await openWell(db);
      for (let i = 1; i <= 5; i++) await sightings(db, noon + i * second, { home: 'ok', lisbon: 'fail', porto: 'ok' });
      expect(await sightsIn(db)).toEqual({ home: 'up', lisbon: 'down', porto: 'up' });
      expect(await stateOf(db)).toBe('operational');
      expect(await listIncidents(db)).toEqual([]);
    });

    it('turn a component once two of three fail, dated to when they both did', async () => {
      const db = await open();
      await openWell(db);
      for (let i = 1; i <= 2; i++) await sightings(db, noon + i * second, { home: 'ok', lisbon: 'fail', porto: 'ok' });
      for (let i = 3; i <= 5; i++)
        await sightings(db, noon + i * second, { home: 'ok', lisbon: 'fail', porto: 'fail' });
      expect(await stateOf(db)).toBe('major_outage');
      const flip = (await db.orm.select().from(flips)).find((row) => row.to === 'major_outage');
      expect(flip).toMatchObject({ at: noon + 3 * second, decidedAt: noon + 5 * second, reason: 'refused' });
      expect(await listIncidents(db, { open: true })).toHaveLength(1);
      for (let i = 6; i <= 7; i++) await sightings(db, noon + i * second, { home: 'ok', lisbon: 'fail', porto: 'ok' });
      expect(await stateOf(db)).toBe('operational');
    });

    it('make a component unknown, not down, when fewer can see than must agree', async () => {
      const db = await open();
      await openWell(db, { quorum: 2 });
      for (let i = 1; i <= 3; i++)
        await sightings(db, noon + i * second, { home: 'fail', lisbon: 'unknown', porto: 'unknown' });
      expect(await stateOf(db)).toBe('unknown');
      expect(await listIncidents(db)).toEqual([]);
    });

    it('keep the same instant of each, and a result that is handed in twice once', async () => {
      const db = await open();
      await openWell(db);
      for (let round = 0; round < 3; round++)
        await sightings(db, noon + second, { home: 'ok', lisbon: 'fail', porto: 'ok' }, noon + (round + 1) * second);
      expect(await stored(db)).toHaveLength(6);
      expect((await listSights(db)).find((row) => row.location === 'lisbon')?.standing.fail.count).toBe(1);
    });

    it('only extend the record with what comes late', async () => {
      const db = await open();
      await openWell(db);
      const now = noon + 600 * second;
      await sightings(db, now, { home: 'ok', lisbon: 'ok', porto: 'ok' });
      const before = await listSights(db);
      for (let i = 1; i <= 20; i++)
        await sightings(db, noon + i * second, { home: 'fail', lisbon: 'fail', porto: 'fail' }, now);
      expect(await stored(db)).toHaveLength(6 + 60);
      expect(await listSights(db)).toEqual(before);
      expect(await stateOf(db)).toBe('operational');
    });

    it('are not judged by what they saw before their newest word, however fresh it is', async () => {
      const db = await open();
      await openWell(db, { locations: ['lisbon'] });
      const now = noon + 10 * second;
      await sightings(db, now, { lisbon: 'ok' });
      for (const ago of [3, 2, 1]) await sightings(db, now - ago * second, { lisbon: 'fail' }, now);
      expect(await sightsIn(db)).toEqual({ lisbon: 'up' });
      expect(await stateOf(db)).toBe('operational');
    });

    it('cannot turn anything by a backlog of an outage of their own', async () => {
      const db = await open();
      await openWell(db, { intervalMs: 30 * second, locations: ['lisbon'] });
      const back = noon + 3_600 * second;
      for (let i = 1; i < 120; i++) await sightings(db, noon + i * 30 * second, { lisbon: 'fail' }, back);
      expect(await stateOf(db)).toBe('operational');
      await sightings(db, back, { lisbon: 'ok' });
      expect(await stateOf(db)).toBe('operational');
      expect(await listIncidents(db)).toEqual([]);
    });

    it('lose their vote by silence, by rows alone', async () => {
      const db = await open();
      await openWell(db);
      for (let i = 1; i <= 3; i++)
        await sightings(db, noon + i * second, { home: 'ok', lisbon: 'fail', porto: 'fail' });
      expect(await stateOf(db)).toBe('major_outage');
      const later = noon + 3 * second + patience;
      await sightings(db, later - 1, { home: 'ok' });
      expect(await recordSilence(db, later - 1)).toBe(0);
      expect(await recordSilence(db, later)).toBe(2);
      expect(await sightsIn(db)).toEqual({ home: 'up', lisbon: 'unknown', porto: 'unknown' });
      expect(await stateOf(db)).toBe('operational');
      expect(await recordSilence(db, later)).toBe(0);
      await sightings(db, later + second, { porto: 'ok' });
      expect((await sightsIn(db))['porto']).toBe('up');
    });

    it('make a component that only they see unknown by their silence, since their last word', async () => {
      const db = await open();
      await openWell(db, { locations: ['lisbon'] });
      await sightings(db, noon + 10 * second, { lisbon: 'ok' });
      expect(await recordSilence(db, noon + 10 * second + patience)).toBe(1);
      expect(await stateOf(db)).toBe('unknown');
      const flip = (await db.orm.select().from(flips)).find((row) => row.seq === 2);
      expect(flip).toMatchObject({ from: 'operational', to: 'unknown', at: noon + 10 * second });
      expect(await listIncidents(db)).toEqual([]);
    });

    it('are given their whole patience anew when the server starts', async () => {
      const db = await open();
      await openWell(db, { locations: ['lisbon'] });
      const start = noon + 86_400 * second;
      await renewPatience(db, start);
      expect(await recordSilence(db, start + patience - 1)).toBe(0);
      expect(await recordSilence(db, start + patience)).toBe(1);
    });

    it('are believed again at once when the clock of the server is set back', async () => {
      const db = await open();
      await openWell(db);
      const mended = noon - 3_600 * second;
      await renewPatience(db, mended);
      for (let i = 1; i <= 3; i++)
        await sightings(db, mended + i * second, { home: 'fail', lisbon: 'fail', porto: 'fail' });
      expect(await stateOf(db)).toBe('major_outage');
    });

    it('keep their standing when the settings are applied again, and lose their vote when they are no longer named', async () => {
      const db = await open();
      await openWell(db);
      const before = await listSights(db);
      await openPlaces(db, {}, noon + second);
      expect(await listSights(db)).toEqual(before);
      await openPlaces(db, { locations: ['home', 'porto'] }, noon + 2 * second);
      expect(Object.keys(await sightsIn(db))).toEqual(['home', 'porto']);
      await openPlaces(db, { locations: null }, noon + 3 * second);
      expect(await sightsIn(db)).toEqual({});
    });

    it('that never say a word take a component with them, as do those that are left when others go', async () => {
      const db = await open();
      await openPlaces(db, { locations: null });
      await recordResults(db, [{ probeId: 'mail/http', at: noon, outcome: 'ok', latencyMs: 1, reason: null }], noon);
      expect(await stateOf(db)).toBe('operational');
      await openPlaces(db, { locations: ['lisbon'] }, noon + second);
      expect(await stateOf(db)).toBe('operational');
      await recordSilence(db, noon + 130 * second);
      expect(await stateOf(db)).toBe('unknown');
    });

    it('are told what to look at, by a revision that changes with it and with nothing else', async () => {
      const db = await open();
      await openWell(db);
      const revision = await revisionOfAssignments(db, 'lisbon');
      expect(await assignmentsOf(db, 'lisbon')).toMatchObject([{ id: 'mail/http', kind: 'http', intervalMs: second }]);
      await openPlaces(db, { downAfter: 7 }, noon + second);
      expect(await revisionOfAssignments(db, 'lisbon')).toBe(revision);
      await openPlaces(db, { intervalMs: 2 * second }, noon + second);
      expect(await revisionOfAssignments(db, 'lisbon')).not.toBe(revision);
      await openPlaces(db, { locations: ['home'] }, noon + second);
      expect(await assignmentsOf(db, 'lisbon')).toEqual([]);
    });

    it('keep the server from looking where only they do', async () => {
      const db = await open();
      await openPlaces(db, { locations: ['lisbon'] });
      expect(await claimDueProbes(db, noon + 60 * second, 10)).toEqual([]);
      await openPlaces(db, { locations: ['lisbon', 'home'] });
      expect(await claimDueProbes(db, noon + 60 * second, 10)).toHaveLength(1);
    });

    it('are listed whole, in the order of the page, however many they are', async () => {
      const db = await open();
      await openPlaces(db);
      const slugs = Array.from({ length: 210 }, (_, index) => `film-${(index * 37) % 210}`);
      const many = slugs.map((slug) => {
        const component = declared(slug, slug);
        return { ...component, probes: component.probes.map((each) => ({ ...each, locations: ['porto', 'lisbon'] })) };
      });
      await applyComponents(db, many, console_, noon);
      expect((await listSights(db)).map((row) => `${row.component.slug} ${row.location}`)).toEqual(
        slugs.flatMap((slug) => [`${slug} lisbon`, `${slug} porto`]),
      );
      const ids = slugs.map((slug) => `${slug}/http`);
      expect((await assignmentsOf(db, 'porto')).map((row) => row.id)).toEqual(ids.toSorted());
    });

    it('have no rows where the server looks alone', async () => {
      const db = await open();
      await openFilmPlatform(db);
      expect(await listSights(db)).toEqual([]);
    });
  });
}
