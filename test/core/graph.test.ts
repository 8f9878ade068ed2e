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

  it('puts every failing component into exactly one explanation, whatever the graph', () => {
    const node = fc.integer({ min: 0, max: 9 });
    // Edges only lead to higher numbers, so that there is no cycle.
    const edges = fc.array(fc.tuple(node, node).filter(([a, b]) => a < b));
    fc.assert(
      fc.property(edges, fc.uniqueArray(node), fc.uniqueArray(node), (pairs, failing, withProbe) => {
        const dependencies = pairs.map(([a, b]) => ({ from: `c${a}`, to: `c${b}` }));
        const down = failing.map((n) => `c${n}`);
        const explained = explain(new Set(down), dependencies, new Set([...withProbe.map((n) => `c${n}`), ...down]));
        const named = explained.flatMap(({ cause, suspected, affected }) =>
          suspected ? affected : [cause, ...affected],
        );
        expect(named.toSorted()).toEqual(down.toSorted());
        for (const { suspected, affected } of explained) if (suspected) expect(affected.length).toBeGreaterThan(0);
      }),
    );
  });
});
