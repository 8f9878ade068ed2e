import { describe, expect, it } from 'vitest';
import { results } from '#db/schema.ts';
import { consoleToken, openTestApi } from '../helpers/api.ts';
import { openPlaces } from '../helpers/places.ts';

type Problem = { detail: string; errors?: { pointer: string }[] };
const problemOf = async (response: Response) => (await response.json()) as Problem;

/** The API with a probe that looks from home, Lisbon and Porto, and a token that speaks for Lisbon. */
async function openLisbon(probe: Parameters<typeof openPlaces>[1] = {}) {
  const api = await openTestApi();
  await openPlaces(api.db, probe, api.clock.now);
  const token = await api.token('probe', 'lisbon');
  const one = (part = {}) => ({
    probeId: 'mail/http',
    at: api.clock.now,
    outcome: 'ok',
    latencyMs: 12,
    reason: null,
    ...part,
  });
  return {
    ...api,
    lisbon: token,
    one,
    pull: (headers = {}, location = 'lisbon') =>
      api.call('GET', `/api/v1/agent/assignments?location=${location}&clock=${api.clock.now}`, { token, headers }),
    handIn: (given: unknown[], part = {}) =>
      api.call('POST', '/api/v1/agent/results', {
        token,
        body: { location: 'lisbon', sentAt: api.clock.now, results: given, ...part },
      }),
    stored: () => api.db.orm.select().from(results),
  };
}

