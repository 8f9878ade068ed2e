import { describe, expect, it } from 'vitest';
import { openTestApi } from '../helpers/api.ts';
import { hostileBody, hostileLines } from '../helpers/hostileTexts.ts';
import { speakLanguages } from '../helpers/platform.ts';

const opening = { title: 'Uploads fail', body: 'We are looking.', components: { submissions: 'partial_outage' } };

describe('POST /api/v1/incidents', () => {
  it('opens an incident and says where it is', async () => {
    const { call, token } = await openTestApi();
    const response = await call('POST', '/api/v1/incidents', { token: await token('write'), body: opening });
    const incident = (await response.json()) as { id: string };
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(`/api/v1/incidents/${incident.id}`);
    expect(incident).toMatchObject({
      title: 'Uploads fail',
      status: 'investigating',
      impact: 'major',
      updates: [{ seq: 1 }],
    });
  });

  it.each([
    ['no title', { body: 'x' }, '/title'],
    ['an unknown key', { ...opening, role: 'admin' }, ''],
    ['an unknown state', { ...opening, components: { submissions: 'sad' } }, '/components/submissions'],
    ['a component that does not exist', { ...opening, components: { nothing: 'degraded' } }, '/components/nothing'],
    ['a title of two lines', { ...opening, title: 'a\r\nBcc: x' }, '/title'],
    ['a promise of no time', { ...opening, nextUpdateMinutes: 0 }, '/nextUpdateMinutes'],
  ])('refuses %s and says where', async (_, body, pointer) => {
    const { call, token } = await openTestApi();
    const response = await call('POST', '/api/v1/incidents', { token: await token('write'), body });
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 422, errors: [{ pointer }] });
  });

  it('answers a broken body with a problem, never a stack', async () => {
    const { call, token } = await openTestApi();
    const key = await token('write');
    const broken = await call('POST', '/api/v1/incidents', { token: key, body: '{"title": ' });
    expect([broken.status, broken.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    const plain = await call('POST', '/api/v1/incidents', {
      token: key,
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    });
    expect(plain.status).toBe(415);
    const huge = await call('POST', '/api/v1/incidents', {
      token: key,
      body: { ...opening, body: 'x'.repeat(2_000_000) },
    });
    expect(huge.status).toBe(413);
    for (const response of [broken, plain, huge]) expect(await response.text()).not.toMatch(/\bat .*\.(ts|js|mjs):\d+/);
  });
});

describe('an incident over HTTP', () => {
  it('is updated, resolved, and closed to more', async () => {
    const { call, token } = await openTestApi();
    const key = await token('write');
    const { id } = (await (await call('POST', '/api/v1/incidents', { token: key, body: opening })).json()) as {
      id: string;
    };
    const path = `/api/v1/incidents/${id}`;
    const update = await call('POST', `${path}/updates`, {
      token: key,
      body: { status: 'identified', body: 'Found it.' },
    });
    expect(await update.json()).toMatchObject({ status: 'identified', updates: [{ seq: 2 }, { seq: 1 }] });
    const resolution = await call('POST', `${path}/resolution`, { token: key, body: { body: 'Nothing was lost.' } });
    expect(await resolution.json()).toMatchObject({ status: 'resolved' });
    const late = await call('POST', `${path}/updates`, { token: key, body: { body: 'One more.' } });
    expect(late.status).toBe(409);
    const listed = await call('GET', '/api/v1/incidents?open=true', { token: key });
    expect(await listed.json()).toEqual({ incidents: [] });
  });

  it('is not found under a foreign id, whatever is asked of it', async () => {
    const { call, token } = await openTestApi();
    const key = await token('write');
    for (const [method, path] of [
      ['GET', '/api/v1/incidents/zzzzzzzzzzzz'],
      ['POST', '/api/v1/incidents/zzzzzzzzzzzz/updates'],
      ['POST', '/api/v1/incidents/zzzzzzzzzzzz/resolution'],
    ] as const) {
      const response = await call(method, path, { token: key, ...(method === 'POST' ? { body: { body: 'x' } } : {}) });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ detail: 'There is no incident zzzzzzzzzzzz.' });
    }
  });
});

