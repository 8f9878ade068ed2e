import { asc } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { audienceOf } from '#core/audience.ts';
import { freshHearing } from '#core/hearing.ts';
import { absencesSince, notePresence } from '#db/absences.ts';
import type { Database } from '#db/client.ts';
import { listComponents } from '#db/components.ts';
import { newestEventId } from '#db/events.ts';
import { findIncident, listIncidents, openIncident, postUpdate, resolveIncident } from '#db/incidents.ts';
import { readNotice } from '#db/notices.ts';
import { lastPings, pingsAfter, recordPing, settleHearing } from '#db/pings.ts';
import { claimDueProbes, findProbe, nextProbeDueAt, releaseProbes } from '#db/probes.ts';
import { recordResults } from '#db/results.ts';
import { audits, events, flips, results } from '#db/schema.ts';
import { applySettings, readDeclared } from '#db/settings.ts';
import { readSnapshot } from '#db/snapshot.ts';
import { addTranslation } from '#db/translations.ts';
import { declareListening } from '../helpers/listening.ts';
import {
  applyComponents,
  console_,
  declared,
  filmPlatform,
  look,
  noon,
  openFilmPlatform,
  policy,
} from '../helpers/platform.ts';
import { pageSettings } from '../helpers/snapshot.ts';

const page = pageSettings({ name: 'Film Post', url: 'https://status.example' });