describe('assignments', () => {
  it('come with their settings, a revision, and the time of the server', async () => {
    const { pull, clock } = await openLisbon({
      config: { url: 'https://mail.example', headers: { authorization: 'x' } },
    });
    const response = await pull();
    expect(response.status).toBe(200);
    expect(response.headers.get('intermission-time')).toBe(String(clock.now));
    const answer = (await response.json()) as { revision: string };
    expect(answer).toMatchObject({
      location: 'lisbon',
      probes: [{ id: 'mail/http', kind: 'http', config: { headers: { authorization: 'x' } }, intervalMs: 1_000 }],
    });
    expect(response.headers.get('etag')).toBe(`"${answer.revision}"`);
  });

  it('are not sent again until they change', async () => {
    const { pull, db, clock } = await openLisbon();
    const etag = (await pull()).headers.get('etag') ?? '';
    const again = await pull({ 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(again.headers.get('intermission-time')).toBe(String(clock.now));
    await openPlaces(db, { intervalMs: 2_000 }, clock.now);
    expect((await pull({ 'if-none-match': etag })).status).toBe(200);
  });

  it('are those of the location of the token, and of no other', async () => {
    const { pull } = await openLisbon();
    const response = await pull({}, 'porto');
    expect(response.status).toBe(403);
    expect((await problemOf(response)).detail).toContain('speaks for the location "lisbon", not for "porto"');
  });

  it('end when nobody declares the location any more', async () => {
    const { call, token } = await openLisbon();
    const key = await token('probe', 'faro');
    const response = await call('GET', '/api/v1/agent/assignments?location=faro&clock=0', { token: key });
    expect(response.status).toBe(403);
    expect((await problemOf(response)).detail).toContain('not declared in status.yaml');
  });
});

describe('results from elsewhere', () => {
  it('are stored once, however often they are handed in', async () => {
    const { handIn, one, stored } = await openLisbon();
    const before = (await stored()).length;
    for (let round = 0; round < 3; round++) {
      const response = await handIn([one(), one(), one({ at: 1_793_534_400_000 })]);
      expect(await response.json()).toMatchObject({ stored: 3, refused: [] });
    }
    const rows = (await stored()).slice(before);
    expect(rows).toHaveLength(2);
    expect(rows.every((row) => row.location === 'lisbon')).toBe(true);
  });

  it('are refused one by one: of a probe that is not assigned, from the future, from too long ago', async () => {
    const { handIn, one, stored, clock, db } = await openLisbon();
    await openPlaces(db, { locations: ['lisbon'] }, clock.now);
    const before = (await stored()).length;
    const response = await handIn([
      one(),
      one({ probeId: 'database/http' }),
      one({ at: clock.now + 60_000 }),
      one({ at: clock.now - 8 * 86_400_000 }),
    ]);
    const receipt = (await response.json()) as { stored: number; refused: { reason: string }[] };
    expect(receipt.stored).toBe(1);
    expect(receipt.refused.map(({ reason }) => reason)).toEqual([
      'This probe is not assigned to this location.',
      'It is dated in the future.',
      'It is older than results are kept.',
    ]);
    expect(await stored()).toHaveLength(before + 1);
  });

  it('are of no probe that only another location looks with', async () => {
    const { handIn, one, stored, clock, db } = await openLisbon();
    await openPlaces(db, { locations: ['home', 'porto'] }, clock.now);
    const before = await stored();
    expect(await (await handIn([one()])).json()).toMatchObject({ stored: 0, refused: [{ probeId: 'mail/http' }] });
    expect(await stored()).toEqual(before);
  });

  it('tell no secret that an agent could not know to be one', async () => {
    const { handIn, one, stored } = await openLisbon();
    await handIn([one({ outcome: 'fail', reason: 'dns: sesame.example has no address' })]);
    expect((await stored()).at(-1)?.reason).toBe('dns: [hidden].example has no address');
  });

  it('are of the location of the token', async () => {
    const { handIn, one, stored } = await openLisbon();
    const before = await stored();
    expect((await handIn([one()], { location: 'porto' })).status).toBe(403);
    expect(await stored()).toEqual(before);
  });

  it('are not dated by a clock that is minutes off', async () => {
    const { handIn, one, clock, stored } = await openLisbon();
    const before = await stored();
    const response = await handIn([one()], { sentAt: clock.now - 400_000 });
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('intermission-time')).toBe(String(clock.now));
    const { detail, errors } = await problemOf(response);
    expect(detail).toContain('The clock of this agent is 400 s behind');
    expect(errors?.[0]?.pointer).toBe('/sentAt');
    expect(await stored()).toEqual(before);
  });

  it.each([
    ['none', []],
    ['too many', Array.from({ length: 501 }, () => ({}))],
    ['one without an outcome', [{ probeId: 'mail/http', at: 1, latencyMs: 1, reason: null }]],
    ['one with a long reason', [{ probeId: 'mail/http', at: 1, outcome: 'ok', latencyMs: 1, reason: 'x'.repeat(301) }]],
  ])('are refused as a whole when they do not fit: %s', async (_, given) => {
    const { handIn } = await openLisbon();
    const response = await handIn(given);
    expect(response.status).toBe(422);
    expect((await problemOf(response)).errors?.[0]?.pointer).toMatch(/^\/results/);
  });

  it('are refused when the body is too large', async () => {
    const { call, lisbon } = await openLisbon();
    const body = `{"location":"lisbon","results":"${'x'.repeat(1_100_000)}"}`;
    const headers = { 'content-length': String(body.length) };
    const response = await call('POST', '/api/v1/agent/results', { token: lisbon, body, headers });
    expect(response.status).toBe(413);
  });
});

describe('the locations', () => {
  it('are listed with the last word of each', async () => {
    const { handIn, one, pull, call, clock } = await openLisbon();
    await pull();
    await handIn([one({ outcome: 'fail', latencyMs: null, reason: 'connect: connection refused' })]);
    const answer = await (await call('GET', '/api/v1/locations', { token: consoleToken })).json();
    expect(answer).toMatchObject({
      locations: [
        { name: 'home', seenAt: null, sights: [{ probeId: 'mail/http', outcome: null, at: null, state: 'unknown' }] },
        {
          name: 'lisbon',
          label: 'LISBON',
          seenAt: clock.now,
          clockOffMs: 0,
          sights: [
            {
              probeId: 'mail/http',
              component: 'mail',
              state: 'unknown',
              outcome: 'fail',
              at: clock.now,
              reason: 'connect: connection refused',
            },
          ],
        },
        { name: 'porto', seenAt: null },
      ],
    });
  });
});

describe('a token of scope probe', () => {
  it.each([
    [{ name: 'x', scope: 'probe', location: 'lisbon' }, 201, null],
    [{ name: 'x', scope: 'probe', location: 'lisbn' }, 422, 'expected one of lisbon, porto, found "lisbn"'],
    [{ name: 'x', scope: 'probe', location: 'home' }, 422, 'expected one of lisbon, porto, found "home"'],
    [{ name: 'x', scope: 'probe' }, 422, 'expected one of lisbon, porto, found none'],
    [{ name: 'x', scope: 'read', location: 'lisbon' }, 422, 'A location belongs to the scope probe only'],
  ])('is made for a location that has an agent: %j', async (body, status, sentence) => {
    const { call } = await openLisbon();
    const response = await call('POST', '/api/v1/tokens', { token: consoleToken, body });
    expect(response.status).toBe(status);
    if (sentence !== null) expect((await problemOf(response)).detail).toContain(sentence);
  });

  it('opens nothing but what its location needs', async () => {
    const { call, lisbon } = await openLisbon();
    for (const path of ['/api/v1/components', '/api/v1/incidents', '/api/v1/locations'])
      expect((await call('GET', path, { token: lisbon })).status).toBe(403);
  });
});

describe('the desk', () => {
  it('is handed the last word of every location', async () => {
    const { handIn, one, app, call, submit, clock } = await openLisbon();
    await handIn([one({ outcome: 'fail', latencyMs: null, reason: 'dns: no such name' })]);
    const invited = await call('POST', '/api/v1/staff', { token: consoleToken, body: { name: 'owner' } });
    const { password } = (await invited.json()) as { password: string };
    const cookie = (await submit('/staff/sign-in', { name: 'owner', password })).headers.getSetCookie()[0] ?? '';
    const page = await app.request('/staff', { headers: { cookie: cookie.split(';')[0] ?? '' } });
    const { desk } = (await page.json()) as { desk: { sights: object[] } };
    expect(desk.sights).toMatchObject([
      { label: 'HOME', at: null },
      { label: 'LISBON', at: clock.now, outcome: 'fail', reason: 'dns: no such name' },
      { label: 'PORTO', at: null },
    ]);
  });
});
