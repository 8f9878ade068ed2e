import { consoleToken, openTestApi } from './api.ts';

/** The API with somebody at the desk: their password, the answer to their sign-in, and the headers of their browser. */
export async function signedIn() {
  const api = await openTestApi();
  const invited = await api.call('POST', '/api/v1/staff', { token: consoleToken, body: { name: 'owner' } });
  const { password } = (await invited.json()) as { password: string };
  const response = await api.submit('/staff/sign-in', { name: 'owner', password });
  const cookie = response.headers.getSetCookie()[0] ?? '';
  return { ...api, password, response, cookie, as: { cookie: cookie.split(';')[0] ?? '' } };
}
