import { isAbsolute } from 'node:path';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Actor } from '#core/event.ts';
import { type Plan, planSchema } from '#core/plan.ts';
import { refuseInvalid } from './input.ts';
import { actorOf, type IdentityEnv } from './roles.ts';

/** What plans are made with. Without a file it is the one that the server was started with. */
export type PlanDeps = {
  plan: (file: string | undefined) => Promise<{ id: string; plan: Plan }>;
  apply: (file: string | undefined, planId: string, actor: Actor) => Promise<Plan>;
};

const fileSchema = z.strictObject({
  file: z
    .string()
    .max(4_096)
    .refine((path) => isAbsolute(path), 'an absolute path')
    .optional()
    .openapi({ description: 'path on the machine of the server' }),
});
const body = { required: true, content: { 'application/json': { schema: fileSchema } } };
const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: z.object({ id: z.string(), plan: planSchema }) } },
});

const newPlan = createRoute({
  method: 'post',
  path: '/',
  summary: 'Tell what would change if status.yaml were applied',
  request: { body },
  responses: { 200: answer('The plan, and the name under which it may be applied') },
});

const application = createRoute({
  method: 'post',
  path: '/{id}/application',
  summary: 'Apply a plan; refused when the file or what is stored has changed since',
  request: { params: z.object({ id: z.string() }), body },
  responses: { 200: answer('The plan that was applied') },
});

/** Plans over HTTP, for the command line on the machine itself. */
export function planRoutes({ settings }: { settings: PlanDeps }) {
  const app = new OpenAPIHono<IdentityEnv>({ defaultHook: refuseInvalid });
  app.openapi(newPlan, async (c) => c.json(await settings.plan(c.req.valid('json').file), 200));
  app.openapi(application, async (c) => {
    const { id } = c.req.valid('param');
    const plan = await settings.apply(c.req.valid('json').file, id, actorOf(c.get('identity')));
    return c.json({ id, plan }, 200);
  });
  return app;
}
