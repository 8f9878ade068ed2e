import { describe, expect, it } from 'vitest';
import { audits } from '#db/schema.ts';
import { consoleToken, openTestApi } from '../helpers/api.ts';
import { componentOf, listeningProbe } from '../helpers/listening.ts';
import { applyComponents, console_, declared } from '../helpers/platform.ts';

async function openJobs() {
  const api = await openTestApi();
  const beat = listeningProbe('heartbeat', { interval: '1d' }, { name: 'nightly' });
  await applyComponents(api.db, [componentOf('jobs', [beat]), declared('mail', 'Mail')], console_, api.clock.now);
  const ask = async (method: string, path: string) => {
    const response = await api.call(method, `/api/v1/probes${path}`, { token: consoleToken });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { ...api, ask };
}

describe('GET /api/v1/probes', () => {
  it('tells how each probe stands and when its job last spoke, and no address', async () => {
    const { call, ask, clock, token } = await openJobs();
    const { url } = (await ask('GET', '/jobs/nightly/address')).body;
    await call('GET', new URL(String(url)).pathname);
    const answer = await call('GET', '/api/v1/probes', { token: await token('read') });
    const text = await answer.text();
    const { probes } = JSON.parse(text) as { probes: { id: string }[] };
    expect(probes.find(({ id }) => id === 'jobs/nightly')).toMatchObject({ state: 'unknown', lastPingAt: clock.now });
    expect(probes.find(({ id }) => id === 'mail/http')).toMatchObject({ kind: 'http', lastPingAt: null });
    expect(text).not.toContain('/ping/');
  });
});

describe('the address of a listening probe', () => {
  it('is the same each time it is asked for, until it is rotated', async () => {
    const { ask, call, db } = await openJobs();
    const first = (await ask('GET', '/jobs/nightly/address')).body;
    expect(first).toEqual({
      id: 'jobs/nightly',
      url: expect.stringMatching(/^https:\/\/status\.example\/ping\/jobs\.nightly\.[\w-]{32}$/),
    });
    expect((await ask('GET', '/jobs/nightly/address')).body).toEqual(first);
    const second = (await ask('POST', '/jobs/nightly/rotation')).body;
    expect(second['url']).not.toBe(first['url']);
    expect((await ask('GET', '/jobs/nightly/address')).body).toEqual(second);
    expect((await call('GET', new URL(String(first['url'])).pathname)).status).toBe(404);
    const entries = await db.orm.select().from(audits);
    expect(entries.at(-1)).toMatchObject({ action: 'rotate', subjectKind: 'probe', subjectId: 'jobs/nightly' });
  });

  it('is none where there is no such probe, or it looks by itself', async () => {
    const { ask } = await openJobs();
    expect(await ask('GET', '/jobs/weekly/address')).toMatchObject({
      status: 404,
      body: { detail: 'There is no probe "jobs/weekly"; see "intermission probe list".' },
    });
    expect(await ask('POST', '/mail/http/rotation')).toMatchObject({
      status: 422,
      body: { detail: 'The probe "mail/http" looks by itself (kind http) and takes no pings.' },
    });
  });
});
