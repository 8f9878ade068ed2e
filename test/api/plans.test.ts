import { expect, it } from 'vitest';
import { consoleToken, openTestApi } from '../helpers/api.ts';

it('plans for a file by its whole path only, since the server has a working folder of its own', async () => {
  const { call } = await openTestApi();
  const plan = (file: string) => call('POST', '/api/v1/plans', { token: consoleToken, body: { file } });
  expect((await plan('/etc/status.yaml')).status).toBe(200);
  const refused = await plan('status.yaml');
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ errors: [{ pointer: '/file', detail: 'an absolute path' }] });
});

it('keeps plans to the command line on the machine itself', async () => {
  const { call, token } = await openTestApi();
  for (const path of ['/api/v1/plans', '/api/v1/plans/nothing/application'])
    expect((await call('POST', path, { token: await token('write'), body: {} })).status).toBe(403);
});
