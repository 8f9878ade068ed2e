import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { DomainError } from '#core/error.ts';
import { newIncidentSchema, newUpdateSchema, resolutionSchema } from '#core/incident.ts';
import { newTranslationSchema } from '#core/incidentFacts.ts';
import type { SnapshotIncident } from '#core/snapshot.ts';
import { snapshotIncidentSchema } from '#core/snapshot.ts';
import type { Database } from '#db/client.ts';
import { findIncident, listIncidents, openIncident, postUpdate, resolveIncident } from '#db/incidents.ts';
import { toIncident } from '#db/snapshotIncidents.ts';
import { addTranslation } from '#db/translations.ts';
import { refuseInvalid } from './input.ts';
import { actorOf, type IdentityEnv } from './roles.ts';

const params = z.object({ id: z.string().openapi({ description: 'the incident' }) });
const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: snapshotIncidentSchema } },
});
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
});

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'List incidents, newest first',
  request: {
    query: z.object({
      open: z.enum(['true', 'false']).optional(),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
  },
  responses: {
    200: {
      description: 'The incidents',
      content: { 'application/json': { schema: z.object({ incidents: z.array(snapshotIncidentSchema) }) } },
    },
  },
});

const show = createRoute({
  method: 'get',
  path: '/{id}',
  summary: 'Show one incident',
  request: { params },
  responses: { 200: answer('The incident') },
});

const open = createRoute({
  method: 'post',
  path: '/',
  summary: 'Open an incident with its first update',
  request: { body: body(newIncidentSchema) },
  responses: { 201: answer('The incident as opened') },
});

const update = createRoute({
  method: 'post',
  path: '/{id}/updates',
  summary: 'Post an update',
  request: { params, body: body(newUpdateSchema) },
  responses: { 201: answer('The incident with its new update') },
});

const resolve = createRoute({
  method: 'post',
  path: '/{id}/resolution',
  summary: 'Resolve an incident with its last update',
  request: { params, body: body(resolutionSchema) },
  responses: { 201: answer('The incident as resolved') },
});

const translate = createRoute({
  method: 'post',
  path: '/{id}/updates/{updateId}/translations',
  summary: 'Add a translation to an update that is there',
  description: 'The page shows it; nobody is told again. A translation that exists is not replaced.',
  request: {
    params: params.extend({ updateId: z.string().openapi({ description: 'the update' }) }),
    body: body(newTranslationSchema),
  },
  responses: { 201: answer('The incident with the translation') },
});

async function requireIncident(db: Database, id: string): Promise<SnapshotIncident> {
  const incident = await findIncident(db, id);
  if (!incident) throw new DomainError('not_found', `There is no incident ${id}.`);
  return toIncident(incident);
}

/** Incidents over HTTP: parse, call the verb, answer with the incident. */
export function incidentRoutes({ db, now }: { db: Database; now: () => number }) {
  const app = new OpenAPIHono<IdentityEnv>({ defaultHook: refuseInvalid });
  app.openapi(list, async (c) => {
    const { open, limit } = c.req.valid('query');
    const incidents = await listIncidents(db, { open: open === 'true', limit });
    return c.json({ incidents: incidents.map(toIncident) }, 200);
  });
  app.openapi(show, async (c) => c.json(await requireIncident(db, c.req.valid('param').id), 200));
  app.openapi(open, async (c) => {
    const incident = await openIncident(db, c.req.valid('json'), actorOf(c.get('identity')), now());
    return c.json(toIncident(incident), 201, { location: `/api/v1/incidents/${incident.id}` });
  });
  app.openapi(update, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(toIncident(await postUpdate(db, id, c.req.valid('json'), actorOf(c.get('identity')), now())), 201);
  });
  app.openapi(resolve, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(
      toIncident(await resolveIncident(db, id, c.req.valid('json'), actorOf(c.get('identity')), now())),
      201,
    );
  });
  app.openapi(translate, async (c) => {
    const { id, updateId } = c.req.valid('param');
    const actor = actorOf(c.get('identity'));
    return c.json(toIncident(await addTranslation(db, id, updateId, c.req.valid('json'), actor, now())), 201);
  });
  return app;
}
