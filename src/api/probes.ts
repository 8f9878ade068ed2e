import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { pingToken } from '#core/pingToken.ts';
import type { Database } from '#db/client.ts';
import { lastPings, listeningProbe, rotateToken } from '#db/pings.ts';
import { listProbes } from '#db/probes.ts';
import { refuseInvalid } from './input.ts';
import { actorOf, type IdentityEnv } from './roles.ts';

const instant = z.number().int().nullable().openapi({ description: 'epoch milliseconds' });

const probeSchema = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.enum(['up', 'degraded', 'down', 'unknown']),
  nextDueAt: instant,
  lastPingAt: instant,
});

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'List probes: how each stands, and when its job last spoke where it listens to one',
  responses: {
    200: {
      description: 'The probes',
      content: { 'application/json': { schema: z.object({ probes: z.array(probeSchema) }) } },
    },
  },
});

const params = z.object({ component: z.string(), probe: z.string() });
const addressAnswer = {
  200: {
    description: 'The address; whoever knows it speaks for the job',
    content: { 'application/json': { schema: z.object({ id: z.string(), url: z.string() }) } },
  },
};

const address = createRoute({
  method: 'get',
  path: '/{component}/{probe}/address',
  summary: 'Show where the job of a listening probe reports',
  request: { params },
  responses: addressAnswer,
});

const rotation = createRoute({
  method: 'post',
  path: '/{component}/{probe}/rotation',
  summary: 'Give the job of a listening probe another address; the old one answers nobody from now on',
  request: { params },
  responses: addressAnswer,
});

export type ProbeDeps = { db: Database; secretKey: string; publicUrl: string; now: () => number };

/** Probes over HTTP, and the addresses of those that listen. */
export function probeRoutes({ db, secretKey, publicUrl, now }: ProbeDeps) {
  const app = new OpenAPIHono<IdentityEnv>({ defaultHook: refuseInvalid });

  const addressOf = (id: string, version: number) => ({
    id,
    url: `${publicUrl}/ping/${pingToken(secretKey, id, version)}`,
  });

  app.openapi(list, async (c) => {
    const heardAt = await lastPings(db);
    const probes = (await listProbes(db)).map(({ id, kind, standing, nextDueAt }) => ({
      id,
      kind,
      state: standing.state,
      nextDueAt,
      lastPingAt: heardAt.get(id) ?? null,
    }));
    return c.json({ probes }, 200);
  });

  app.openapi(address, async (c) => {
    const { component, probe } = c.req.valid('param');
    const { id, tokenVersion } = await listeningProbe(db, `${component}/${probe}`);
    return c.json(addressOf(id, tokenVersion), 200);
  });

  app.openapi(rotation, async (c) => {
    const { component, probe } = c.req.valid('param');
    const { id } = await listeningProbe(db, `${component}/${probe}`);
    return c.json(addressOf(id, await rotateToken(db, id, actorOf(c.get('identity')), now())), 200);
  });
  return app;
}
