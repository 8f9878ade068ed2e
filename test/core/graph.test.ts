import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dependency, explain, findCycle, foundations } from '#core/graph.ts';

const on = (from: string, ...targets: string[]): Dependency[] => targets.map((to) => ({ from, to }));
const platform = [...on('submissions', 'database', 'mail'), ...on('payments', 'database'), ...on('database', 'disk')];
const probed = new Set(['submissions', 'payments', 'database', 'mail']);

describe('foundations', () => {
  it('reaches through what lies between', () => {
    expect(foundations('payments', platform)).toEqual(['database', 'disk']);
  });
});

describe('findCycle', () => {
  it('names a cycle as a path that closes on itself', () => {
    expect(findCycle([...on('a', 'b'), ...on('b', 'c'), ...on('c', 'b')])).toEqual(['b', 'c', 'b']);
  });

  it('finds none where two paths meet again', () => {
    expect(findCycle([...on('a', 'b', 'c'), ...on('b', 'd'), ...on('c', 'd')])).toBeNull();
  });
});

describe('explain', () => {
  it('names the deepest failing component as the cause of all above it', () => {
    expect(explain(new Set(['submissions', 'payments', 'database']), platform, probed)).toEqual([
      { cause: 'database', suspected: false, affected: ['payments', 'submissions'] },
    ]);
  });

  it('keeps failures apart that have nothing in common', () => {
    expect(explain(new Set(['payments', 'mail']), platform, probed)).toEqual([
      { cause: 'mail', suspected: false, affected: [] },
      { cause: 'payments', suspected: false, affected: [] },
    ]);
  });

  it('suspects what nobody probes when two that stand on it fail together', () => {
    const edges = [...on('submissions', 'disk'), ...on('payments', 'disk')];
    expect(explain(new Set(['submissions', 'payments']), edges, probed)).toEqual([
      { cause: 'disk', suspected: true, affected: ['payments', 'submissions'] },
    ]);
  });

  it('suspects nothing on the word of a single failure', () => {
    expect(explain(new Set(['payments']), on('payments', 'disk'), probed)).toEqual([
      { cause: 'payments', suspected: false, affected: [] },
    ]);
  });

  it('suspects what two have in common although a third is explained otherwise', () => {
    const edges = [...on('submissions', 'mail', 'disk'), ...on('payments', 'disk'), ...on('database', 'disk')];
    expect(explain(new Set(['submissions', 'mail', 'payments', 'database']), edges, probed)).toEqual([
      { cause: 'disk', suspected: true, affected: ['database', 'payments'] },
      { cause: 'mail', suspected: false, affected: ['submissions'] },
    ]);
  });

  it('takes along what is explained by those that share the suspect', () => {
    const edges = [...on('submissions', 'database'), ...on('database', 'rack'), ...on('mail', 'rack')];
    expect(explain(new Set(['submissions', 'database', 'mail']), edges, probed)).toEqual([
      { cause: 'rack', suspected: true, affected: ['database', 'mail', 'submissions'] },
    ]);
  });

  it('counts a failure towards one suspect only, the one that explains the most', () => {
    const edges = [...on('submissions', 'disk'), ...on('payments', 'disk', 'rack'), ...on('mail', 'rack')];
    expect(explain(new Set(['submissions', 'payments', 'mail']), edges, probed)).toEqual([
      { cause: 'disk', suspected: true, affected: ['payments', 'submissions'] },
      { cause: 'mail', suspected: false, affected: [] },
    ]);
  });

  it('names the deeper of two suspects', () => {
    const edges = [...on('submissions', 'rack'), ...on('payments', 'rack'), ...on('rack', 'power')];
    expect(explain(new Set(['submissions', 'payments']), edges, probed)).toMatchObject([{ cause: 'power' }]);
  });

  it('names the failing dependency that most have in common', () => {
    const edges = [...on('submissions', 'mail', 'database'), ...on('payments', 'database')];
    expect(explain(new Set(['submissions', 'payments', 'mail', 'database']), edges, probed)).toEqual([
      { cause: 'database', suspected: false, affected: ['payments', 'submissions'] },
      { cause: 'mail', suspected: false, affected: [] },
    ]);
  });
});

describe('any explanation', () => {
  const node = fc.integer({ min: 0, max: 9 }).map((n) => `c${n}`);
  const ids = fc.uniqueArray(node).map((all) => new Set(all));
  // Edges only lead to higher numbers, so that there is no cycle.
  const edges = fc
    .array(fc.tuple(node, node).filter(([from, to]) => from < to))
    .map((pairs) => pairs.map(([from, to]) => ({ from, to })));

  /** Whatever the graph, what fails, and what else has a probe: what fails has one as well. */
  const always = (
    claim: (
      found: ReturnType<typeof explain>,
      failing: Set<string>,
      dependencies: Dependency[],
      probed: Set<string>,
    ) => void,
  ) =>
    fc.assert(
      fc.property(edges, ids, ids, (dependencies, failing, others) => {
        const withProbe = others.union(failing);
        claim(explain(failing, dependencies, withProbe), failing, dependencies, withProbe);
      }),
      { numRuns: 500 },
    );

  it('has every failing component in it exactly once, and no other', () => {
    always((found, failing) => {
      const named = found.flatMap(({ cause, suspected, affected }) => (suspected ? affected : [cause, ...affected]));
      expect(named.toSorted()).toEqual([...failing].toSorted());
    });
  });

  it('names a cause that all it affects stand on, and below which nothing fails', () => {
    always((found, failing, dependencies) => {
      for (const { cause, affected } of found) {
        expect(failing.isDisjointFrom(new Set(foundations(cause, dependencies)))).toBe(true);
        for (const id of affected) expect(foundations(id, dependencies)).toContain(cause);
      }
    });
  });

  it('suspects only what has no probe, and only when two of those above it are explained by nothing else', () => {
    always((found, failing, dependencies, withProbe) => {
      for (const { cause, suspected, affected } of found) {
        expect(suspected).toBe(!failing.has(cause));
        if (!suspected) continue;
        expect(withProbe.has(cause)).toBe(false);
        const alone = affected.filter((id) => failing.isDisjointFrom(new Set(foundations(id, dependencies))));
        expect(alone.length).toBeGreaterThanOrEqual(2);
      }
    });
  });

  it('leaves no two causes that share something without a probe to suspect', () => {
    always((found, _failing, dependencies, withProbe) => {
      const shared = found
        .filter(({ suspected }) => !suspected)
        .flatMap(({ cause }) => foundations(cause, dependencies).filter((id) => !withProbe.has(id)));
      expect(new Set(shared).size).toBe(shared.length);
    });
  });

  it('does not depend on the order in which dependencies are declared', () => {
    always((found, failing, dependencies, withProbe) => {
      expect(explain(new Set([...failing].toReversed()), dependencies.toReversed(), withProbe)).toEqual(found);
    });
  });
});
