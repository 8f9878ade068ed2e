import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { freshHearing } from '#core/hearing.ts';
import { listIncidents } from '#db/incidents.ts';
import { components, probes } from '#db/schema.ts';
import { consoleToken } from '../helpers/api.ts';
import { signedIn } from '../helpers/desk.ts';
import { componentOf, listeningProbe } from '../helpers/listening.ts';
import { applyComponents, console_, speakLanguages } from '../helpers/platform.ts';

describe('signing in', () => {
  it('gives a cookie for this host alone that no script can read', async () => {
    const { response, cookie } = await signedIn();
    expect([response.status, response.headers.get('location')]).toEqual([303, '/staff']);
    expect(cookie).toMatch(/^__Host-session=[\w-]{43};/);
    for (const flag of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(flag);
  });

  it('answers a wrong name and a wrong password alike', async () => {
    const { submit } = await signedIn();
    const wrongPassword = await submit('/staff/sign-in', { name: 'owner', password: 'x' });
    const wrongName = await submit('/staff/sign-in', { name: 'nobody', password: 'x' });
    expect([wrongPassword.status, wrongName.status]).toEqual([401, 401]);
    expect((await wrongPassword.text()).replace('owner', '')).toBe((await wrongName.text()).replace('nobody', ''));
  });

  it('slows down whoever guesses', async () => {
    const { submit } = await signedIn();
    const statuses: number[] = [];
    for (let guess = 0; guess < 11; guess++)
      statuses.push((await submit('/staff/sign-in', { name: 'owner', password: `guess ${guess}` })).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it('ends with signing out', async () => {
    const { app, submit, as } = await signedIn();
    expect((await app.request('/staff', { headers: as })).status).toBe(200);
    await submit('/staff/sign-out', {}, as);
    expect((await app.request('/staff', { headers: as })).status).toBe(303);
  });

  it('ends with a new password', async () => {
    const { app, call, as } = await signedIn();
    await call('POST', '/api/v1/staff', { token: consoleToken, body: { name: 'owner' } });
    expect((await app.request('/staff', { headers: as })).status).toBe(303);
  });

  it('ends by itself after half a day', async () => {
    const { app, clock, as } = await signedIn();
    clock.now += 12 * 3_600_000 + 1;
    expect((await app.request('/staff', { headers: as })).status).toBe(303);
  });
});

describe('the desk', () => {
  it('says when our own network keeps the probes from looking, and what goes up and down', async () => {
    const { app, as, clock, db } = await signedIn();
    clock.impairment = { sinceAt: clock.now - 5_000, anchorsAnswering: 0, anchorsAsked: 3 };
    await db.orm.update(components).set({ flappingSinceAt: clock.now }).where(eq(components.slug, 'mail'));
    const { desk } = (await (await app.request('/staff', { headers: as })).json()) as { desk: Record<string, unknown> };
    expect(desk).toMatchObject({ impairedSinceAt: clock.now - 5_000 });
    const shown = desk['components'] as { slug: string; isFlapping: boolean }[];
    expect(shown.filter((each) => each.isFlapping).map((each) => each.slug)).toEqual(['mail']);
  });

  it('raises an alarm for pages that could not be made', async () => {
    const { app, as, clock } = await signedIn();
    clock.unmade = [{ path: '/history', reason: 'the render of /history is empty' }];
    const { desk } = (await (await app.request('/staff', { headers: as })).json()) as { desk: Record<string, unknown> };
    expect(desk).toMatchObject({ unmadePages: clock.unmade });
  });

  it.each(['https://evil.example', 'null'])('refuses a form that comes from %s', async (origin) => {
    const { submit, as, db } = await signedIn();
    const response = await submit(
      '/staff/incidents',
      { title: 'A', body: 'B', status: 'investigating' },
      { ...as, origin },
    );
    expect(response.status).toBe(403);
    expect(await listIncidents(db)).toEqual([]);
  });

  it('opens an incident, updates it with a promise, and resolves it', async () => {
    const { submit, as, db, clock } = await signedIn();
    const fields: [string, string][] = [
      ['title', 'Uploads fail'],
      ['status', 'investigating'],
      ['body', 'We look.'],
      ['component', 'submissions'],
      ['component', 'payments'],
      ['state', 'degraded'],
      ['nextUpdateMinutes', ''],
    ];
    const opened = await submit('/staff/incidents', fields, as);
    expect(opened.headers.get('location')).toBe('/staff?done=opened');
    const id = (await listIncidents(db))[0]?.id ?? '';
    await submit(
      `/staff/incidents/${id}/updates`,
      { status: 'identified', body: 'Found.', nextUpdateMinutes: '20' },
      as,
    );
    expect((await listIncidents(db))[0]).toMatchObject({
      status: 'identified',
      nextUpdateDueAt: clock.now + 1_200_000,
    });
    await submit(`/staff/incidents/${id}/resolution`, { body: 'Done. Nothing was lost.' }, as);
    expect((await listIncidents(db))[0]).toMatchObject({ status: 'resolved', components: [{}, {}] });
  });

  it('gives back what was typed when it cannot take it', async () => {
    const { submit, as } = await signedIn();
    const response = await submit('/staff/incidents', { title: '', body: 'A long text.', status: 'investigating' }, as);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      desk: {
        problem: expect.stringContaining('/title'),
        draft: { form: '/staff/incidents', typed: { body: 'A long text.' } },
      },
    });
  });
});

describe('the facts of an incident at the desk', () => {
  const window = {
    loss: 'window',
    lossFrom: '2026-10-31T08:00',
    lossTo: '2026-11-01T02:30',
    lossWhat: 'Entries',
    recovery: 'partial',
  };

  async function withIncident(fields: Record<string, string> = {}) {
    const api = await signedIn();
    await speakLanguages(api.db, ['en', 'es', 'fr']);
    const opening = { title: 'Mail is slow', status: 'investigating', body: 'We look.', ...fields };
    const opened = await api.submit('/staff/incidents', opening, api.as);
    expect(opened.headers.get('location')).toBe('/staff?done=opened');
    const newest = async () => {
      const [incident] = await listIncidents(api.db);
      if (!incident) throw new Error('no incident');
      return incident;
    };
    return { ...api, newest, id: (await newest()).id };
  }

  it('are taken with the words, what was left empty is not there', async () => {
    const spanish = { 'translation.es.title': 'Lento', 'translation.es.body': 'Miramos.', 'translation.fr.body': ' ' };
    const { newest } = await withIncident({ ...spanish, language: 'en', workaround: 'Phone us.', loss: '' });
    expect(await newest()).toMatchObject({
      translations: { es: 'Lento' },
      workaround: { text: 'Phone us.', translations: {} },
      loss: null,
      updates: [{ language: 'en', translations: { es: 'Miramos.' } }],
    });
  });

  it('leave a workaround alone that was not touched, with its translations, and take back one that was wiped out', async () => {
    const two = 'Phone us.\nOr write.';
    const { newest, submit, as, id } = await withIncident({ workaround: two, 'translation.es.workaround': 'Llame.' });
    const send = (fields: object) => submit(`/staff/incidents/${id}/updates`, { body: 'Word.', ...fields }, as);
    await send({ workaroundShown: two, workaround: two.replace('\n', '\r\n') });
    expect((await newest()).workaround).toMatchObject({ translations: { es: 'Llame.' } });
    await send({ workaroundShown: two, workaround: 'Write.' });
    expect((await newest()).workaround).toMatchObject({ text: 'Write.', translations: {} });
    await send({ workaroundShown: 'Write.', workaround: '' });
    expect((await newest()).workaround).toBe(null);
  });

  it('ask with the resolution what was lost: a window, nothing, or not known yet', async () => {
    const { newest, submit, as, id } = await withIncident();
    const say = (fields: object) => submit(`/staff/incidents/${id}/updates`, { body: 'Word.', ...fields }, as);
    await say({ loss: 'none' });
    expect((await newest()).loss).toEqual({ kind: 'none' });
    await say({ loss: 'unknown' });
    expect((await newest()).loss).toBe(null);
    await submit(`/staff/incidents/${id}/resolution`, { body: 'Done.', ...window }, as);
    expect((await newest()).loss).toEqual({
      kind: 'window',
      fromAt: Date.UTC(2026, 9, 31, 8),
      toAt: Date.UTC(2026, 10, 1, 2, 30),
      what: { text: 'Entries', language: 'en', translations: {} },
      recovery: 'partial',
    });
  });

  it.each([
    ['a moment that is missing', { lossTo: '' }, '/loss/to'],
    ['a moment that is none', { lossFrom: 'yesterday' }, '/loss/from'],
    ['nothing that is missing', { lossWhat: '' }, '/loss/what'],
    ['a translation into a language of another page', { 'translation.ru.body': 'Готово.' }, '/translations/ru'],
    ['a language of another page', { language: 'ru' }, '/language'],
  ])('come back as typed with %s', async (_, change, pointer) => {
    const { submit, as, id, newest } = await withIncident();
    const path = `/staff/incidents/${id}/resolution`;
    const typed = { body: 'Done.', ...window, 'translation.es.lossWhat': 'Todo', ...change };
    const response = await submit(path, typed, as);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      desk: { problem: expect.stringContaining(pointer), draft: { form: path, typed } },
    });
    expect(await newest()).toMatchObject({ status: 'investigating', loss: null });
  });

  it('show what is not translated yet, and take a translation that tells nobody', async () => {
    const { app, submit, as, id, newest } = await withIncident({ 'translation.fr.body': 'On regarde.' });
    const update = (await newest()).updates[0]?.id;
    const lacking = async () => {
      const { desk } = (await (await app.request('/staff', { headers: as })).json()) as { desk: Desk };
      return desk.untranslated.map((each) => [each.update.id, each.locale]);
    };
    expect(await lacking()).toEqual([[update, 'es']]);
    const path = `/staff/incidents/${id}/updates/${update}/translations`;
    const typed = { locale: 'es', body: '', title: 'Lento' };
    const refused = await submit(path, typed, as);
    expect(await refused.json()).toMatchObject({ desk: { draft: { form: path, typed } } });
    const done = await submit(path, { ...typed, body: 'Miramos.', workaround: '' }, as);
    expect(done.headers.get('location')).toBe('/staff?done=translated');
    expect(await lacking()).toEqual([]);
    expect(await newest()).toMatchObject({ translations: { es: 'Lento' } });
    expect((await submit(path, { ...typed, body: 'Otra vez.' }, as)).status).toBe(422);
  });
});

