import { pino } from 'pino';
import { createApp } from '#api/app.ts';
import { hashSecret, newSecret } from '#api/identity.ts';
import type { Impairment } from '#core/doubt.ts';
import type { TargetReport } from '#core/target.ts';
import { readSnapshot } from '#db/snapshot.ts';
import { createToken, type TokenScope } from '#db/tokens.ts';
import { openTestDatabase } from './database.ts';
import { console_, noon, openFilmPlatform } from './platform.ts';
import { pageSettings } from './snapshot.ts';

const publicUrl = 'https://status.example';
export const consoleToken = 'console-token-of-the-test';
export const secretKey = 'a secret key that is long enough for a test';

const noPlan = { changes: [], unchanged: 0, warnings: [] };
const page = pageSettings({ name: 'Film Post', url: publicUrl });

/** The API on a database file of its own, with the film platform in it. Pages come out as the locals they were given. */
export async function openTestApi() {
  const db = await openTestDatabase();
  await openFilmPlatform(db);
  const clock: { now: number; impairment: Impairment | null; targets: TargetReport[] } = {
    now: noon + 60_000,
    impairment: null,
    targets: [],
  };
  const logged: string[] = [];
  const app = createApp({
    db,
    renderPage: async (path, locals) => {
      const { snapshot, ...rest } = locals;
      return new Response(JSON.stringify({ path, ...rest }), { headers: { 'content-type': 'text/html' } });
    },
    snapshot: async () => ({ ...(await readSnapshot(db, page, clock.now)), postmortems: [] }),
    settings: {
      plan: async () => ({ id: 'plan', plan: noPlan }),
      apply: async () => noPlan,
    },
    readiness: async () => ({ oldestDueDeliveryAt: null, lastPublishAt: clock.now, lastProbeTickAt: clock.now }),
    impairment: () => clock.impairment,
    targets: () => clock.targets,
    publicUrl,
    secretKey,
    consoleToken,
    trustedProxies: [],
    hideSecrets: (reason) => reason.replace('sesame', '[hidden]'),
    log: pino({}, { write: (line: string) => void logged.push(line) }),
    now: () => clock.now,
  });

  /** A request with a JSON body where there is one. */
  async function call(method: string, path: string, { token, body, headers }: CallOptions = {}): Promise<Response> {
    return app.request(path, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  /** A form as a browser on our own page sends it. */
  async function submit(
    path: string,
    fields: Record<string, string> | [string, string][],
    headers = {},
  ): Promise<Response> {
    return app.request(path, {
      method: 'POST',
      headers: { origin: publicUrl, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  }

  async function token(scope: TokenScope, location?: string): Promise<string> {
    const secret = newSecret();
    await createToken(db, { name: scope, scope, hash: hashSecret(secret), location }, console_, clock.now);
    return secret;
  }

  return { app, db, clock, logged, call, submit, token };
}

type CallOptions = { token?: string; body?: unknown; headers?: Record<string, string> };
