import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { DomainError } from '#core/error.ts';
import {
  cancellationSchema,
  maintenanceUpdateSchema,
  newMaintenanceSchema,
  newTimesSchema,
  stageSchema,
} from '#core/maintenance.ts';
import { type SnapshotMaintenance, snapshotMaintenanceSchema } from '#core/snapshot.ts';
import type { Database } from '#db/client.ts';
import {
  beginMaintenance,
  cancelMaintenance,
  completeMaintenance,
  findMaintenance,
  listMaintenances,
  rescheduleMaintenance,
  scheduleMaintenance,
  updateMaintenance,
} from '#db/maintenances.ts';
import { toMaintenance } from '#db/snapshotMaintenances.ts';
import { refuseInvalid } from './input.ts';
import { actorOf, type IdentityEnv } from './roles.ts';

const params = z.object({ id: z.string().openapi({ description: 'the maintenance' }) });
const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: snapshotMaintenanceSchema } },
});
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
});

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'List planned work, the furthest ahead first',
  request: {
    query: z.object({
      open: z.enum(['true', 'false']).optional().openapi({ description: 'true: only planned or under way' }),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
  },
  responses: {
    200: {
      description: 'The maintenances',
      content: { 'application/json': { schema: z.object({ maintenances: z.array(snapshotMaintenanceSchema) }) } },
    },
  },
});

const show = createRoute({
  method: 'get',
  path: '/{id}',
  summary: 'Show one maintenance',
  request: { params },
  responses: { 200: answer('The maintenance') },
});

const schedule = createRoute({
  method: 'post',
  path: '/',
  summary: 'Plan work and announce it',
  request: { body: body(newMaintenanceSchema) },
  responses: { 201: answer('The maintenance as planned') },
});

/** A word about one maintenance, posted to the noun of the deed. */
function deed<Noun extends string, Schema extends z.ZodType>(noun: Noun, summary: string, schema: Schema) {
  return createRoute({
    method: 'post',
    path: `/{id}/${noun}` as const,
    summary,
    request: { params, body: body(schema) },
    responses: { 201: answer('The maintenance with its new update') },
  });
}

const update = deed('updates', 'Post an update', maintenanceUpdateSchema);
const reschedule = deed('times', 'Set other times', newTimesSchema);
const begin = deed('beginning', 'Begin the work', stageSchema);
const complete = deed('completion', 'End the work', stageSchema);
const cancel = deed('cancellation', 'Call the work off', cancellationSchema);

async function requireMaintenance(db: Database, id: string): Promise<SnapshotMaintenance> {
  const maintenance = await findMaintenance(db, id);
  if (!maintenance) throw new DomainError('not_found', `There is no maintenance ${id}.`);
  return toMaintenance(maintenance);
}

/** Planned work over HTTP: parse, call the verb, answer with the maintenance. */
export function maintenanceRoutes({ db, now }: { db: Database; now: () => number }) {
  const app = new OpenAPIHono<IdentityEnv>({ defaultHook: refuseInvalid });
  app.openapi(list, async (c) => {
    const { open, limit } = c.req.valid('query');
    const maintenances = await listMaintenances(db, { open: open === 'true', limit });
    return c.json({ maintenances: maintenances.map(toMaintenance) }, 200);
  });
  app.openapi(show, async (c) => c.json(await requireMaintenance(db, c.req.valid('param').id), 200));
  app.openapi(schedule, async (c) => {
    const planned = await scheduleMaintenance(db, c.req.valid('json'), actorOf(c.get('identity')), now());
    return c.json(toMaintenance(planned), 201, { location: `/api/v1/maintenances/${planned.id}` });
  });
  app.openapi(update, async (c) => {
    const { id } = c.req.valid('param');
    const updated = await updateMaintenance(db, id, c.req.valid('json'), actorOf(c.get('identity')), now());
    return c.json(toMaintenance(updated), 201);
  });
  app.openapi(reschedule, async (c) => {
    const { id } = c.req.valid('param');
    const moved = await rescheduleMaintenance(db, id, c.req.valid('json'), actorOf(c.get('identity')), now());
    return c.json(toMaintenance(moved), 201);
  });
  app.openapi(begin, async (c) => {
    const { id } = c.req.valid('param');
    const begun = await beginMaintenance(db, id, c.req.valid('json'), actorOf(c.get('identity')), now());
    return c.json(toMaintenance(begun), 201);
  });
  app.openapi(complete, async (c) => {
    const { id } = c.req.valid('param');
    const done = await completeMaintenance(db, id, c.req.valid('json'), actorOf(c.get('identity')), now());
    return c.json(toMaintenance(done), 201);
  });
  app.openapi(cancel, async (c) => {
    const { id } = c.req.valid('param');
    const cancelled = await cancelMaintenance(db, id, c.req.valid('json'), actorOf(c.get('identity')), now());
    return c.json(toMaintenance(cancelled), 201);
  });
  return app;
}
