import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import { DomainError } from '#core/error.ts';
import type { Actor } from '#core/event.ts';
import type { Identity } from './identity.ts';

/**
 * What it takes to use a route. `public`: nothing. `read`, `write`: a token of that scope, a signed-in person, or
 * the console. `staff`: a signed-in person. `console`: the command line on the machine itself. `probe`: a token that
 * speaks for one location, which is good for nothing else.
 */
export type Role = 'public' | 'read' | 'write' | 'staff' | 'console' | 'probe';

/** Every route there is and who may use it. A route without a row answers nobody. */
export const roles: Readonly<Record<string, Role>> = {
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /api/openapi.json': 'public',
  'GET /api/v1/components': 'read',
  'GET /api/v1/monitoring': 'read',
  'GET /api/v1/probes': 'read',
  'GET /api/v1/probes/:component/:probe/address': 'console',
  'POST /api/v1/probes/:component/:probe/rotation': 'console',
  'GET /api/v1/incidents': 'read',
  'POST /api/v1/incidents': 'write',
  'GET /api/v1/incidents/:id': 'read',
  'POST /api/v1/incidents/:id/updates': 'write',
  'POST /api/v1/incidents/:id/updates/:updateId/translations': 'write',
  'POST /api/v1/incidents/:id/resolution': 'write',
  'GET /api/v1/maintenances': 'read',
  'POST /api/v1/maintenances': 'write',
  'GET /api/v1/maintenances/:id': 'read',
  'POST /api/v1/maintenances/:id/updates': 'write',
  'POST /api/v1/maintenances/:id/times': 'write',
  'POST /api/v1/maintenances/:id/beginning': 'write',
  'POST /api/v1/maintenances/:id/completion': 'write',
  'POST /api/v1/maintenances/:id/cancellation': 'write',
  'GET /api/v1/locations': 'read',
  'GET /api/v1/agent/assignments': 'probe',
  'POST /api/v1/agent/results': 'probe',
  'POST /api/v1/plans': 'console',
  'POST /api/v1/plans/:id/application': 'console',
  'POST /api/v1/tokens': 'console',
  'POST /api/v1/staff': 'console',
  'GET /ping/:token': 'public',
  'POST /ping/:token': 'public',
  'GET /ping/:token/:signal': 'public',
  'POST /ping/:token/:signal': 'public',
  'GET /api/push/:token': 'public',
  'POST /api/push/:token': 'public',
  'GET /language': 'public',
  'POST /subscribe': 'public',
  'POST /confirm/:token': 'public',
  'POST /u/:token': 'public',
  'GET /staff': 'staff',
  'GET /staff/sign-in': 'public',
  'POST /staff/sign-in': 'public',
  'POST /staff/sign-out': 'staff',
  'POST /staff/incidents': 'staff',
  'POST /staff/incidents/:id/updates': 'staff',
  'POST /staff/incidents/:id/updates/:updateId/translations': 'staff',
  'POST /staff/incidents/:id/resolution': 'staff',
  'POST /staff/maintenances': 'staff',
  'POST /staff/maintenances/:id/updates': 'staff',
  'POST /staff/maintenances/:id/times': 'staff',
  'POST /staff/maintenances/:id/beginning': 'staff',
  'POST /staff/maintenances/:id/completion': 'staff',
  'POST /staff/maintenances/:id/cancellation': 'staff',
};

function allows(role: Role, identity: Identity | null): boolean {
  if (role === 'public') return true;
  if (!identity) return false;
  if (role === 'probe' || identity.scope === 'probe') return role === identity.scope;
  const { kind } = identity.actor;
  if (role === 'console') return kind === 'console';
  if (role === 'staff') return kind === 'staff';
  if (role === 'write') return identity.scope === 'write';
  return true;
}

export type IdentityEnv = { Variables: { identity: Identity | null } };

/** Refuses whoever the matrix does not name; a route that is not in it is treated as absent. */
export const guard = createMiddleware<IdentityEnv>(async (c, next) => {
  const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL');
  if (!route) return next();
  const role = roles[`${route.method} ${route.path}`];
  if (!role) throw new DomainError('not_found', 'There is nothing here.');
  const identity = c.get('identity');
  if (allows(role, identity)) return next();
  if (role === 'staff' && c.req.method === 'GET') return c.redirect('/staff/sign-in', 303);
  throw identity
    ? new DomainError(
        'forbidden',
        `This takes ${role === 'console' ? 'the command line on the server itself' : `the role "${role}"`}.`,
      )
    : new DomainError('unauthenticated', 'Send a token: "Authorization: Bearer ...".');
});

/**
 * The location that a token of scope `probe` speaks for.
 * @throws DomainError `forbidden` when it says that it speaks for another one
 */
export function locationOf(identity: Identity | null, claimed: string): string {
  const location = identity?.location;
  if (!location) throw new DomainError('forbidden', 'This takes the role "probe".');
  if (location === claimed) return location;
  throw new DomainError('forbidden', `This token speaks for the location "${location}", not for "${claimed}".`);
}

/** The actor behind a request that the guard let through. */
export function actorOf(identity: Identity | null): Actor {
  if (!identity) throw new DomainError('unauthenticated', 'Send a token: "Authorization: Bearer ...".');
  return identity.actor;
}
