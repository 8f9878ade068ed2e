import { describe, expect, it } from 'vitest';
import { openTestApi } from '../helpers/api.ts';
import { noon } from '../helpers/platform.ts';

const plan = {
  title: 'A larger disk',
  body: 'We move.',
  components: ['mail'],
  from: '2026-11-01T13:00:00Z',
  to: '2026-11-01T15:00:00+01:00',
};

async function openPlanned(part: object = {}) {
  const api = await openTestApi();
  const key = await api.token('write');
  const response = await api.call('POST', '/api/v1/maintenances', { token: key, body: { ...plan, ...part } });
  const { id } = (await response.clone().json()) as { id: string };
  const path = `/api/v1/maintenances/${id}`;
  const post = (noun: string, body: object) => api.call('POST', `${path}/${noun}`, { token: key, body });
  return { ...api, key, id, path, post, response };
}

describe('POST /api/v1/maintenances', () => {
  it('plans work and says where it is', async () => {
    const { response, path } = await openPlanned();
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(path);
    expect(await response.json()).toMatchObject({
      title: 'A larger disk',
      status: 'scheduled',
      scheduledFromAt: noon + 3_600_000,
      scheduledToAt: noon + 2 * 3_600_000,
      startsByItself: true,
      sequence: 0,
      updates: [{ seq: 1, status: 'scheduled', body: 'We move.' }],
    });
  });

  it.each([
    ['no title', { title: undefined }, '/title'],
    ['a title of two lines', { title: 'a\r\nBcc: x' }, '/title'],
    ['an unknown key', { impact: 'major' }, ''],
    ['a component that does not exist', { components: ['mail', 'nothing'] }, '/components/1'],
    ['an instant without an offset', { from: '2026-11-01T13:00:00' }, '/from'],
    ['an end before the beginning', { to: plan.from }, '/to'],
    ['times that are past', { from: '2026-10-01T13:00:00Z', to: '2026-10-01T14:00:00Z' }, '/to'],
    ['a language that nobody speaks here', { translations: { xx: { title: 'a', body: 'b' } } }, '/translations'],
  ])('refuses %s and says where', async (_, part, pointer) => {
    const { response } = await openPlanned(part);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
});

describe('a maintenance over HTTP', () => {
  it('is moved, begun, verified, completed, and closed to more', async () => {
    const { post, call, path, key } = await openPlanned();
    expect(await (await post('times', { body: 'Later.', to: '2026-11-01T16:00:00Z' })).json()).toMatchObject({
      scheduledToAt: noon + 4 * 3_600_000,
      sequence: 1,
    });
    expect((await post('completion', {})).status).toBe(409);
    expect(await (await post('beginning', {})).json()).toMatchObject({ status: 'in_progress' });
    const components = await (await call('GET', '/api/v1/components', { token: key })).json();
    expect(components).toMatchObject({
      components: expect.arrayContaining([expect.objectContaining({ slug: 'mail', state: 'maintenance' })]),
    });
    expect(await (await post('updates', { body: 'We look.', status: 'verifying' })).json()).toMatchObject({
      status: 'verifying',
    });
    expect(await (await post('completion', { body: 'Done.' })).json()).toMatchObject({
      status: 'completed',
      updates: [{ body: 'Done.' }, {}, {}, {}, {}],
    });
    expect((await post('updates', { body: 'One more.' })).status).toBe(409);
    expect(await (await call('GET', path, { token: key })).json()).toMatchObject({ status: 'completed' });
    expect(await (await call('GET', '/api/v1/maintenances?open=true', { token: key })).json()).toEqual({
      maintenances: [],
    });
    expect(await (await call('GET', '/api/v1/maintenances?limit=1', { token: key })).json()).toMatchObject({
      maintenances: [{ status: 'completed' }],
    });
  });

  it('is called off with a reason, and not without one', async () => {
    const { post } = await openPlanned();
    expect((await post('cancellation', {})).status).toBe(422);
    const cancelled = await (await post('cancellation', { body: 'Another night.' })).json();
    expect(cancelled).toMatchObject({ status: 'cancelled', sequence: 1 });
  });

  it('is not found under a foreign id, whatever is asked of it', async () => {
    const { call, key } = await openPlanned();
    const other = '/api/v1/maintenances/zzzzzzzzzzzz';
    expect((await call('GET', other, { token: key })).status).toBe(404);
    for (const noun of ['updates', 'beginning', 'completion', 'cancellation', 'times']) {
      const body = noun === 'times' ? { body: 'x', to: plan.to } : { body: 'x' };
      const response = await call('POST', `${other}/${noun}`, { token: key, body });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ detail: 'There is no maintenance zzzzzzzzzzzz.' });
    }
  });
});
