import { describe, expect, it } from 'vitest';
import { roles } from '#api/roles.ts';
import { consoleToken, openTestApi } from '../helpers/api.ts';

describe('the role matrix', () => {
  it('has a row for every route, and a route for every row', async () => {
    const { app } = await openTestApi();
    const routes = app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(routes)].toSorted()).toEqual(Object.keys(roles).toSorted());
  });

  it('lets in exactly whom each row names', async () => {
    const { call, token } = await openTestApi();
    const keys = {
      nobody: undefined,
      read: await token('read'),
      write: await token('write'),
      probe: await token('probe', 'lisbon'),
      console: consoleToken,
    };
    const mayUse = {
      public: ['nobody', 'read', 'write', 'probe', 'console'],
      read: ['read', 'write', 'console'],
      write: ['write', 'console'],
      console: ['console'],
      probe: ['probe'],
      staff: [] as string[],
    };
    for (const [route, role] of Object.entries(roles)) {
      const [method = '', path = ''] = route.split(' ');
      for (const [who, key] of Object.entries(keys)) {
        const response = await call(method, path.replace(/:\w+/g, 'nothing'), key ? { token: key } : {});
        const sentAway = response.status === 303 && response.headers.get('location') === '/staff/sign-in';
        const refused = response.status === 401 || response.status === 403 || sentAway;
        // A form without an Origin is refused before anybody asks who sent it; a sign-in without a password, after.
        if (method === 'POST' && path.startsWith('/staff')) continue;
        expect(`${who} ${route} ${refused ? 'refused' : 'let in'}`).toBe(
          `${who} ${route} ${mayUse[role].includes(who) ? 'let in' : 'refused'}`,
        );
      }
    }
  });

  it('takes a token from the header alone', async () => {
    const { call, token } = await openTestApi();
    const key = await token('read');
    expect((await call('GET', `/api/v1/incidents?token=${key}&access_token=${key}`)).status).toBe(401);
    expect((await call('GET', '/api/v1/incidents', { headers: { authorization: `Basic ${key}` } })).status).toBe(401);
  });
});