describe('the facts of an incident', () => {
  const loss = {
    kind: 'window',
    from: '2026-10-31T08:00:00Z',
    to: '2026-10-31T20:00:00+02:00',
    what: 'Entries',
    recovery: 'none',
  };

  async function openOnPageWithSpanish() {
    const api = await openTestApi();
    const { db, token } = api;
    await speakLanguages(db, ['en', 'es']);
    return { ...api, key: await token('write') };
  }

  it('are taken, shown, and refused with a pointer to each mistake', async () => {
    const { call, key } = await openOnPageWithSpanish();
    const body = {
      title: 'Mail is slow',
      body: 'We look.',
      workaround: 'Phone us.',
      translations: { es: { body: 'Miramos.' } },
    };
    const opened = await call('POST', '/api/v1/incidents', { token: key, body });
    expect(opened.status).toBe(201);
    const { id } = (await opened.json()) as { id: string };
    const wrong = { body: 'Done.', loss: { ...loss, to: '2026-10-30T08:00:00Z' }, language: 'tlh' };
    const refused = await call('POST', `/api/v1/incidents/${id}/resolution`, { token: key, body: wrong });
    expect(refused.status).toBe(422);
    const { errors } = (await refused.json()) as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/language', '/loss/to']);
    const foreign = { body: 'Done.', translations: { fr: { body: 'Fini.' } } };
    const strange = await call('POST', `/api/v1/incidents/${id}/resolution`, { token: key, body: foreign });
    expect(await strange.json()).toMatchObject({
      detail: expect.stringContaining('expected a language of the page, one of en, es'),
      errors: [{ pointer: '/translations/fr' }],
    });
    const resolved = await call('POST', `/api/v1/incidents/${id}/resolution`, {
      token: key,
      body: { body: 'Done.', loss },
    });
    expect(await resolved.json()).toMatchObject({
      workaround: { text: 'Phone us.', language: 'en' },
      loss: { fromAt: Date.UTC(2026, 9, 31, 8), toAt: Date.UTC(2026, 9, 31, 18), recovery: 'none' },
      updates: [{ translations: {} }, { translations: { es: 'Miramos.' } }],
    });
  });

  it('get a translation once, by whoever may write', async () => {
    const { call, key, token } = await openOnPageWithSpanish();
    const opened = await call('POST', '/api/v1/incidents', {
      token: key,
      body: { title: 'Mail is slow', body: 'We look.' },
    });
    const { id, updates } = (await opened.json()) as { id: string; updates: { id: string }[] };
    const path = `/api/v1/incidents/${id}/updates/${updates[0]?.id}/translations`;
    const body = { locale: 'es', body: 'Miramos.', title: 'El correo va lento' };
    expect((await call('POST', path, { token: await token('read'), body })).status).toBe(403);
    expect((await call('POST', path, { body })).status).toBe(401);
    const added = await call('POST', path, { token: key, body });
    expect(added.status).toBe(201);
    expect(await added.json()).toMatchObject({
      translations: { es: 'El correo va lento' },
      updates: [{ translations: { es: 'Miramos.' } }],
    });
    const again = await call('POST', path, { token: key, body });
    expect([again.status, (await again.json()) as object]).toMatchObject([
      409,
      { detail: expect.stringContaining('already') },
    ]);
    const lost = await call('POST', path.replace(id, 'zzzzzzzzzzzz'), { token: key, body });
    expect(lost.status).toBe(404);
    for (const wrong of [{ ...body, locale: 'xx' }, { locale: 'es' }, { ...body, summary: 'x' }, 'null', '[]'])
      expect((await call('POST', path, { token: key, body: wrong })).status).toBe(422);
  });

  it('take hostile words as words', async () => {
    const { call, key } = await openOnPageWithSpanish();
    for (const line of hostileLines) {
      const words = { title: line, body: hostileBody, workaround: hostileBody };
      const spanish = { title: line, body: hostileBody, workaround: hostileBody, lossWhat: line };
      const body = { ...words, loss: { ...loss, what: line }, translations: { es: spanish } };
      const answer = await call('POST', '/api/v1/incidents', { token: key, body });
      expect(await answer.json()).toMatchObject({
        title: line.trim(),
        translations: { es: line },
        workaround: { text: hostileBody, translations: { es: hostileBody } },
        loss: { what: { text: line, translations: { es: line } } },
      });
    }
  });
});

describe('an unknown route', () => {
  it('is a problem that points to the description of the API', async () => {
    const { call } = await openTestApi();
    const response = await call('GET', '/api/v1/nothing');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      title: 'There is nothing here',
      detail: expect.stringContaining('openapi.json'),
    });
  });
});

describe('GET /api/openapi.json', () => {
  it('describes every route of the API that takes a token', async () => {
    const { call } = await openTestApi();
    const document = (await (await call('GET', '/api/openapi.json')).json()) as { paths: Record<string, unknown> };
    expect(Object.keys(document.paths).toSorted()).toEqual([
      '/api/v1/agent/assignments',
      '/api/v1/agent/results',
      '/api/v1/components',
      '/api/v1/incidents',
      '/api/v1/incidents/{id}',
      '/api/v1/incidents/{id}/resolution',
      '/api/v1/incidents/{id}/updates',
      '/api/v1/incidents/{id}/updates/{updateId}/translations',
      '/api/v1/locations',
      '/api/v1/maintenances',
      '/api/v1/maintenances/{id}',
      '/api/v1/maintenances/{id}/beginning',
      '/api/v1/maintenances/{id}/cancellation',
      '/api/v1/maintenances/{id}/completion',
      '/api/v1/maintenances/{id}/times',
      '/api/v1/maintenances/{id}/updates',
      '/api/v1/monitoring',
      '/api/v1/plans',
      '/api/v1/plans/{id}/application',
      '/api/v1/probes',
      '/api/v1/probes/{component}/{probe}/address',
      '/api/v1/probes/{component}/{probe}/rotation',
      '/api/v1/staff',
      '/api/v1/tokens',
    ]);
  });
});
