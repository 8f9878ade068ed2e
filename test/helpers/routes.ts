import type { Route } from '../../src/publish/route.ts';
import { routesOf } from '../../src/publish/routes.ts';

/** Every route of a snapshot, the urgent ones first. */
export function allRoutes(...about: Parameters<typeof routesOf>): Route[] {
  const { urgent, rest } = routesOf(...about);
  return [...urgent, ...rest()];
}
