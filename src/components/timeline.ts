import type { TimelineEntry } from '#core/postmortem.ts';

/** The drawing is this wide and high, in units of its own. */
export const timelineWidth = 400;
export const timelineHeight = 44;

const edge = 16;
/** Marks closer than this could not be told apart. */
const apart = 28;

export type Mark = {
  /** The number of the entry in the list beside the drawing, from 1. */
  number: number;
  x: number;
};

export type Timeline = {
  marks: Mark[];
  /** Where the beginning is, when something was before it. */
  beginning: number | null;
};

/**
 * Places the entries that have an hour on one line, to scale as far as they stay apart.
 * @param entries in the order of the list
 */
export function timelineOf(entries: readonly TimelineEntry[]): Timeline {
  const timed = entries.flatMap(({ hours }, index) => (hours === undefined ? [] : [{ number: index + 1, hours }]));
  const sorted = timed.toSorted((a, b) => a.hours - b.hours);
  const first = sorted[0]?.hours ?? 0;
  const span = (sorted.at(-1)?.hours ?? 0) - first || 1;
  const room = timelineWidth - 2 * edge;
  // Pushed apart to the right, then back from the right edge: the order stays, and nothing leaves the drawing.
  const xs = sorted.map(({ hours }) => edge + ((hours - first) / span) * room);
  for (let i = 1; i < xs.length; i += 1) xs[i] = Math.max(xs[i] ?? 0, (xs[i - 1] ?? 0) + apart);
  let limit = timelineWidth - edge;
  for (let i = xs.length - 1; i >= 0; i -= 1) {
    xs[i] = Math.min(xs[i] ?? 0, limit);
    limit = (xs[i] ?? 0) - apart;
  }
  const marks = sorted.map(({ number }, index) => ({ number, x: Math.round(xs[index] ?? 0) }));
  const start = sorted.findIndex(({ hours }) => hours >= 0);
  return { marks, beginning: start > 0 ? (marks[start]?.x ?? null) : null };
}