describe('the desk', () => {
  it('warns of a component that shares a place with its backup, as declared or as the newest copy says', async () => {
    const { db, app, as, clock } = await signedIn();
    const backup = listeningProbe('backup', { rpo: '1d', protects: 'database', where: ['nas'] });
    const declared = [componentOf('database', [], ['nas', 'server-1']), componentOf('copies', [backup])];
    await applyComponents(db, declared, console_, clock.now);
    const warnings = async () => {
      const page = await (await app.request('/staff', { headers: as })).json();
      return (page as { desk: { warnings: string[] } }).desk.warnings;
    };
    expect(await warnings()).toEqual([
      'database runs on nas, and its backup (copies/backup) is there too: one loss takes both.',
    ]);
    const hearing = { ...freshHearing, memory: { copies: [], where: 'server-1' } };
    await db.orm.update(probes).set({ hearing }).where(eq(probes.id, 'copies/backup'));
    expect(await warnings()).toHaveLength(2);
  });
});

describe('the desk', () => {
  it('shows each further host of the page, with what it last failed at', async () => {
    const { app, as, clock } = await signedIn();
    const lastError = { at: clock.now - 1_000, sentence: 'PUT index.html: the storage answered 503.' };
    const common = { refreshMs: 30_000, lastSuccessAt: clock.now - 600_000, shownAt: clock.now - 600_000 };
    clock.targets = [
      { ...common, name: 'bucket', kind: 's3', lastError },
      { ...common, name: 'disk', kind: 'folder', shownAt: clock.now, lastError: null },
    ];
    const { desk } = (await (await app.request('/staff', { headers: as })).json()) as { desk: { targets: unknown } };
    expect(desk.targets).toMatchObject([
      { name: 'bucket', isBehind: true, lastError },
      { name: 'disk', isBehind: false },
    ]);
  });
});
