import { type ComponentState, componentStates } from '#core/status.ts';

/** Width of one day in the drawing, the gap to the next one included. */
export const dayWidth = 5;
/** Height of the drawing: that of a day with a major outage. */
export const daysHeight = 28;

/** The worse the day, the taller its bar: the strip is read without its colours too. */
const heights: Record<ComponentState, number> = {
  operational: 10,
  degraded: 16,
  partial_outage: 22,
  major_outage: daysHeight,
  maintenance: 10,
  unknown: 2,
};

/** The bars of one state: a path of horizontal strokes, one a run of days, cut into bars by the style sheet's dashes. */
export type Bars = { state: ComponentState; height: number; path: string };

/** Draws a row of days with at most one path a state, whatever the number of days. */
export function barsOf(days: readonly { state: ComponentState }[]): Bars[] {
  const runs = new Map<ComponentState, string>();
  for (let from = 0; from < days.length; ) {
    const state = days[from]?.state ?? 'unknown';
    let to = from + 1;
    while (days[to]?.state === state) to += 1;
    const stroke = `M${from * dayWidth} ${daysHeight - heights[state] / 2}h${(to - from) * dayWidth - 1}`;
    runs.set(state, (runs.get(state) ?? '') + stroke);
    from = to;
  }
  return componentStates.flatMap((state) => {
    const path = runs.get(state);
    return path ? [{ state, height: heights[state], path }] : [];
  });
}
