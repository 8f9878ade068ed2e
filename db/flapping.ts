import { and, asc, gte, inArray } from 'drizzle-orm';
import { changesOf, type FlapThresholds, flapHistoryLength, flapScore, flapSlotMs, isFlapping } from '#core/flap.ts';
import type { Database } from './client.ts';
import type { ComponentRow } from './components.ts';
import type { ProbeRow } from './probes.ts';
import { flips } from './schema.ts';

/** How often a component is looked at: as often as its most frequent probe. */
function slotMsOf(component: ComponentRow, probes: readonly ProbeRow[]): number | null {
  const own = probes.filter((probe) => probe.componentId === component.id);
  return own.length === 0 ? null : flapSlotMs(Math.min(...own.map((probe) => probe.intervalMs)));
}

/** The ids of those among the components that flap now, by the flips of their last twenty looks. */
export async function findFlapping(
  db: Database,
  components: readonly ComponentRow[],
  probes: readonly ProbeRow[],
  thresholds: FlapThresholds,
  now: number,
): Promise<Set<string>> {
  const slots = new Map(components.map((row) => [row.id, slotMsOf(row, probes)]));
  const longestMs = Math.max(0, ...[...slots.values()].map((slotMs) => slotMs ?? 0));
  if (longestMs === 0) return new Set();
  const recent = await db.orm
    .select({ componentId: flips.componentId, from: flips.from, to: flips.to, decidedAt: flips.decidedAt })
    .from(flips)
    .where(
      and(
        inArray(flips.componentId, [...slots.keys()]),
        gte(flips.decidedAt, now - (flapHistoryLength + 1) * longestMs),
      ),
    )
    .orderBy(asc(flips.componentId), asc(flips.seq));
  const byComponent = Map.groupBy(recent, (row) => row.componentId);
  const flapping = components.filter((component) => {
    const [first, ...rest] = byComponent.get(component.id) ?? [];
    const slotMs = slots.get(component.id) ?? null;
    if (!first || slotMs === null) return false;
    const history = [{ to: first.from, decidedAt: Number.NEGATIVE_INFINITY }, first, ...rest];
    const score = flapScore(changesOf(history, slotMs, now));
    return isFlapping(score, component.flappingSinceAt !== null, thresholds);
  });
  return new Set(flapping.map((row) => row.id));
}
