/** `from` cannot work without `to`. Both are component ids (or slugs: any one name space). */
export type Dependency = { from: string; to: string };

/** One cause and everything that fails because of it. */
export type Explanation = {
  /** The component that explains the others. */
  cause: string;
  /** True when the cause has no probe of its own and is inferred from what fails above it. */
  suspected: boolean;
  /** The failing components explained by the cause, the cause itself not among them. */
  affected: string[];
};

function targetsBySource(dependencies: readonly Dependency[]): Map<string, string[]> {
  const targets = new Map<string, string[]>();
  for (const { from, to } of dependencies) targets.set(from, [...(targets.get(from) ?? []), to]);
  return targets;
}

/** Everything that `id` depends on, directly or through others, nearest first; `id` itself not included. */
export function foundations(id: string, dependencies: readonly Dependency[]): string[] {
  const targets = targetsBySource(dependencies);
  const seen = new Set<string>([id]);
  const queue = [id];
  for (const current of queue)
    for (const next of targets.get(current) ?? [])
      if (!seen.has(next)) {
        seen.add(next);
        queue.push(next);
      }
  seen.delete(id);
  return [...seen];
}

/** The first dependency cycle found, as the path that closes on itself, or null. */
export function findCycle(dependencies: readonly Dependency[]): string[] | null {
  const targets = targetsBySource(dependencies);
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (id: string): string[] | null => {
    const start = path.indexOf(id);
    if (start >= 0) return [...path.slice(start), id];
    if (done.has(id)) return null;
    path.push(id);
    for (const next of targets.get(id) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(id);
    return null;
  };
  for (const id of targets.keys()) {
    const cycle = visit(id);
    if (cycle) return cycle;
  }
  return null;
}

/**
 * Explains a set of failing components by their deepest failing common dependency: one root cause, one
 * explanation. A dependency without a probe is named, as suspected, when at least two components that
 * stand on it fail together.
 * @param failing ids of the components that fail now
 * @param probed ids of the components that have a probe of their own
 * @returns explanations ordered by cause; every failing id is in exactly one of them
 */
export function explain(
  failing: ReadonlySet<string>,
  dependencies: readonly Dependency[],
  probed: ReadonlySet<string>,
): Explanation[] {
  const believed = new Set(failing);
  const suspects = new Set<string>();
  for (const id of new Set(dependencies.map((dependency) => dependency.to))) {
    if (probed.has(id) || failing.has(id)) continue;
    const above = [...failing].filter((failed) => foundations(failed, dependencies).includes(id));
    const explained = above.some((failed) => foundations(failed, dependencies).some((base) => failing.has(base)));
    if (above.length >= 2 && !explained) {
      believed.add(id);
      suspects.add(id);
    }
  }
  const affectedByCause = new Map<string, string[]>();
  for (const id of believed) {
    const bases = foundations(id, dependencies).filter((base) => believed.has(base));
    const roots = bases.filter((base) => !foundations(base, dependencies).some((deeper) => believed.has(deeper)));
    const cause = roots.toSorted()[0] ?? id;
    const affected = affectedByCause.get(cause) ?? [];
    if (failing.has(id) && id !== cause) affected.push(id);
    affectedByCause.set(cause, affected);
  }
  return [...affectedByCause]
    .filter(([cause, affected]) => failing.has(cause) || affected.length > 0)
    .map(([cause, affected]) => ({ cause, suspected: suspects.has(cause), affected: affected.toSorted() }))
    .toSorted((a, b) => (a.cause < b.cause ? -1 : 1));
}
