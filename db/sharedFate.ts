import { type SharedFate, sharedFates } from '#core/sharedFate.ts';
import type { Database } from './client.ts';
import { listComponents } from './components.ts';
import { listProbes } from './probes.ts';

/** The place that the newest copy names itself. */
function statedPlace(memory: unknown): string | null {
  const isStated = typeof memory === 'object' && memory !== null && 'where' in memory;
  return isStated && typeof memory.where === 'string' ? memory.where : null;
}

/** The components that share a place with what protects them, as declared and as the newest copies say. */
export async function listSharedFates(db: Database): Promise<SharedFate[]> {
  const probes = await listProbes(db);
  const components = await listComponents(db);
  return sharedFates(
    components.map(({ id, slug, name, runsOn }) => ({
      slug,
      name,
      runsOn,
      probes: probes
        .filter((probe) => probe.componentId === id)
        .map(({ id: probeId, kind, config, hearing }) => ({
          name: probeId.slice(slug.length + 1),
          kind,
          config,
          stated: statedPlace(hearing?.memory),
        })),
    })),
  );
}
