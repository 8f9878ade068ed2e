import { asc, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { NewMaintenance } from '#core/maintenance.ts';
import type { Outcome } from '#core/verdict.ts';
import type { Database } from '#db/client.ts';
import { listComponents } from '#db/components.ts';
import { newestEventId } from '#db/events.ts';
import { markUnwatched } from '#db/gaps.ts';
import { listIncidents, openIncident, resolveIncident } from '#db/incidents.ts';
import { turnMaintenances } from '#db/maintenanceClock.ts';
import {
  beginMaintenance,
  cancelMaintenance,
  completeMaintenance,
  findMaintenance,
  listMaintenances,
  pageMaintenances,
  rescheduleMaintenance,
  scheduleMaintenance,
  updateMaintenance,
} from '#db/maintenances.ts';
import { audits, events, flips, maintenances } from '#db/schema.ts';
import { readSnapshot } from '#db/snapshot.ts';
import {
  applyComponents,
  console_,
  filmPlatform,
  look,
  noon,
  openFilmPlatform,
  speakLanguages,
} from '../helpers/platform.ts';
import { pageSettings } from '../helpers/snapshot.ts';

const minuteMs = 60_000;
const fromAt = noon + 60 * minuteMs;
const toAt = fromAt + 60 * minuteMs;

const input = (part: Partial<NewMaintenance> = {}): NewMaintenance => ({
  title: 'A larger disk',
  body: 'We move to a larger disk.',
  components: ['mail', 'blog'],
  from: fromAt,
  to: toAt,
  startsByItself: true,
  endsByItself: true,
  ...part,
});

/** What every database must do for planned work, run for each kind of database. */
export function maintenancesContract(kind: string, open: () => Promise<Database>) {
  const plan = (db: Database, part: Partial<NewMaintenance> = {}) =>
    scheduleMaintenance(db, input(part), console_, noon + 1);
  const stateOf = async (db: Database, slug: string) =>
    (await listComponents(db)).find((row) => row.slug === slug)?.state;
  const statesOf = async (db: Database, ...slugs: string[]) => Promise.all(slugs.map((slug) => stateOf(db, slug)));
  /** Three looks, which is enough to turn a component down, or two to turn it up. */
  async function see(db: Database, at: number, outcomes: Record<string, Outcome>) {
    for (const second of [0, 1, 2]) await look(db, at + second * 1_000, outcomes);
  }
  const typesOf = async (db: Database, id: string) =>
    (await db.orm.select().from(events).where(eq(events.maintenanceId, id)).orderBy(asc(events.id))).map(
      (row) => row.type,
    );

  describe(`planned work by staff on ${kind}`, () => {
    it('is announced, begun, verified and completed, with an event and an audit entry in each batch', async () => {
      const db = await open();
      const ids = await openFilmPlatform(db);
      await speakLanguages(db, ['en', 'de']);
      const { id } = await plan(db, { translations: { de: { title: 'Größere Platte', body: 'Wir ziehen um.' } } });
      expect(await findMaintenance(db, id)).toMatchObject({
        status: 'scheduled',
        sequence: 0,
        nextDueAt: fromAt,
        translations: { de: 'Größere Platte' },
        updates: [{ seq: 1, body: 'We move to a larger disk.', translations: { de: 'Wir ziehen um.' } }],
        componentIds: [ids.get('mail'), ids.get('blog')].toSorted(),
      });
      await updateMaintenance(db, id, { body: 'Still on.' }, console_, noon + 2);
      await beginMaintenance(db, id, {}, console_, noon + 3);
      await updateMaintenance(db, id, { body: 'We look.', status: 'verifying' }, console_, noon + 4);
      await completeMaintenance(db, id, { body: 'Done early.' }, console_, noon + 5);
      expect(await findMaintenance(db, id)).toMatchObject({
        status: 'completed',
        sequence: 3,
        nextDueAt: null,
        startedAt: noon + 3,
        endedAt: noon + 5,
      });
      const types = ['scheduled', 'updated', 'started', 'updated', 'completed'].map((word) => `maintenance.${word}`);
      expect(await typesOf(db, id)).toEqual(types);
      const entries = await db.orm.select().from(audits).where(eq(audits.subjectId, id)).orderBy(asc(audits.id));
      expect(entries.map((row) => [row.action, row.actorKind])).toEqual(types.map((type) => [type, 'console']));
    });

    it('refuses what may not follow, and writes nothing', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await plan(db);
      const word = { body: 'A word.' };
      const refused = async (act: () => Promise<unknown>, code: string) => {
        const before = await newestEventId(db);
        await expect(act()).rejects.toMatchObject({ code });
        expect(await newestEventId(db)).toBe(before);
      };
      await refused(() => completeMaintenance(db, id, word, console_, noon + 2), 'conflict');
      await refused(() => updateMaintenance(db, id, { ...word, status: 'verifying' }, console_, noon + 2), 'conflict');
      await beginMaintenance(db, id, word, console_, noon + 3);
      await refused(() => beginMaintenance(db, id, word, console_, noon + 4), 'conflict');
      await refused(
        () => rescheduleMaintenance(db, id, { ...word, from: toAt, to: toAt + minuteMs }, console_, noon),
        'conflict',
      );
      await completeMaintenance(db, id, word, console_, noon + 5);
      for (const verb of [beginMaintenance, completeMaintenance, cancelMaintenance, updateMaintenance])
        await refused(() => verb(db, id, word, console_, noon + 6), 'conflict');
      await refused(() => plan(db, { components: ['mial'] }), 'invalid');
      await refused(() => plan(db, { to: fromAt }), 'invalid');
      await refused(() => updateMaintenance(db, 'nobodyknows1', word, console_, noon + 6), 'not_found');
    });

    it('moves to other times, and what the clock has to do moves with it', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await plan(db);
      const later = { body: 'An hour later.', from: fromAt + minuteMs, to: toAt + minuteMs };
      const moved = await rescheduleMaintenance(db, id, later, console_, noon + 2);
      expect(moved).toMatchObject({
        scheduledFromAt: later.from,
        scheduledToAt: later.to,
        sequence: 1,
        nextDueAt: later.from,
      });
      await turnMaintenances(db, fromAt);
      expect(await findMaintenance(db, id)).toMatchObject({ status: 'scheduled' });
      await turnMaintenances(db, later.from);
      const longer = { body: 'It takes longer.', to: toAt + 30 * minuteMs };
      await rescheduleMaintenance(db, id, longer, console_, toAt);
      await turnMaintenances(db, later.to);
      expect(await findMaintenance(db, id)).toMatchObject({ status: 'in_progress', nextDueAt: longer.to });
    });

    it('gets a better title, in every language at once', async () => {
      const db = await open();
      await openFilmPlatform(db);
      await speakLanguages(db, ['en', 'de']);
      const { id } = await plan(db, { translations: { de: { title: 'Größere Platte', body: 'Ja.' } } });
      const word = { body: 'It is two disks.', title: 'Two disks' };
      const renamed = await updateMaintenance(db, id, word, console_, noon + 2);
      expect(renamed).toMatchObject({ title: 'Two disks', translations: {}, sequence: 1 });
    });

    it('is told in the languages of the page alone, and says its usual words in each of them', async () => {
      const db = await open();
      await openFilmPlatform(db);
      await speakLanguages(db, ['de', 'es']);
      const strange = { translations: { fr: { body: 'On déménage.' } } };
      await expect(plan(db, strange)).rejects.toMatchObject({ code: 'invalid' });
      const { id, ...planned } = await plan(db, { language: 'es', translations: { de: { body: 'Wir ziehen um.' } } });
      expect(planned).toMatchObject({ language: 'es', translations: {} });
      await beginMaintenance(db, id, {}, console_, noon + 2);
      await turnMaintenances(db, toAt);
      const [last, begun, first] = (await findMaintenance(db, id))?.updates ?? [];
      expect(first).toMatchObject({ language: 'es', translations: { de: 'Wir ziehen um.' } });
      expect(begun).toMatchObject({
        language: 'de',
        body: 'Die geplanten Arbeiten haben begonnen. Wir sagen hier, wenn sie abgeschlossen sind.',
        automatic: false,
        translations: { es: 'Los trabajos programados han comenzado. Avisaremos aquí cuando terminen.' },
      });
      expect(last).toMatchObject({
        body: 'Die geplanten Arbeiten sind abgeschlossen.',
        automatic: true,
        translations: { es: 'Los trabajos programados han terminado.' },
      });
    });

    it('keeps twenty words that arrive at once, each with a number of its own', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await plan(db);
      const words = Array.from({ length: 20 }, (_, index) => `Word ${index}`);
      await Promise.all(words.map((body) => updateMaintenance(db, id, { body }, console_, noon + 2)));
      const updates = (await findMaintenance(db, id))?.updates ?? [];
      expect(updates.map((update) => update.seq)).toEqual(Array.from({ length: 21 }, (_, index) => 21 - index));
    });

    it('is listed and paged, the furthest ahead first', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const ids: string[] = [];
      for (const hour of [0, 2, 2, 1])
        ids.push((await plan(db, { from: fromAt + hour * 60 * minuteMs, to: toAt + hour * 60 * minuteMs })).id);
      await cancelMaintenance(db, ids[3] ?? '', { body: 'Off.' }, console_, noon + 2);
      const [first, second, third, last] = (await listMaintenances(db, { limit: 10 })).map(({ id }) => id);
      expect(new Set([first, second])).toEqual(new Set([ids[1], ids[2]]));
      expect([third, last]).toEqual([ids[3], ids[0]]);
      expect((await listMaintenances(db, { open: true, limit: 10 })).map(({ id }) => id)).toEqual([
        first,
        second,
        last,
      ]);
      const [one] = await pageMaintenances(db, null, 1);
      const rest = await pageMaintenances(db, one ?? null, 10);
      expect([one, ...rest].map((each) => each?.id)).toEqual([first, second, third, last]);
    });
  });

  describe(`planned work by the clock on ${kind}`, () => {
    it('begins and ends when it is due, not before, and once', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await plan(db);
      for (const at of [noon + 2, fromAt - 1]) await turnMaintenances(db, at);
      expect(await typesOf(db, id)).toHaveLength(1);
      await Promise.all([turnMaintenances(db, fromAt), turnMaintenances(db, fromAt)]);
      await turnMaintenances(db, toAt - 1);
      expect(await findMaintenance(db, id)).toMatchObject({ status: 'in_progress', startedAt: fromAt });
      await Promise.all([turnMaintenances(db, toAt), turnMaintenances(db, toAt)]);
      await turnMaintenances(db, toAt + minuteMs);
      expect(await typesOf(db, id)).toEqual(['maintenance.scheduled', 'maintenance.started', 'maintenance.completed']);
      const done = await findMaintenance(db, id);
      expect(done?.updates.map(({ at, automatic }) => [at, automatic])).toEqual([
        [toAt, true],
        [fromAt, true],
        [noon + 1, false],
      ]);
    });

    it('does late what fell due while nobody was here, and says when', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await plan(db);
      await turnMaintenances(db, fromAt + 20 * minuteMs);
      expect(await findMaintenance(db, id)).toMatchObject({ status: 'in_progress', startedAt: fromAt + 20 * minuteMs });
    });

    it('tells only the end of work whose whole time has passed', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await plan(db);
      await turnMaintenances(db, toAt + minuteMs);
      expect(await findMaintenance(db, id)).toMatchObject({ status: 'completed', endedAt: toAt + minuteMs });
      const told = await db.orm.select().from(events).where(eq(events.maintenanceId, id)).orderBy(asc(events.id));
      expect(told.map(({ type, quiet }) => [type, quiet])).toEqual([
        ['maintenance.scheduled', false],
        ['maintenance.started', true],
        ['maintenance.completed', false],
      ]);
      expect(await statesOf(db, 'mail', 'blog')).toEqual(['operational', 'operational']);
    });

    it('leaves to people what is theirs', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await plan(db, { startsByItself: false, endsByItself: false });
      await turnMaintenances(db, toAt + minuteMs);
      expect(await findMaintenance(db, id)).toMatchObject({ status: 'scheduled' });
      await beginMaintenance(db, id, {}, console_, toAt + minuteMs);
      await turnMaintenances(db, toAt + 60 * minuteMs);
      expect(await findMaintenance(db, id)).toMatchObject({ status: 'in_progress' });
    });
  });

  describe(`components in planned work on ${kind}`, () => {
    it('are in maintenance while it lasts, and then what the probes see, or working where nobody probes', async () => {
      const db = await open();
      await openFilmPlatform(db);
      await plan(db);
      await turnMaintenances(db, fromAt);
      expect(await statesOf(db, 'mail', 'blog', 'payments')).toEqual(['maintenance', 'maintenance', 'operational']);
      await see(db, fromAt + minuteMs, { mail: 'ok' });
      await turnMaintenances(db, toAt);
      expect(await statesOf(db, 'mail', 'blog')).toEqual(['operational', 'operational']);
    });

    it('open no incident when they fail, and tell nobody', async () => {
      const db = await open();
      const ids = await openFilmPlatform(db);
      await plan(db);
      await turnMaintenances(db, fromAt);
      const before = await newestEventId(db);
      await see(db, fromAt + minuteMs, { mail: 'fail' });
      await see(db, fromAt + 2 * minuteMs, { mail: 'ok' });
      await see(db, fromAt + 3 * minuteMs, { mail: 'unknown' });
      await markUnwatched(db, fromAt + 30 * minuteMs);
      expect(await stateOf(db, 'mail')).toBe('maintenance');
      expect(await listIncidents(db)).toEqual([]);
      const since = (await db.orm.select().from(events)).filter((row) => row.id > before);
      expect(since.filter((row) => row.componentId === ids.get('mail') || row.incidentId !== null)).toEqual([]);
    });

    it('that still fail at the end open an incident then', async () => {
      const db = await open();
      await openFilmPlatform(db);
      await plan(db);
      await turnMaintenances(db, fromAt);
      await see(db, toAt - minuteMs, { mail: 'fail' });
      expect(await listIncidents(db)).toEqual([]);
      await turnMaintenances(db, toAt);
      expect(await stateOf(db, 'mail')).toBe('major_outage');
      await look(db, toAt + 1_000, { mail: 'fail' });
      const [incident, ...others] = await listIncidents(db);
      expect(others).toEqual([]);
      expect(incident).toMatchObject({ title: 'Mail is not available', startedAt: toAt });
    });

    it('that begin to fail within the work are out no earlier than its end', async () => {
      const db = await open();
      const ids = await openFilmPlatform(db);
      await plan(db);
      await turnMaintenances(db, fromAt);
      await look(db, toAt - 2_000, { mail: 'fail' });
      await look(db, toAt - 1_000, { mail: 'fail' });
      await turnMaintenances(db, toAt);
      await look(db, toAt + 1_000, { mail: 'fail' });
      const history = await db.orm
        .select()
        .from(flips)
        .where(eq(flips.componentId, ids.get('mail') ?? ''));
      expect(history.toSorted((a, b) => a.seq - b.seq).map(({ to, at }) => [to, at])).toEqual([
        ['operational', noon],
        ['maintenance', fromAt],
        ['operational', toAt],
        ['major_outage', toAt],
      ]);
    });

    it('stay in maintenance until the last of several pieces of work ends', async () => {
      const db = await open();
      await openFilmPlatform(db);
      await plan(db);
      await plan(db, { from: fromAt + 30 * minuteMs, to: toAt + 30 * minuteMs, components: ['mail'] });
      for (const at of [fromAt, fromAt + 30 * minuteMs, toAt]) await turnMaintenances(db, at);
      expect(await statesOf(db, 'mail', 'blog')).toEqual(['maintenance', 'operational']);
      await turnMaintenances(db, toAt + 30 * minuteMs);
      expect(await stateOf(db, 'mail')).toBe('operational');
    });

    it('come back although two processes ended their work at one moment, each believing in that of the other', async () => {
      const db = await open();
      await openFilmPlatform(db);
      await plan(db);
      await plan(db);
      await turnMaintenances(db, fromAt);
      await db.orm.update(maintenances).set({ status: 'completed', nextDueAt: null });
      await turnMaintenances(db, fromAt + 1);
      expect(await statesOf(db, 'mail', 'blog')).toEqual(['operational', 'operational']);
    });

    it('come back when the work is called off', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await plan(db);
      await turnMaintenances(db, fromAt);
      await cancelMaintenance(db, id, { body: 'Another time.' }, console_, fromAt + minuteMs);
      expect(await statesOf(db, 'mail', 'blog')).toEqual(['operational', 'operational']);
      await turnMaintenances(db, toAt);
      expect(await findMaintenance(db, id)).toMatchObject({ status: 'cancelled', endedAt: fromAt + minuteMs });
    });

    it('do not count as healed: an incident that is open waits for the end', async () => {
      const db = await open();
      await openFilmPlatform(db);
      await see(db, noon + minuteMs, { database: 'fail', payments: 'fail' });
      const { id } = await plan(db, { components: ['database'] });
      await beginMaintenance(db, id, {}, console_, noon + 2 * minuteMs);
      await see(db, noon + 3 * minuteMs, { payments: 'ok' });
      await see(db, noon + 4 * minuteMs, { database: 'ok' });
      expect((await listIncidents(db))[0]).toMatchObject({ status: 'investigating', resolvedAt: null });
      await completeMaintenance(db, id, {}, console_, noon + 5 * minuteMs);
      await look(db, noon + 5 * minuteMs + 1_000, { payments: 'ok' });
      expect((await listIncidents(db))[0]?.status).toBe('resolved');
    });

    it('that nobody probes come back to what an open incident says of them', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await plan(db);
      await turnMaintenances(db, fromAt);
      const incident = await openIncident(
        db,
        { title: 'Blog', status: 'investigating', body: 'We look.', components: { blog: 'degraded' } },
        console_,
        fromAt + 1,
      );
      expect(await stateOf(db, 'blog')).toBe('maintenance');
      await completeMaintenance(db, id, {}, console_, fromAt + 2);
      expect(await stateOf(db, 'blog')).toBe('degraded');
      await resolveIncident(db, incident.id, { body: 'Done.' }, console_, fromAt + 3);
      expect(await stateOf(db, 'blog')).toBe('operational');
    });

    it('stay in it while settings change, unless they leave the page', async () => {
      const db = await open();
      await openFilmPlatform(db);
      await plan(db);
      await turnMaintenances(db, fromAt);
      const [, , mail] = filmPlatform;
      const [http] = mail?.probes ?? [];
      if (!mail || !http) throw new Error('no probe');
      const others = filmPlatform.filter(({ slug }) => slug !== 'mail');
      const changed = { ...mail, probes: [{ ...http, config: { url: 'http://127.0.0.1/other' } }] };
      await applyComponents(db, [...others, changed], console_, fromAt + 1);
      expect(await stateOf(db, 'mail')).toBe('maintenance');
      await applyComponents(db, [...others, { ...mail, probes: [] }], console_, fromAt + 2);
      expect(await stateOf(db, 'mail')).toBe('maintenance');
      await applyComponents(db, others, console_, fromAt + 3);
      await turnMaintenances(db, toAt);
      expect(await statesOf(db, 'mail', 'blog')).toEqual([undefined, 'operational']);
    });

    it('have that time left out of their uptime, and are shown so', async () => {
      const db = await open();
      await openFilmPlatform(db);
      await plan(db);
      await turnMaintenances(db, fromAt);
      await see(db, fromAt + minuteMs, { mail: 'fail' });
      const during = await readSnapshot(db, pageSettings(), fromAt + 10 * minuteMs);
      expect(during.state).toBe('maintenance');
      const mail = during.components.find(({ slug }) => slug === 'mail');
      expect(mail).toMatchObject({ state: 'maintenance', uptime: 1 });
      expect(mail?.days.at(-1)).toMatchObject({ state: 'maintenance', failingMs: 0 });
      expect(during.maintenances).toMatchObject([{ status: 'in_progress', scheduledFromAt: fromAt }]);
    });
  });
}
