import { type Dependency, foundations } from '#core/graph.ts';
import type { SnapshotComponent } from '#core/snapshot.ts';
import { isFailing } from '#core/status.ts';

/**
 * What explains a failing component to a reader: the failing components below it that have no failing one below
 * themselves. Empty when it works, or when it fails alone.
 */
export function failingRoots(
  component: SnapshotComponent,
  components: readonly SnapshotComponent[],
): SnapshotComponent[] {
  if (!isFailing(component.state)) return [];
  const dependencies: Dependency[] = components.flatMap(({ id, dependsOn }) =>
    dependsOn.map((to) => ({ from: id, to })),
  );
  const failing = new Set(components.filter(({ state }) => isFailing(state)).map(({ id }) => id));
  const failingBelow = (id: string) => foundations(id, dependencies).filter((base) => failing.has(base));
  const roots = failingBelow(component.id).filter((id) => failingBelow(id).length === 0);
  return components.filter(({ id }) => roots.includes(id));
}
