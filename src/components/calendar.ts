import { type ComponentState, componentStates } from '#core/status.ts';
import { dayMs } from '#core/uptime.ts';
import { statesOf } from '#core/years.ts';

/** A week is a column of seven squares, each of this size in units of the drawing, the gap to the next one included. */
const cell = 10;
/** A year has days in up to 54 weeks. */
export const calendarWidth = 54 * cell;
export const calendarHeight = 7 * cell;

/** The worse the day, the larger its square: the drawing is read without its colours too. */
const sizes: Record<ComponentState, number> = {
  operational: 4,
  degraded: 6.5,
  partial_outage: 8,
  major_outage: 10,
  maintenance: 6.5,
  unknown: 1.5,
};

/** The days of one state: a path of downward strokes, cut into squares by its dashes. */
export type Squares = { state: ComponentState; size: number; dashes: string; path: string };

/** Monday is 0. The epoch began on a Thursday. */
const weekdayOf = (dayAt: number) => (dayAt / dayMs + 3) % 7;

/**
 * Draws the days of one year as weeks, with at most one path a state.
 * @param firstDayAt start of the first of the days, which are UTC days on end
 */
export function calendarOf({ firstDayAt, states }: { firstDayAt: number; states: string }): Squares[] {
  const newYear = Date.UTC(new Date(firstDayAt).getUTCFullYear(), 0);
  const days = statesOf(states);
  const offset = weekdayOf(newYear) + (firstDayAt - newYear) / dayMs;
  const paths = new Map<ComponentState, string>();
  for (let from = 0; from < days.length; ) {
    const state = days[from] ?? 'unknown';
    const [column, row] = [Math.floor((offset + from) / 7), (offset + from) % 7];
    let to = from + 1;
    while (days[to] === state && (offset + to) % 7 !== 0) to += 1;
    const inset = (cell - sizes[state]) / 2;
    const stroke = `M${column * cell + cell / 2} ${row * cell + inset}v${(to - from) * cell - 2 * inset}`;
    paths.set(state, (paths.get(state) ?? '') + stroke);
    from = to;
  }
  return componentStates.flatMap((state) => {
    const path = paths.get(state);
    const size = sizes[state];
    return path ? [{ state, size, dashes: `${size} ${cell - size}`, path }] : [];
  });
}
