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

/** The id with the highest score, the first by name among equals; null when there is none. */
function best(ids: Iterable<string>, score: (id: string) => number): string | null {
  return [...ids].toSorted((a, b) => score(b) - score(a) || (a < b ? -1 : 1))[0] ?? null;
}

/** The failing components by the deepest failing one each stands on; one with none below it stands for itself. */
function byRoot(failing: ReadonlySet<string>, below: (id: string) => ReadonlySet<string>): Map<string, string[]> {
  const isRoot = (id: string) => failing.isDisjointFrom(below(id));
  const roots = new Map([...failing].filter(isRoot).map((id): [string, string[]] => [id, []]));
  const rootsOf = new Map([...failing].map((id) => [id, [...below(id)].filter((base) => roots.has(base))]));
  const weights = Map.groupBy([...rootsOf.values()].flat(), (root) => root);
  for (const id of failing) {
    if (roots.has(id)) continue;
    // Of several, the one that explains the most: what two components have in common says more than what one has.
    const root = best(rootsOf.get(id) ?? [], (each) => weights.get(each)?.length ?? 0);
    if (root !== null) roots.get(root)?.push(id);
  }
  return roots;
}

/**
 * Explains a set of failing components by their deepest failing common dependency: one root cause, one
 * explanation. A dependency without a probe is named, as suspected, when at least two components that stand on it
 * fail together and nothing else that fails explains them.
 * @param failing ids of the components that fail now
 * @param dependencies without cycles
 * @param probed ids of the components that have a probe of their own
 * @returns explanations ordered by cause; every failing id is in exactly one of them
 */
export function explain(
  failing: ReadonlySet<string>,
  dependencies: readonly Dependency[],
  probed: ReadonlySet<string>,
): Explanation[] {
  const known = new Map<string, ReadonlySet<string>>();
  const below = (id: string) => known.getOrInsertComputed(id, () => new Set(foundations(id, dependencies)));
  const unexplained = byRoot(failing, below);
  const explanations: Explanation[] = [];
  for (;;) {
    const roots = [...unexplained.keys()];
    const doubtful = new Set(roots.flatMap((id) => [...below(id)]).filter((id) => !probed.has(id)));
    const above = (id: string) => roots.filter((root) => below(root).has(id));
    // The one over which the most fail together; what lies below another has at least as many above it.
    const depth = (id: string) => [...doubtful].filter((other) => below(other).has(id)).length;
    const most = Math.max(0, ...[...doubtful].map((id) => above(id).length));
    const suspect = best(
      [...doubtful].filter((id) => above(id).length === most),
      depth,
    );
    if (suspect === null || above(suspect).length < 2) break;
    const affected = above(suspect).flatMap((root) => [root, ...(unexplained.get(root) ?? [])]);
    for (const id of affected) unexplained.delete(id);
    explanations.push({ cause: suspect, suspected: true, affected: affected.toSorted() });
  }
  for (const [cause, affected] of unexplained)
    explanations.push({ cause, suspected: false, affected: affected.toSorted() });
  return explanations.toSorted((a, b) => (a.cause < b.cause ? -1 : 1));
}
