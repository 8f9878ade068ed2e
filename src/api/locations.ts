import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { outcomes } from '#core/verdict.ts';
import type { Database } from '#db/client.ts';
import { listLocations } from '#db/locations.ts';
import { listSights } from '#db/sights.ts';
import { refuseInvalid } from './input.ts';
import type { IdentityEnv } from './roles.ts';

const instant = z.number().int().openapi({ description: 'epoch milliseconds' });
const probeState = z.enum(['up', 'degraded', 'down', 'unknown']);

const sightSchema = z.object({
  probeId: z.string(),
  component: z.string().openapi({ description: 'slug' }),
  state: probeState.openapi({ description: 'as this location sees it; unknown also when it is silent' }),
  stateSinceAt: instant,
  wholeState: probeState.openapi({ description: 'as all locations of the probe see it together' }),
  outcome: z.enum(outcomes).nullable().openapi({ description: 'its last word; null before the first' }),
  at: instant.nullable(),
  latencyMs: z.number().int().nullable(),
  reason: z.string().nullable(),
});

const locationSchema = z.object({
  name: z.string(),
  label: z.string(),
  seenAt: instant.nullable().openapi({ description: 'when its agent was last here; null for the server itself' }),
  clockOffMs: z.number().int().nullable().openapi({ description: 'how far the clock of its agent was ahead' }),
  sights: z
    .array(sightSchema)
    .openapi({ description: 'probes that several locations look with, or another than home' }),
});

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'List the locations, with the last word of each on its probes',
  responses: {
    200: {
      description: 'The locations',
      content: { 'application/json': { schema: z.object({ locations: z.array(locationSchema) }) } },
    },
  },
});

/** Locations over HTTP. */
export function locationRoutes({ db }: { db: Database }) {
  const app = new OpenAPIHono<IdentityEnv>({ defaultHook: refuseInvalid });
  app.openapi(list, async (c) => {
    const sights = Map.groupBy(await listSights(db), (row) => row.location);
    const locations = (await listLocations(db)).map(({ name, label, seenAt, clockOffMs }) => ({
      name,
      label,
      seenAt,
      clockOffMs,
      sights: (sights.get(name) ?? []).map(({ probeId, component, standing, standingSinceAt, whole, ...word }) => ({
        probeId,
        component: component.slug,
        state: standing.state,
        stateSinceAt: standingSinceAt,
        wholeState: whole.state,
        outcome: word.outcome,
        at: word.at,
        latencyMs: word.latencyMs,
        reason: word.reason,
      })),
    }));
    return c.json({ locations }, 200);
  });
  return app;
}
