import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { serve } from '@hono/node-server';
import { asc } from 'drizzle-orm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { pingToken } from '#core/pingToken.ts';
import { rotateToken } from '#db/pings.ts';
import { pings, probes } from '#db/schema.ts';
import { openTestApi, secretKey } from '../helpers/api.ts';
import { componentOf, listeningProbe } from '../helpers/listening.ts';
import { applyComponents, console_, declared } from '../helpers/platform.ts';

const beat = listeningProbe('heartbeat', { interval: '1d' }, { name: 'nightly' });
const token = pingToken(secretKey, 'jobs/nightly', 1);
const runId = '0f8fad5b-d9cb-469f-a165-70867728950e';

/** The API with a heartbeat `jobs/nightly` and a component that is looked at. */
async function openJobs() {
  const api = await openTestApi();
  const jobs = [componentOf('jobs', [beat]), declared('mail', 'Mail')];
  await applyComponents(api.db, [...jobs, componentOf('former', [beat])], console_, api.clock.now);
  await applyComponents(api.db, jobs, console_, api.clock.now);
  const stored = () => api.db.orm.select().from(pings).orderBy(asc(pings.id));
  return { ...api, stored };
}

/** The same behind a real socket. Returns its origin. */
async function listen(app: { fetch: (request: Request) => Response | Promise<Response> }): Promise<string> {
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a ping', () => {
  it.each(['GET', 'HEAD', 'POST'])('by %s is stored before it is answered with OK', async (method) => {
    const { call, stored, clock } = await openJobs();
    const response = await call(method, `/ping/${token}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe(method === 'HEAD' ? '' : 'OK');
    expect(await stored()).toMatchObject([{ probeId: 'jobs/nightly', at: clock.now, signal: 'success', body: null }]);
  });

  it.each([
    ['start', 'start', null],
    ['fail', 'fail', null],
    ['log', 'log', null],
    ['0', 'success', 0],
    ['1', 'fail', 1],
    ['255', 'fail', 255],
  ])('with /%s says %s', async (word, signal, exitCode) => {
    const { call, stored } = await openJobs();
    expect(await (await call('POST', `/ping/${token}/${word}`)).text()).toBe('OK');
    expect(await stored()).toMatchObject([{ signal, exitCode }]);
  });

  it.each(['256', '-1', '1.5', 'success', 'START'])('with /%s is refused with a sentence', async (word) => {
    const { call, stored } = await openJobs();
    const response = await call('GET', `/ping/${token}/${word}`);
    expect([response.status, await response.text()]).toEqual([
      400,
      'expected start, fail, log or an exit code from 0 to 255',
    ]);
    expect(await stored()).toEqual([]);
  });

  it('carries the id of its run, if that is a UUID', async () => {
    const { call, stored } = await openJobs();
    await call('GET', `/ping/${token}/start?rid=${runId.toUpperCase()}`);
    expect((await call('GET', `/ping/${token}?rid=7`)).status).toBe(400);
    expect(await stored()).toMatchObject([{ runId, signal: 'start' }]);
  });

  it('makes its probe due at once', async () => {
    const { call, db, clock } = await openJobs();
    clock.now += 1;
    await call('GET', `/ping/${token}`);
    const rows = await db.orm.select().from(probes);
    expect(rows.find(({ id }) => id === 'jobs/nightly')?.nextDueAt).toBe(clock.now);
  });

  it('at the same millisecond as another is stored beside it, in order', async () => {
    const { call, stored, clock } = await openJobs();
    await Promise.all([call('GET', `/ping/${token}/start`), call('GET', `/ping/${token}/fail`)]);
    await call('GET', `/ping/${token}/7`);
    const rows = await stored();
    expect(rows.map(({ at }) => at)).toEqual([clock.now, clock.now + 1, clock.now + 2]);
    expect(rows[2]?.exitCode).toBe(7);
  });

  it('is answered only when the database has it', async () => {
    const { call, db } = await openJobs();
    vi.spyOn(db.orm, 'batch').mockRejectedValueOnce(new Error('disk full'));
    expect((await call('GET', `/ping/${token}`)).status).toBe(500);
  });

  it('keeps its token out of the log', async () => {
    const { call, db, logged } = await openJobs();
    vi.spyOn(db.orm, 'batch').mockRejectedValueOnce(new Error('disk full'));
    await call('GET', `/ping/${token}`);
    expect(logged).toHaveLength(1);
    expect(logged.join()).not.toContain(token);
  });

  it('is refused when its job cannot stop, without touching the others', async () => {
    const { call, stored } = await openJobs();
    for (let i = 0; i < 60; i++) expect((await call('GET', `/ping/${token}/log`)).status).toBe(200);
    expect((await call('GET', `/ping/${token}/log`)).status).toBe(429);
    expect(await stored()).toHaveLength(60);
  });
});

describe('a wrong token', () => {
  const wrong = {
    'is none': 'nothing',
    'has a letter changed': `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
    'is of an older version': pingToken(secretKey, 'jobs/nightly', 0),
    'is of a probe that looks': pingToken(secretKey, 'mail/http', 1),
    'is of a retired probe': pingToken(secretKey, 'former/nightly', 1),
    'is of no probe': pingToken(secretKey, 'jobs/weekly', 1),
    'is the stand-in': pingToken(secretKey, 'no/probe', 0),
    'is signed with another key': pingToken('another key that is long enough, too', 'jobs/nightly', 1),
  };

  it('finds nothing, in the same bytes whatever is wrong with it', async () => {
    const { call, stored } = await openJobs();
    const answers = new Set<string>();
    for (const text of Object.values(wrong))
      for (const [method, path] of [
        ['GET', `/ping/${text}`],
        ['POST', `/ping/${text}/fail`],
        ['GET', `/ping/${text}/999`],
        ['GET', `/ping/${text}?rid=7`],
        ['GET', `/api/push/${text}?status=up`],
      ] as const) {
        const response = await call(method, path);
        const headers = [...response.headers].filter(([name]) => name !== 'x-request-id');
        answers.add(JSON.stringify([response.status, headers, await response.text()]));
      }
    expect([...answers]).toHaveLength(1);
    expect([...answers][0]).toContain('[404,');
    expect(await stored()).toEqual([]);
  });

  it('stops being answered after many, while the right one goes on', async () => {
    const { call } = await openJobs();
    for (let i = 0; i < 60; i++) expect((await call('GET', '/ping/nothing')).status).toBe(404);
    expect((await call('GET', '/ping/nothing')).status).toBe(429);
    expect((await call('GET', `/ping/${token}`)).status).toBe(200);
  });

  it('is what a token becomes when it is rotated', async () => {
    const { call, db, clock } = await openJobs();
    expect(await rotateToken(db, 'jobs/nightly', console_, clock.now)).toBe(2);
    expect((await call('GET', `/ping/${token}`)).status).toBe(404);
    expect((await call('GET', `/ping/${pingToken(secretKey, 'jobs/nightly', 2)}`)).status).toBe(200);
  });
});

describe('the body of a ping', () => {
  const post = (origin: string, body: BodyInit, headers: Record<string, string> = {}) =>
    fetch(`${origin}/ping/${token}`, { method: 'POST', body, headers, duplex: 'half' } as RequestInit);

  it('is kept as it came, up to 100 kB', async () => {
    const { app, stored } = await openJobs();
    const origin = await listen(app);
    const whole = Buffer.alloc(100_000, 'a');
    whole[7] = 0xff;
    expect((await post(origin, whole)).headers.get('ping-body-limit')).toBe('100000');
    const [row] = await stored();
    expect(Buffer.compare(Buffer.from(row?.body ?? ''), whole)).toBe(0);
    expect(row?.isCut).toBe(false);
  });

  it('is cut and marked one byte beyond that', async () => {
    const { app, stored } = await openJobs();
    expect((await post(await listen(app), Buffer.alloc(100_001, 'a'))).status).toBe(200);
    const [row] = await stored();
    expect([row?.body?.length, row?.isCut]).toEqual([100_000, true]);
  });

  it('that is packed stays packed: a bomb is as large as what was sent', async () => {
    const { app, stored } = await openJobs();
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    await post(await listen(app), bomb, { 'content-encoding': 'gzip' });
    const [row] = await stored();
    expect(row?.body?.length).toBe(bomb.length);
  });

  it('without an end is read to a bound, and the word before it counts', async () => {
    const { app, stored } = await openJobs();
    let poured = 0;
    const endless = new ReadableStream({
      pull(controller) {
        poured += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    await post(await listen(app), endless).catch(() => null);
    await vi.waitFor(async () => expect(await stored()).toHaveLength(1), { timeout: 10_000 });
    const [row] = await stored();
    expect([row?.body?.length, row?.isCut]).toEqual([100_000, true]);
    expect(poured).toBeLessThan(50_000_000);
  });
});

describe("Uptime Kuma's push address", () => {
  it('takes a state, a message and a time, and answers as Uptime Kuma does', async () => {
    const { call, stored } = await openJobs();
    const response = await call('GET', `/api/push/${token}?status=up&msg=OK%20then&ping=123`);
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
    const [row] = await stored();
    expect(row).toMatchObject({ signal: 'success', runMs: 123 });
    expect(row?.body?.toString()).toBe('OK then');
  });

  it.each([
    ['', 'success'],
    ['?status=up&msg=OK&ping=', 'success'],
    ['?status=down&msg=broken', 'fail'],
    ['?status=true', 'fail'],
  ])('with %j means %s', async (query, signal) => {
    const { call, stored } = await openJobs();
    expect((await call('POST', `/api/push/${token}${query}`)).status).toBe(200);
    expect(await stored()).toMatchObject([{ signal }]);
  });

  it('refuses a time that is none', async () => {
    const { call } = await openJobs();
    for (const ping of ['soon', '-1', '86400001']) {
      const response = await call('GET', `/api/push/${token}?ping=${ping}`);
      expect([response.status, await response.json()]).toMatchObject([400, { ok: false }]);
    }
  });
});
