import type { ComponentState } from './status.ts';

/** When going up and down counts as flapping, in percent of change as {@link flapScore} weighs it. */
export type FlapThresholds = {
  /** Flapping begins at this score. */
  start: number;
  /** It ends at this one; between the two it stays what it was. */
  stop: number;
};

/**
 * Those of Nagios' sample configuration. The ones compiled into it (30 and 20) are for targets judged by every look;
 * ours are down after three and up after two, so that even the wildest of them rarely comes to 30 %.
 */
export const defaultFlapThresholds: FlapThresholds = { start: 20, stop: 5 };

/** How many changes are remembered: those between 21 states, as in Nagios (flapping.c). */
export const flapHistoryLength = 20;

/** Looks further apart than this do not stretch the history: what happens once an hour is no flapping. */
const longestSlotMs = 300_000;

/**
 * The percentage of change, newer changes weighing more: from 0.75 for the oldest to 1.25 for the newest, as in Nagios.
 * @param changes whether the state changed from one look to the next, oldest first, 20 of them
 * @returns 0..100
 */
export function flapScore(changes: readonly boolean[]): number {
  const last = flapHistoryLength - 1;
  const weights = changes.map((changed, index) => (changed ? 0.75 + (index * 0.5) / last : 0));
  return (weights.reduce((sum, weight) => sum + weight, 0) * 100) / flapHistoryLength;
}

/** The stretch of time that stands for one look of a component that is looked at this often. */
export function flapSlotMs(intervalMs: number): number {
  return Math.min(intervalMs, longestSlotMs);
}

/** What flapping is judged by: a flip, and when it was decided. */
type DecidedFlip = { to: ComponentState; decidedAt: number };

/** What we could not see is no change of the target's, nor is what we planned. */
const isSeen = (state: ComponentState): boolean => state !== 'unknown' && state !== 'maintenance';

/**
 * In which of the last 20 slots the component changed, oldest first. A slot is one look long: its last result is what
 * Nagios would have remembered.
 * @param flips in the order of their numbers, those of the last 20 slots and the one before them
 */
export function changesOf(flips: readonly DecidedFlip[], slotMs: number, now: number): boolean[] {
  const changes = Array<boolean>(flapHistoryLength).fill(false);
  let state: ComponentState | null = null;
  for (const { to, decidedAt } of flips.filter((flip) => isSeen(flip.to))) {
    const slot = flapHistoryLength - 1 - Math.floor(Math.max(0, now - decidedAt) / slotMs);
    if (state !== null && state !== to && slot >= 0) changes[slot] = true;
    state = to;
  }
  return changes;
}

/** Whether it flaps now, by its score and by whether it did before (hysteresis). */
export function isFlapping(score: number, flapped: boolean, { start, stop }: FlapThresholds): boolean {
  if (score >= start) return true;
  return flapped && score > stop;
}
