import { describe, expect, it } from 'vitest';
import { listMaintenances } from '#db/maintenances.ts';
import { signedIn } from '../helpers/desk.ts';
import { noon, speakLanguages } from '../helpers/platform.ts';

const plan = {
  title: 'A larger disk',
  body: 'We move.',
  from: '2026-11-01T13:00',
  to: '2026-11-01T14:00',
  startsByItself: 'yes',
  endsByItself: 'yes',
};

async function planned() {
  const desk = await signedIn();
  const send = (path: string, fields: Record<string, string> | [string, string][]) =>
    desk.submit(`/staff/maintenances${path}`, fields, desk.as);
  const response = await send('', [...Object.entries(plan), ['component', 'mail'], ['component', 'blog']]);
  const all = () => listMaintenances(desk.db, { limit: 10 });
  const [{ id } = { id: '' }] = await all();
  return { ...desk, send, all, id, response };
}

const shownOn = async (response: Response) => ((await response.json()) as { desk: Record<string, unknown> }).desk;

describe('planned work at the desk', () => {
  it('is planned with a form whose times are UTC, and comes back to the desk', async () => {
    const { response, all, app, as } = await planned();
    expect([response.status, response.headers.get('location')]).toEqual([303, '/staff?done=planned']);
    const [maintenance, ...others] = await all();
    expect(others).toEqual([]);
    expect(maintenance).toMatchObject({ scheduledFromAt: noon + 3_600_000, scheduledToAt: noon + 2 * 3_600_000 });
    expect(maintenance?.componentIds).toHaveLength(2);
    const seen = await shownOn(await app.request('/staff?done=planned', { headers: as }));
    expect(seen).toMatchObject({
      notice: 'The work is planned and announced.',
      maintenances: [{ status: 'scheduled' }],
    });
  });

  it('is begun, verified, moved, and completed, each by its form', async () => {
    const { send, all, id, app, as } = await planned();
    const status = async () => (await all())[0]?.status;
    await send(`/${id}/beginning`, { body: 'We begin.' });
    expect(await status()).toBe('in_progress');
    await send(`/${id}/updates`, { body: 'Half done.', status: 'in_progress' });
    expect(await status()).toBe('in_progress');
    await send(`/${id}/times`, { body: 'Longer.', to: '2026-11-01T15:30' });
    expect((await all())[0]?.scheduledToAt).toBe(noon + 3.5 * 3_600_000);
    await send(`/${id}/updates`, { body: 'We look.', status: 'verifying' });
    expect(await status()).toBe('verifying');
    await send(`/${id}/completion`, { body: 'Done.' });
    expect((await all())[0]).toMatchObject({ status: 'completed', updates: expect.objectContaining({ length: 6 }) });
    expect(await shownOn(await app.request('/staff', { headers: as }))).toMatchObject({ maintenances: [] });
  });

  it('is announced in several languages, and begun with the usual words where none are written', async () => {
    const desk = await signedIn();
    await speakLanguages(desk.db, ['en', 'es']);
    const send = (path: string, fields: Record<string, string>) =>
      desk.submit(`/staff/maintenances${path}`, fields, desk.as);
    await send('', { ...plan, language: 'en', 'translation.es.title': 'Más disco', 'translation.es.body': '' });
    const all = () => listMaintenances(desk.db, { limit: 10 });
    const [planned] = await all();
    expect(planned).toMatchObject({ language: 'en', translations: { es: 'Más disco' } });
    const untold = await send(`/${planned?.id}/beginning`, { body: '', language: 'en', 'translation.es.body': 'Ya.' });
    expect(untold.status).toBe(422);
    await send(`/${planned?.id}/beginning`, { body: '', language: 'en', 'translation.es.body': '' });
    expect((await all())[0]?.updates[0]).toMatchObject({
      body: 'The planned work has begun. We say here when it is done.',
      translations: { es: 'Los trabajos programados han comenzado. Avisaremos aquí cuando terminen.' },
    });
  });

  it('is called off', async () => {
    const { send, all, id } = await planned();
    expect((await send(`/${id}/cancellation`, { body: 'Another night.' })).headers.get('location')).toBe(
      '/staff?done=cancelled',
    );
    expect((await all())[0]).toMatchObject({ status: 'cancelled' });
  });

  it('gives back everything that was typed with a refusal, and writes nothing', async () => {
    const { send, all, id } = await planned();
    const wrong = await send('', { ...plan, to: plan.from, component: 'mail', startsByItself: '' });
    expect(wrong.status).toBe(422);
    expect(await shownOn(wrong)).toMatchObject({
      problem: 'These times cannot be kept: the end is at least a minute after the beginning.',
      draft: {
        form: '/staff/maintenances',
        typed: { ...plan, to: plan.from, startsByItself: '' },
        components: ['mail'],
      },
    });
    const empty = await send(`/${id}/times`, { body: 'Later.', from: '', to: '' });
    expect(await shownOn(empty)).toMatchObject({
      problem: expect.stringContaining('/to: an instant with its offset'),
      draft: { form: `/staff/maintenances/${id}/times`, typed: { body: 'Later.' } },
    });
    const early = await send(`/${id}/completion`, { body: 'Done.' });
    expect(await shownOn(early)).toMatchObject({
      problem: expect.stringContaining('has not begun'),
      draft: { form: `/staff/maintenances/${id}/completion` },
    });
    expect(await all()).toMatchObject([{ updateSeq: 1 }]);
  });

  it('belongs to whoever has signed in', async () => {
    const { submit, id, all } = await planned();
    for (const path of ['', `/${id}/beginning`, `/${id}/cancellation`])
      expect((await submit(`/staff/maintenances${path}`, { ...plan })).status).toBe(401);
    expect(await all()).toMatchObject([{ status: 'scheduled' }]);
  });
});
