import type { ComponentState } from './status.ts';
import { failingMsOf, sumTimes, type Times, type UptimeWeights, uptimeOf, worstOf } from './uptime.ts';

/** A day's worst state as one letter: a year of days is a string, and thirteen years of many components stay small. */
export const stateLetters: Record<ComponentState, string> = {
  operational: 'o',
  degraded: 'd',
  partial_outage: 'p',
  major_outage: 'x',
  maintenance: 'm',
  unknown: 'u',
};

const statesByLetter = new Map(
  Object.entries(stateLetters).map(([state, letter]) => [letter, state as ComponentState]),
);

/** A UTC year of a component while it is added up. Its days have no gap between them. */
export type YearTimes = {
  year: number;
  /** Start of its first day: that of the year, or of the component's first day. */
  firstDayAt: number;
  /** A letter a day. */
  states: string;
  times: Times;
};

/** A UTC year of a component, as it is shown. */
export type Year = {
  year: number;
  firstDayAt: number;
  states: string;
  failingMs: number;
  uptime: number | null;
};

/** The states of the days, in their order. A letter that nobody knows is a day that nobody saw. */
export function statesOf(letters: string): ComponentState[] {
  return Array.from(letters, (letter) => statesByLetter.get(letter) ?? 'unknown');
}

/** The years with more days behind them, oldest first. The given years are not changed. */
export function withDays(years: readonly YearTimes[], days: Iterable<readonly [number, Times]>): YearTimes[] {
  const all = [...years];
  for (const [year, own] of Map.groupBy(days, ([dayAt]) => new Date(dayAt).getUTCFullYear())) {
    const last = all.at(-1)?.year === year ? all.pop() : undefined;
    const firstDayAt = last?.firstDayAt ?? own[0]?.[0] ?? 0;
    const states = (last?.states ?? '') + own.map(([, times]) => stateLetters[worstOf(times)]).join('');
    const times = sumTimes([...(last ? [last.times] : []), ...own.map(([, times]) => times)]);
    all.push({ year, firstDayAt, states, times });
  }
  return all;
}

/** A year with its uptime. */
export function yearOf({ year, firstDayAt, states, times }: YearTimes, weights: UptimeWeights): Year {
  return { year, firstDayAt, states, failingMs: failingMsOf(times), uptime: uptimeOf(times, weights).ratio };
}
