import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type AgentResult,
  assignmentsSchema,
  clockBoundMs,
  futureBoundMs,
  pastBoundMs,
  type Receipt,
  receiptSchema,
  resultsSchema,
  serverTimeHeader,
} from '#core/assignment.ts';
import { DomainError } from '#core/error.ts';
import { assignedTo, assignmentsOf, revisionOfAssignments } from '#db/assignments.ts';
import type { Database } from '#db/client.ts';
import { listAgentLocations, noteAgent } from '#db/locations.ts';
import { recordResults } from '#db/results.ts';
import { refuseInvalid } from './input.ts';
import { type IdentityEnv, locationOf } from './roles.ts';

/** Stored together; more would hold the event loop for too long. */
const batchLimit = 100;

const timeHeader = z.object({ [serverTimeHeader]: z.string().openapi({ description: 'epoch milliseconds' }) });

const assignments = createRoute({
  method: 'get',
  path: '/assignments',
  summary: 'What the agent of a location is to look with, the secrets of its settings included',
  request: {
    query: z.object({
      location: z.string().openapi({ description: 'the one that the token speaks for' }),
      clock: z.coerce.number().int().openapi({ description: "what the agent's own clock says, epoch milliseconds" }),
    }),
    headers: z.object({ 'if-none-match': z.string().optional() }),
  },
  responses: {
    200: {
      description: 'The assignments',
      headers: timeHeader,
      content: { 'application/json': { schema: assignmentsSchema } },
    },
    304: { description: 'They are as they were', headers: timeHeader },
  },
});

const results = createRoute({
  method: 'post',
  path: '/results',
  summary: 'Hand in results; what was handed in before is stored once',
  request: { body: { required: true, content: { 'application/json': { schema: resultsSchema } } } },
  responses: {
    200: {
      description: 'What was stored, and what never will be',
      headers: timeHeader,
      content: { 'application/json': { schema: receiptSchema } },
    },
  },
});

/** @throws DomainError `forbidden` when nobody declares the location any more */
async function requireDeclared(db: Database, location: string): Promise<void> {
  if ((await listAgentLocations(db)).some(({ name }) => name === location)) return;
  throw new DomainError('forbidden', `The location "${location}" is not declared in status.yaml any more.`);
}

/** @throws DomainError `invalid` for a clock that is too far off to date anything by */
function requireClock(offMs: number): void {
  if (Math.abs(offMs) <= clockBoundMs) return;
  const seconds = Math.round(Math.abs(offMs) / 1_000);
  const detail = `The clock of this agent is ${seconds} s ${offMs > 0 ? 'ahead' : 'behind'}; set it, or date by "${serverTimeHeader}".`;
  throw new DomainError('invalid', detail, [{ pointer: '/sentAt', detail }]);
}

/** Why a result is not taken, or null. */
function refusalOf({ probeId, at }: AgentResult, assigned: ReadonlySet<string>, now: number): string | null {
  if (!assigned.has(probeId)) return 'This probe is not assigned to this location.';
  if (at > now + futureBoundMs) return 'It is dated in the future.';
  if (at < now - pastBoundMs) return 'It is older than results are kept.';
  return null;
}

export type AgentDeps = { db: Database; hideSecrets: (reason: string) => string; now: () => number };

/** What the agents of other locations ask for and hand in. */
export function agentRoutes({ db, hideSecrets, now }: AgentDeps) {
  const app = new OpenAPIHono<IdentityEnv>({ defaultHook: refuseInvalid });
  app.use(async (c, next) => {
    await next();
    c.res.headers.set(serverTimeHeader, String(now()));
  });

  async function take(location: string, handedIn: readonly AgentResult[]): Promise<Receipt['refused']> {
    const probeIds = handedIn.map((result) => result.probeId);
    const assigned = await assignedTo(db, location, probeIds);
    const refused: Receipt['refused'] = [];
    const taken: AgentResult[] = [];
    for (const result of handedIn) {
      const reason = refusalOf(result, assigned, now());
      if (reason === null) taken.push(result);
      else refused.push({ probeId: result.probeId, at: result.at, reason });
    }
    // An agent cannot know which words of its orders came from the environment of the server.
    const inOrder = taken
      .toSorted((a, b) => a.at - b.at)
      .map((result) => ({ ...result, location, reason: result.reason && hideSecrets(result.reason).slice(0, 300) }));
    for (let from = 0; from < inOrder.length; from += batchLimit)
      await recordResults(db, inOrder.slice(from, from + batchLimit), now());
    return refused;
  }

  app.openapi(assignments, async (c) => {
    const { location: claimed, clock } = c.req.valid('query');
    const location = locationOf(c.get('identity'), claimed);
    await requireDeclared(db, location);
    await noteAgent(db, location, clock - now(), now());
    // The revision is read first: what changes meanwhile is asked for again.
    const revision = await revisionOfAssignments(db, location);
    const etag = `"${revision}"`;
    if (c.req.valid('header')['if-none-match'] === etag) return c.body(null, 304, { etag });
    return c.json({ location, revision, probes: await assignmentsOf(db, location) }, 200, { etag });
  });

  app.openapi(results, async (c) => {
    const input = c.req.valid('json');
    const location = locationOf(c.get('identity'), input.location);
    await requireDeclared(db, location);
    requireClock(input.sentAt - now());
    const refused = await take(location, input.results);
    const stored = input.results.length - refused.length;
    return c.json({ stored, refused, revision: await revisionOfAssignments(db, location) }, 200);
  });
  return app;
}
