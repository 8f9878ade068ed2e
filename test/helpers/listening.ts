import type { Database } from '#db/client.ts';
import type { DeclaredComponent, DeclaredProbe } from '#db/components.ts';
import { parseProbe } from '#probes/registry.ts';
import { applyComponents, console_ } from './platform.ts';

/** A listening probe as it comes out of a status.yaml. */
export function listeningProbe(
  kind: string,
  settings: Record<string, unknown>,
  more: Partial<DeclaredProbe> = {},
): DeclaredProbe {
  return {
    name: kind,
    kind,
    config: parseProbe(kind, settings),
    whenDown: 'major_outage',
    intervalMs: 60_000,
    timeoutMs: 10_000,
    downAfter: 1,
    upAfter: 1,
    listens: true,
    ...more,
  };
}

/** A component of that slug with these probes. */
export function componentOf(slug: string, probes: readonly DeclaredProbe[], runsOn: string[] = []): DeclaredComponent {
  return { slug, name: slug, description: null, group: null, dependsOn: [], runsOn, probes };
}

/** Declares one component `jobs` with one listening probe; its id is `jobs/<kind>`. */
export async function declareListening(
  db: Database,
  kind: string,
  settings: Record<string, unknown>,
  now = Date.now(),
): Promise<string> {
  await applyComponents(db, [componentOf('jobs', [listeningProbe(kind, settings)])], console_, now);
  return `jobs/${kind}`;
}
