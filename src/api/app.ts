import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import type { Logger } from 'pino';
import type { Impairment } from '#core/doubt.ts';
import { DomainError } from '#core/error.ts';
import type { PublishState } from '#core/publishState.ts';
import type { Snapshot } from '#core/snapshot.ts';
import type { TargetReport } from '#core/target.ts';
import type { Database } from '#db/client.ts';
import { agentRoutes } from './agent.ts';
import { trustedProxies } from './clientAddress.ts';
import { componentRoutes } from './components.ts';
import { consoleRoutes } from './console.ts';
import { deskRoutes } from './desk.ts';
import { healthRoutes, type Readiness } from './health.ts';
import { identify } from './identity.ts';
import { incidentRoutes } from './incidents.ts';
import { type LanguageDeps, languageRoutes } from './language.ts';
import { locationRoutes } from './locations.ts';
import { maintenanceRoutes } from './maintenances.ts';
import { monitoringRoutes } from './monitoring.ts';
import { pingRoutes } from './pings.ts';
import { type PlanDeps, planRoutes } from './plans.ts';
import { probeRoutes } from './probes.ts';
import { problem, problemOf } from './problem.ts';
import { guard, type IdentityEnv } from './roles.ts';
import { subscriptionRoutes } from './subscriptions.ts';

/** What the API needs of the house. */
export type ApiDeps = {
  db: Database;
  renderPage: (path: string, asked: Asked) => Promise<Response>;
  /** What the public sees right now. */
  snapshot: () => Promise<Snapshot>;
  settings: PlanDeps;
  language: LanguageDeps;
  readiness: () => Promise<Readiness>;
  publishState: () => PublishState;
  /** Trouble of our own network; null while it works. */
  impairment: () => Impairment | null;
  /** How the further hosts of the site are doing. */
  targets: () => readonly TargetReport[];
  /** Public origin without trailing slash. */
  publicUrl: string;
  secretKey: string;
  /** Token of the command line on this machine. */
  consoleToken: string;
  /** Addresses and CIDR ranges of proxies in front of us. */
  trustedProxies: readonly string[];
  /** A reason from elsewhere without what only the target may know. */
  hideSecrets: (reason: string) => string;
  log: Logger;
  now: () => number;
};

/** Largest body the API reads. */
const maxBodyBytes = 1024 * 1024;

/** Everything that is not answered from bytes: the own API, forms, the desk, health. */
export function createApp(deps: ApiDeps) {
  const { log, now, publicUrl } = deps;
  const secure = publicUrl.startsWith('https:');
  const shared = { ...deps, secure, isTrusted: trustedProxies(deps.trustedProxies) };
  const app = new OpenAPIHono<IdentityEnv>();

  app.onError(problemOf(log));
  app.notFound((c) => problem(c, 404, 'There is nothing here.'));
  app.use(requestId());
  app.use(secureHeaders({ xFrameOptions: 'DENY', referrerPolicy: 'no-referrer' }));
  app.use('/api/*', bodyLimit({ maxSize: maxBodyBytes }));
  app.use('/staff/*', csrf({ origin: (origin, c) => origin === publicUrl || origin === new URL(c.req.url).origin }));
  app.use(async (c, next) => {
    c.set('identity', await identify(c, { ...shared, now: now() }));
    await next();
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  });
  app.use(guard);

  app.route('/', healthRoutes(shared));
  app.route('/', languageRoutes(shared.language));
  app.route('/', subscriptionRoutes(shared));
  app.route('/', pingRoutes(shared));
  app.route('/staff', deskRoutes(shared));
  app.route('/api/v1/incidents', incidentRoutes(shared));
  app.route('/api/v1/maintenances', maintenanceRoutes(shared));
  app.route('/api/v1/components', componentRoutes(shared));
  app.route('/api/v1/monitoring', monitoringRoutes(shared));
  app.route('/api/v1/locations', locationRoutes(shared));
  app.route('/api/v1/agent', agentRoutes(shared));
  app.route('/api/v1/probes', probeRoutes(shared));
  app.route('/api/v1/plans', planRoutes(shared));
  app.route('/api/v1', consoleRoutes(shared));
  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Intermission',
      version: '1',
      description: 'Incidents, planned work and components of this status page.',
    },
    servers: [{ url: publicUrl }],
    security: [{ token: [] }],
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  app.all('/api/*', () => {
    throw new DomainError('not_found', 'There is no such route; see /api/openapi.json.');
  });
  return app;
}