/** What every database must do for the verbs, run for each kind of database. */
export function databaseContract(kind: string, open: () => Promise<Database>) {
  describe(`probes on ${kind}`, () => {
    it('hands each due probe out once and moves it to its next slot', async () => {
      const db = await open();
      await applyComponents(db, filmPlatform, console_, noon);
      const claimed = await claimDueProbes(db, noon + 1_000, 10);
      expect(claimed).toHaveLength(4);
      expect(await claimDueProbes(db, noon + 1_000, 10)).toEqual([]);
      const next = await nextProbeDueAt(db);
      expect(next).toBeGreaterThan(noon + 1_000);
      expect(next).toBeLessThanOrEqual(noon + 2_000);
    });

    it('keeps the slots of a probe, however late or early it is claimed', async () => {
      const db = await open();
      await applyComponents(db, [declared('mail', 'Mail')], console_, noon);
      const phase = ((await findProbe(db, 'mail/http'))?.nextDueAt ?? 0) % 1_000;
      for (const at of [noon + 1_234, noon + 5_678, noon + 3_600_321]) {
        const [claimed] = await claimDueProbes(db, at, 10);
        expect((claimed?.dueAt ?? 0) % 1_000).toBe(phase);
      }
      const next = (await nextProbeDueAt(db)) ?? 0;
      expect(await claimDueProbes(db, next - 251, 10, 500)).toEqual([]);
      expect(await claimDueProbes(db, next - 250, 10, 500)).toMatchObject([{ dueAt: next }]);
      expect(await nextProbeDueAt(db)).toBe(next + 1_000);
    });

    it('gives back a probe that was claimed and not run', async () => {
      const db = await open();
      await applyComponents(db, [declared('mail', 'Mail')], console_, noon);
      const claimed = await claimDueProbes(db, noon + 1_000, 10);
      await releaseProbes(db, claimed);
      expect(await claimDueProbes(db, noon + 1_000, 10)).toEqual(claimed);
    });

    it('skips slots that were missed instead of catching up', async () => {
      const db = await open();
      await applyComponents(db, [declared('mail', 'Mail')], console_, noon);
      const [late] = await claimDueProbes(db, noon + 3_600_000, 10);
      expect(late?.dueAt).toBeGreaterThan(noon + 3_600_000 - 1_000);
      expect(await claimDueProbes(db, noon + 3_600_000, 10)).toEqual([]);
    });

    it('retires what is no longer declared and brings it back under the same id', async () => {
      const db = await open();
      const ids = await openFilmPlatform(db);
      await applyComponents(db, [declared('mail', 'Mail')], console_, noon + 1);
      expect((await listComponents(db)).map((row) => row.slug)).toEqual(['mail']);
      await applyComponents(db, filmPlatform, console_, noon + 2);
      expect(new Map((await listComponents(db)).map((row) => [row.slug, row.id]))).toEqual(ids);
    });
  });

  describe(`pings on ${kind}`, () => {
    const word = { signal: 'success', exitCode: null, runId: null, body: null, isCut: false, runMs: null } as const;

    async function openJobs() {
      const db = await open();
      return { db, id: await declareListening(db, 'heartbeat', { interval: '1d' }, noon) };
    }

    it('gives every ping an instant of its own and its body back, and makes the probe due', async () => {
      const { db, id } = await openJobs();
      await recordPing(db, id, { ...word, body: Buffer.from([0, 0xc3, 0xa9, 0xff]) }, noon + 5);
      await Promise.all([recordPing(db, id, word, noon + 5), recordPing(db, id, word, noon + 5)]);
      const heard = await pingsAfter(db, id, 0);
      expect(heard.pings.map(({ at }) => at)).toEqual([noon + 5, noon + 6, noon + 7]);
      expect(heard.pings[0]?.body).toBe('\u0000é\ufffd');
      expect(await nextProbeDueAt(db)).toBe(noon + 5);
      expect((await lastPings(db)).get(id)).toBe(noon + 7);
    });

    it('takes none for a probe that is not there or does not listen', async () => {
      const { db } = await openJobs();
      await applyComponents(db, filmPlatform, console_, noon);
      for (const id of ['jobs/heartbeat', 'mail/http', 'nobody/knows'])
        await expect(recordPing(db, id, word, noon)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('settles a judgement once, and leaves the probe due where a ping came meanwhile', async () => {
      const { db, id } = await openJobs();
      await recordPing(db, id, word, noon);
      const [heard] = (await pingsAfter(db, id, 0)).pings;
      const after = { ...freshHearing, pingId: heard?.id ?? 0, anchorAt: noon };
      const settled = { probeId: id, before: null, after, nextDueAt: noon + 500_000, runs: new Map<number, number>() };
      await settleHearing(db, settled, noon + 1);
      expect(await nextProbeDueAt(db)).toBe(noon + 500_000);
      await settleHearing(db, { ...settled, after: freshHearing }, noon + 2);
      expect((await findProbe(db, id))?.hearing).toEqual(after);
      await recordPing(db, id, word, noon + 3);
      await settleHearing(db, { ...settled, before: after }, noon + 4);
      expect(await nextProbeDueAt(db)).toBe(noon + 4);
    });

    it('remembers when nobody was here', async () => {
      const { db } = await openJobs();
      await notePresence(db, noon, true);
      await notePresence(db, noon + 5_000, false);
      expect(await absencesSince(db, 0)).toEqual([]);
      await notePresence(db, noon + 60_000, false);
      await notePresence(db, noon + 61_000, true);
      expect(await absencesSince(db, 0)).toEqual([
        { fromAt: noon + 5_000, toAt: noon + 60_000 },
        { fromAt: noon + 60_000, toAt: noon + 61_000 },
      ]);
      expect(await absencesSince(db, noon + 60_000)).toHaveLength(1);
    });
  });

  describe(`results on ${kind}`, () => {
    it('flips a component after three failures, dated to the first', async () => {
      const db = await open();
      const ids = await openFilmPlatform(db);
      for (const second of [1, 2, 3]) await look(db, noon + second * 1_000, { mail: 'fail' });
      const [, flip] = (await db.orm.select().from(flips).orderBy(asc(flips.seq))).filter(
        (row) => row.componentId === ids.get('mail'),
      );
      expect(flip).toMatchObject({
        from: 'operational',
        to: 'major_outage',
        at: noon + 1_000,
        decidedAt: noon + 3_000,
      });
    });

    it('dates no flip before the one it follows, whichever probe was the first to see it', async () => {
      const db = await open();
      const mail = declared('mail', 'Mail');
      const [http] = mail.probes;
      if (!http) throw new Error('no probe');
      const slow = { ...http, name: 'slow', downAfter: 1, whenDown: 'degraded' } as const;
      await applyComponents(db, [{ ...mail, probes: [http, slow] }], console_, noon);
      const see = (name: string, at: number, outcome: 'ok' | 'fail') =>
        recordResults(db, [{ probeId: `mail/${name}`, at, outcome, latencyMs: 5, reason: null }], at);
      for (const name of ['http', 'slow']) await see(name, noon, 'ok');
      for (const second of [1, 2]) await see('http', noon + second * 1_000, 'fail');
      await see('slow', noon + 2_500, 'fail');
      await see('http', noon + 3_000, 'fail');
      const history = await db.orm.select().from(flips).orderBy(asc(flips.seq));
      expect(history.map(({ to, at }) => [to, at - noon])).toEqual([
        ['operational', 0],
        ['degraded', 2_500],
        ['major_outage', 2_500],
      ]);
    });

    it('keeps every result, and writes nothing else while all is well', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const before = await newestEventId(db);
      for (const second of [1, 2, 3]) await look(db, noon + second * 1_000, { mail: 'ok', payments: 'ok' });
      expect(await db.orm.select().from(results)).toHaveLength(4 + 6);
      expect(await newestEventId(db)).toBe(before);
    });

    it('counts a result that is handed in twice once', async () => {
      const db = await open();
      await openFilmPlatform(db);
      for (const second of [1, 1, 1, 2]) await look(db, noon + second * 1_000, { mail: 'fail' });
      expect(await db.orm.select().from(results)).toHaveLength(4 + 2);
      expect((await listComponents(db)).find((row) => row.slug === 'mail')?.state).toBe('operational');
    });

    it('hurries the looks at what a stumbling component stands on', async () => {
      const db = await open();
      await openFilmPlatform(db);
      await claimDueProbes(db, noon + 1_000, 10);
      await look(db, noon + 1_100, { payments: 'fail' });
      expect((await findProbe(db, 'database/http'))?.nextDueAt).toBe(noon + 1_100);
      expect((await findProbe(db, 'mail/http'))?.nextDueAt).toBeGreaterThan(noon + 1_100);
    });

    it('does not call a target down for trouble of our own', async () => {
      const db = await open();
      await openFilmPlatform(db);
      for (const second of [1, 2, 3, 4, 5]) await look(db, noon + second * 1_000, { mail: 'unknown' });
      expect((await listComponents(db)).find((row) => row.slug === 'mail')?.state).toBe('unknown');
      expect(await listIncidents(db)).toEqual([]);
    });
  });

  describe(`automatic incidents on ${kind}`, () => {
    const allOut = { submissions: 'fail', payments: 'fail', database: 'fail' } as const;
    const allBack = { submissions: 'ok', payments: 'ok', database: 'ok' } as const;

    it('opens one incident for one cause, whoever fell first', async () => {
      const db = await open();
      const ids = await openFilmPlatform(db);
      await look(db, noon + 1_000, { payments: 'fail' });
      await look(db, noon + 1_100, { database: 'fail', submissions: 'fail' });
      await look(db, noon + 2_000, allOut);
      await look(db, noon + 3_000, { payments: 'fail' });
      expect(await listIncidents(db)).toEqual([]);
      await look(db, noon + 3_100, { database: 'fail', submissions: 'fail' });
      const [incident, ...others] = await listIncidents(db);
      expect(others).toEqual([]);
      expect(incident).toMatchObject({
        title: 'Main database is not available',
        automatic: true,
        startedAt: noon + 1_000,
      });
      expect(incident?.nextUpdateDueAt).toBe(noon + 3_100 + 20 * 60_000);
      const roles = Object.fromEntries((incident?.components ?? []).map((row) => [row.componentId, row.role]));
      expect(roles).toEqual({
        [ids.get('database') ?? '']: 'cause',
        [ids.get('payments') ?? '']: 'affected',
        [ids.get('submissions') ?? '']: 'affected',
      });
      expect(incident?.updates).toHaveLength(1);
      expect(incident?.updates[0]?.body).toContain('Submissions and Payments');
    });

    it('takes a later victim into the open incident without another word', async () => {
      const db = await open();
      await openFilmPlatform(db);
      for (const second of [1, 2, 3]) await look(db, noon + second * 1_000, { database: 'fail' });
      for (const second of [61, 62, 63]) await look(db, noon + second * 1_000, { payments: 'fail' });
      const [incident, ...others] = await listIncidents(db);
      expect(others).toEqual([]);
      expect(incident?.components).toHaveLength(2);
      expect(incident?.updates).toHaveLength(1);
    });

    it('says so once when a deeper cause comes to light', async () => {
      const db = await open();
      await openFilmPlatform(db);
      for (const second of [1, 2, 3]) await look(db, noon + second * 1_000, { payments: 'fail' });
      for (const second of [61, 62, 63]) await look(db, noon + second * 1_000, { database: 'fail', payments: 'fail' });
      const [incident, ...others] = await listIncidents(db);
      expect(others).toEqual([]);
      expect(incident?.updates.map((update) => update.status)).toEqual(['identified', 'investigating']);
      expect(incident?.updates[0]?.body).toContain('**Main database**');
    });

    it('resolves what no person has touched once everything answers again', async () => {
      const db = await open();
      await openFilmPlatform(db);
      for (const second of [1, 2, 3]) await look(db, noon + second * 1_000, allOut);
      await look(db, noon + 10_000, { ...allBack, payments: 'fail' });
      await look(db, noon + 11_000, { ...allBack, payments: 'fail' });
      expect((await listIncidents(db))[0]?.status).toBe('investigating');
      for (const second of [12, 13]) await look(db, noon + second * 1_000, allBack);
      expect((await listIncidents(db))[0]).toMatchObject({ status: 'resolved', resolvedAt: noon + 13_000 });
    });

    it('leaves the last word to the person who has written', async () => {
      const db = await open();
      await openFilmPlatform(db);
      for (const second of [1, 2, 3]) await look(db, noon + second * 1_000, allOut);
      const [incident] = await listIncidents(db);
      await postUpdate(db, incident?.id ?? '', { body: 'We are on it.' }, console_, noon + 5_000);
      for (const second of [12, 13]) await look(db, noon + second * 1_000, allBack);
      expect((await listIncidents(db))[0]?.status).toBe('monitoring');
      for (const second of [20, 21, 22]) await look(db, noon + second * 1_000, { payments: 'fail' });
      expect((await listIncidents(db))[0]?.status).toBe('investigating');
    });

    it('opens none when the policy leaves that to staff', async () => {
      const db = await open();
      await openFilmPlatform(db);
      for (const second of [1, 2, 3])
        await look(db, noon + second * 1_000, allOut, { ...policy, openIncidents: 'off' });
      expect(await listIncidents(db)).toEqual([]);
      expect((await db.orm.select().from(flips)).every((row) => row.handledAt !== null)).toBe(true);
    });
  });

  describe(`incidents by staff on ${kind}`, () => {
    const input = {
      title: 'Blog is slow',
      status: 'investigating',
      body: 'We look.',
      components: { blog: 'degraded' },
    } as const;

    it('opens, updates and resolves, with an audit entry in each batch', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await openIncident(db, input, console_, noon + 1);
      await postUpdate(db, id, { status: 'identified', body: 'Found.', nextUpdateMinutes: 30 }, console_, noon + 2);
      expect(await findIncident(db, id)).toMatchObject({ status: 'identified', nextUpdateDueAt: noon + 2 + 1_800_000 });
      await resolveIncident(db, id, { body: 'Done. Nothing was lost.' }, console_, noon + 3);
      expect(await findIncident(db, id)).toMatchObject({
        status: 'resolved',
        resolvedAt: noon + 3,
        nextUpdateDueAt: null,
      });
      const told = (await db.orm.select().from(events)).filter((row) => row.incidentId === id).map((row) => row.type);
      expect(told).toEqual(['incident.opened', 'incident.updated', 'incident.resolved']);
      expect((await db.orm.select().from(audits)).filter((row) => row.subjectId === id)).toHaveLength(3);
    });

    it('turns a component that nobody probes, and turns it back at the end', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await openIncident(db, input, console_, noon + 1);
      const blog = async () =>
        (await readSnapshot(db, page, noon + 5)).components.find((row) => row.slug === 'blog')?.state;
      expect(await blog()).toBe('degraded');
      await resolveIncident(db, id, { body: 'Done.' }, console_, noon + 3);
      expect(await blog()).toBe('operational');
    });

    it('rejects an update to a resolved incident', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await openIncident(db, input, console_, noon + 1);
      await resolveIncident(db, id, { body: 'Done.' }, console_, noon + 2);
      await expect(postUpdate(db, id, { body: 'One more thing.' }, console_, noon + 3)).rejects.toMatchObject({
        code: 'conflict',
      });
      await expect(resolveIncident(db, id, { body: 'Again.' }, console_, noon + 3)).rejects.toMatchObject({
        code: 'conflict',
      });
    });

    it('rejects a component that does not exist, and writes nothing', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const before = await newestEventId(db);
      const wrong = { ...input, components: { blogg: 'degraded' } } as const;
      await expect(openIncident(db, wrong, console_, noon + 1)).rejects.toMatchObject({
        code: 'invalid',
        fields: [{ pointer: '/components/blogg' }],
      });
      expect(await newestEventId(db)).toBe(before);
    });

    it('keeps twenty updates that arrive at once, each with a number of its own', async () => {
      const db = await open();
      await openFilmPlatform(db);
      const { id } = await openIncident(db, input, console_, noon + 1);
      const words = Array.from({ length: 20 }, (_, index) => `Word ${index}`);
      await Promise.all(words.map((body) => postUpdate(db, id, { body }, console_, noon + 2)));
      const updates = (await findIncident(db, id))?.updates ?? [];
      expect(updates.map((update) => update.seq)).toEqual(Array.from({ length: 21 }, (_, index) => 21 - index));
      expect(new Set(updates.map((update) => update.body))).toEqual(new Set(['We look.', ...words]));
    });
  });

  describe(`the facts of an incident on ${kind}`, () => {
    const input = { title: 'Blog is slow', status: 'investigating', body: 'We look.', components: {} } as const;
    const window = {
      kind: 'window',
      from: new Date(noon - 3_600_000).toISOString(),
      to: new Date(noon).toISOString(),
      what: 'Entries',
      recovery: 'partial',
    } as const;

    /** The film platform on a page that speaks English and Spanish, where mail and database have Spanish names. */
    async function openBilingual() {
      const db = await open();
      const named = filmPlatform.map((component) =>
        component.slug === 'database' ? { ...component, translations: { es: { name: 'Base de datos' } } } : component,
      );
      await applySettings(db, { components: named, locales: ['en', 'es'] }, { actor: console_, now: noon });
      await look(db, noon, { submissions: 'ok', payments: 'ok', mail: 'ok', database: 'ok' });
      return db;
    }

    it('are written with the words that say them, and are in the audit', async () => {
      const db = await openBilingual();
      const spanish = { title: 'El blog va lento', body: 'Miramos.', workaround: 'Lea mañana.' };
      const opening = { ...input, workaround: 'Read tomorrow.', translations: { es: spanish } };
      const { id } = await openIncident(db, opening, console_, noon + 1);
      const resolution = { body: 'Done.', loss: window, translations: { es: { lossWhat: 'Inscripciones' } } };
      await resolveIncident(db, id, resolution, console_, noon + 2);
      const loss = {
        kind: 'window',
        fromAt: noon - 3_600_000,
        toAt: noon,
        what: { text: 'Entries', language: 'en', translations: { es: 'Inscripciones' } },
        recovery: 'partial',
      };
      const workaround = { text: 'Read tomorrow.', language: 'en', translations: { es: 'Lea mañana.' } };
      const [shown] = (await readSnapshot(db, page, noon + 3)).incidents;
      expect(shown).toMatchObject({ language: 'en', translations: { es: 'El blog va lento' }, workaround, loss });
      expect(shown?.updates.map(({ language, translations }) => [language, translations])).toEqual([
        ['en', {}],
        ['en', { es: 'Miramos.' }],
      ]);
      const entries = (await db.orm.select().from(audits)).filter((row) => row.subjectId === id);
      expect(entries.map(({ action, detail }) => [action, detail])).toMatchObject([
        ['incident.opened', { workaround }],
        ['incident.resolved', { loss }],
      ]);
    });

    it('stay as they are until a word says otherwise, and can be taken back', async () => {
      const db = await openBilingual();
      const facts = { workaround: 'Read tomorrow.', loss: { kind: 'none' } as const };
      const { id } = await openIncident(db, { ...input, ...facts }, console_, noon + 1);
      const kept = await postUpdate(db, id, { body: 'Still looking.' }, console_, noon + 2);
      expect([kept.workaround?.text, kept.loss]).toEqual(['Read tomorrow.', { kind: 'none' }]);
      const gone = await postUpdate(db, id, { body: 'No.', workaround: null, loss: null }, console_, noon + 3);
      expect([gone.workaround, gone.loss]).toEqual([null, null]);
    });

    it('write nothing at all where one of them cannot be taken', async () => {
      const db = await openBilingual();
      const { id } = await openIncident(db, input, console_, noon + 1);
      const before = await newestEventId(db);
      for (const wrong of [
        { language: 'fr' },
        { translations: { fr: { body: 'Nous regardons.' } } },
        { translations: { es: { workaround: 'Lea mañana.' } } },
        { loss: { ...window, to: new Date(noon + 3_600_000).toISOString() } },
      ] as const)
        for (const verb of [postUpdate, resolveIncident])
          await expect(verb(db, id, { body: 'x', ...wrong }, console_, noon + 2)).rejects.toMatchObject({
            code: 'invalid',
          });
      expect(await newestEventId(db)).toBe(before);
      expect((await findIncident(db, id))?.updates).toHaveLength(1);
    });

    it('get a translation later, of which the page hears and nobody else', async () => {
      const db = await openBilingual();
      const { id, updates } = await openIncident(db, { ...input, workaround: 'Tomorrow.' }, console_, noon + 1);
      await resolveIncident(db, id, { body: 'Done.', loss: window }, console_, noon + 2);
      const updateId = updates[0]?.id ?? '';
      const spanish = {
        locale: 'es',
        body: 'Miramos.',
        title: 'Lento',
        workaround: 'Mañana.',
        lossWhat: 'Todo',
      } as const;
      const after = await addTranslation(db, id, updateId, spanish, console_, noon + 2);
      expect(after).toMatchObject({
        translations: { es: 'Lento' },
        workaround: { text: 'Tomorrow.', translations: { es: 'Mañana.' } },
        loss: { what: { text: 'Entries', translations: { es: 'Todo' } } },
        updates: [{ translations: {} }, { translations: { es: 'Miramos.' } }],
        updatedAt: noon + 3,
      });
      const event = (await db.orm.select().from(events)).at(-1);
      expect(event).toMatchObject({ type: 'incident.translated', incidentId: id });
      expect(event && audienceOf(event)).toEqual({ kind: 'nobody' });
      expect((await db.orm.select().from(audits)).at(-1)).toMatchObject({
        action: 'incident.translated',
        detail: { updateId, locale: 'es' },
      });
    });

    it('keep the first translation, whoever comes second', async () => {
      const db = await openBilingual();
      const { id, updates } = await openIncident(db, input, console_, noon + 1);
      const updateId = updates[0]?.id ?? '';
      const add = (body: string, more = {}) =>
        addTranslation(db, id, updateId, { locale: 'es', body, ...more }, console_, noon + 2);
      const tries = await Promise.allSettled(['Uno.', 'Dos.', 'Tres.'].map((body) => add(body)));
      expect(tries.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect((await findIncident(db, id))?.updates[0]?.translations).toEqual({ es: 'Uno.' });
      const later = await postUpdate(db, id, { body: 'Found.' }, console_, noon + 3);
      const next = later.updates[0]?.id ?? '';
      const titled = { locale: 'es', body: 'Hallado.', title: 'Lento' } as const;
      await addTranslation(db, id, next, titled, console_, noon + 4);
      const last = await postUpdate(db, id, { body: 'Better.' }, console_, noon + 5);
      const again = { ...titled, body: 'Mejor.', title: 'Lentísimo' };
      await expect(addTranslation(db, id, last.updates[0]?.id ?? '', again, console_, noon + 6)).rejects.toMatchObject({
        code: 'conflict',
        message: 'The title has a translation into es already; none is changed.',
      });
    });

    it('refuse a translation of what is not there', async () => {
      const db = await openBilingual();
      const { id, updates } = await openIncident(db, input, console_, noon + 1);
      const other = await openIncident(db, { ...input, title: 'Another' }, console_, noon + 1);
      const updateId = updates[0]?.id ?? '';
      const add = (incidentId: string, update: string, more: object) =>
        addTranslation(db, incidentId, update, { locale: 'es', body: 'x', ...more }, console_, noon + 2);
      await expect(add('zzzzzzzzzzzz', updateId, {})).rejects.toMatchObject({ code: 'not_found' });
      await expect(add(id, 'zzzzzzzzzzzz', {})).rejects.toMatchObject({ code: 'not_found' });
      // An update belongs to its incident, and to no other one.
      await expect(add(other.id, updateId, {})).rejects.toMatchObject({ code: 'not_found' });
      for (const [more, pointer] of [
        [{ locale: 'fr' }, '/locale'],
        [{ locale: 'en' }, '/body'],
        [{ workaround: 'x' }, '/workaround'],
        [{ lossWhat: 'x' }, '/lossWhat'],
      ] as const)
        await expect(add(id, updateId, more)).rejects.toMatchObject({ code: 'invalid', fields: [{ pointer }] });
      expect((await findIncident(db, id))?.updates[0]?.translations).toEqual({});
    });

    it('are told by the probes in every language of the page, with the names that things have there', async () => {
      const db = await openBilingual();
      const out = { submissions: 'fail', payments: 'fail', database: 'fail' } as const;
      for (const second of [1, 2, 3]) await look(db, noon + second * 1_000, out);
      const back = { submissions: 'ok', payments: 'ok', database: 'ok' } as const;
      for (const second of [4, 5]) await look(db, noon + second * 1_000, back);
      const [incident] = await listIncidents(db);
      expect(incident).toMatchObject({ language: 'en', translations: { es: 'Base de datos no está disponible' } });
      const spanish = incident?.updates.map(({ translations }) => translations.es) ?? [];
      expect(spanish[0]).toContain('Submissions, Payments y Base de datos responden de nuevo');
      expect(spanish[1]).toContain('**Base de datos** no responde a nuestras sondas.');
      expect(spanish[1]).toContain('Submissions y Payments');
    });

    it('reach subscribers in the first language of the page', async () => {
      const db = await openBilingual();
      const spanish = {
        ...input,
        language: 'es',
        title: 'Blog lento',
        body: 'Miramos.',
        workaround: 'Mañana.',
      } as const;
      const english = { title: 'Blog is slow', body: 'We look.', workaround: 'Tomorrow.' };
      const { id } = await openIncident(db, { ...spanish, translations: { en: english } }, console_, noon + 1);
      await postUpdate(db, id, { body: 'Más.', language: 'es', loss: { kind: 'none' } }, console_, noon + 2);
      const told = (await db.orm.select().from(events)).filter((event) => event.incidentId === id);
      const [first, second] = await Promise.all(told.map((event) => readNotice(db, event)));
      const facts = { title: 'Blog is slow', workaround: 'Tomorrow.', loss: { kind: 'none' } };
      expect(first).toMatchObject({ incident: facts, update: { body: 'We look.' } });
      expect(second).toMatchObject({ update: { body: 'Más.' } });
    });
  });

  describe(`what components are called on ${kind}`, () => {
    it('is kept beside the settings, read back as it was declared, and shown', async () => {
      const db = await open();
      const translations = { es: { name: 'Correo', description: 'Cartas.' } };
      const components = [{ ...declared('mail', 'Mail'), translations }, declared('blog', 'Blog')];
      const declare = (more: object = {}) =>
        applySettings(db, { components, locales: ['en', 'es'], ...more }, { actor: console_, now: noon });
      expect([await declare(), await declare()]).toEqual([true, false]);
      const stored = await readDeclared(db);
      expect(stored.components.map((component) => component.translations)).toEqual([translations, {}]);
      expect(Object.keys(stored)).toEqual(['locales', 'components']);
      const { components: shown } = await readSnapshot(db, page, noon + 1);
      expect(shown.map((component) => component.translations)).toEqual([translations, {}]);
      expect(await declare({ components: [declared('mail', 'Mail'), declared('blog', 'Blog')] })).toBe(true);
      expect((await readDeclared(db)).components[0]?.translations).toEqual({});
    });
  });

  describe(`the snapshot on ${kind}`, () => {
    it('says what is, with ninety days for each component', async () => {
      const db = await open();
      await openFilmPlatform(db);
      for (const second of [1, 2, 3]) await look(db, noon + second * 1_000, { mail: 'fail' });
      const snapshot = await readSnapshot(db, page, noon + 4_000);
      expect(snapshot).toMatchObject({ revision: await newestEventId(db), state: 'partial_outage', page });
      const mail = snapshot.components.find((row) => row.slug === 'mail');
      expect(mail?.days).toHaveLength(90);
      expect(mail?.days.at(-1)).toMatchObject({ date: '2026-11-01', state: 'major_outage', failingMs: 3_000 });
      expect(mail?.uptime).toBe(1 / 4);
    });
  });
}
