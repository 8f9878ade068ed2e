import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Impairment } from '#core/doubt.ts';
import type { Database } from '#db/client.ts';
import { listComponents } from '#db/components.ts';
import { refuseInvalid } from './input.ts';
import type { IdentityEnv } from './roles.ts';

const instant = z.number().int().openapi({ description: 'epoch milliseconds' });

const monitoringSchema = z.object({
  impaired: z
    .object({ sinceAt: instant, anchorsAnswering: z.number().int(), anchorsAsked: z.number().int() })
    .nullable()
    .openapi({ description: 'our own network is in trouble, and looks count as unknown; null while it works' }),
  flapping: z.array(z.object({ slug: z.string(), sinceAt: instant })).openapi({
    description: 'components that go up and down all the time; subscribers hear of them when they are steady',
  }),
});

const read = createRoute({
  method: 'get',
  path: '/',
  summary: 'Read how well the probes can look',
  responses: {
    200: { description: 'How well they can', content: { 'application/json': { schema: monitoringSchema } } },
  },
});

/** How far what the probes say can be relied on right now. */
export function monitoringRoutes({ db, impairment }: { db: Database; impairment: () => Impairment | null }) {
  const app = new OpenAPIHono<IdentityEnv>({ defaultHook: refuseInvalid });
  app.openapi(read, async (c) => {
    const rows = await listComponents(db);
    const flapping = rows.flatMap(({ slug, flappingSinceAt }) =>
      flappingSinceAt === null ? [] : { slug, sinceAt: flappingSinceAt },
    );
    return c.json({ impaired: impairment(), flapping }, 200);
  });
  return app;
}
