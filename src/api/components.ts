import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { componentStates } from '#core/status.ts';
import type { Database } from '#db/client.ts';
import { listComponents } from '#db/components.ts';
import { refuseInvalid } from './input.ts';
import type { IdentityEnv } from './roles.ts';

const componentSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  group: z.string().nullable(),
  state: z.enum(componentStates),
  stateSinceAt: z.number().int().openapi({ description: 'epoch milliseconds' }),
});

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'List components in the order of the page',
  responses: {
    200: {
      description: 'The components',
      content: { 'application/json': { schema: z.object({ components: z.array(componentSchema) }) } },
    },
  },
});

/** Components over HTTP. */
export function componentRoutes({ db }: { db: Database }) {
  const app = new OpenAPIHono<IdentityEnv>({ defaultHook: refuseInvalid });
  app.openapi(list, async (c) => {
    const rows = await listComponents(db);
    const components = rows.map(({ id, slug, name, group, state, stateSinceAt }) => ({
      id,
      slug,
      name,
      group,
      state,
      stateSinceAt,
    }));
    return c.json({ components }, 200);
  });
  return app;
}
