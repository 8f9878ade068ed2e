import { type ComponentState, componentStates, isFailing, worstState } from './status.ts';

/** A component's change of state, epoch ms. Of two at one instant, the one with the higher number is the later. */
export type Flip = { to: ComponentState; at: number; seq?: number };

/** A half-open stretch of time `[from, to)` in one state. */
export type Span = { state: ComponentState; from: number; to: number };

/** What a failure of each kind costs, 0..1, in steps of a thousandth. */
export type UptimeWeights = { major_outage: number; partial_outage: number; degraded: number };

/** A partial outage counts 30 %, being slow counts nothing. */
export const defaultWeights: UptimeWeights = { major_outage: 1, partial_outage: 0.3, degraded: 0 };

/** How long a component was in each state, whole milliseconds. */
export type Times = Record<ComponentState, number>;

/** Time measured over a window, whole milliseconds. */
export type Uptime = {
  /** Weighted share of the known time in which the component worked, 0..1; null when less than half is known. */
  ratio: number | null;
  knownMs: number;
  unknownMs: number;
  maintenanceMs: number;
};

/** One bar of the page: the UTC date, its worst state, and how long it failed. */
export type Day = { date: string; state: ComponentState; failingMs: number; uptime: number | null };

export const dayMs = 86_400_000;

/**
 * The states a component went through in `[from, to)`, from its flips in any order. Before its first flip
 * nothing was known.
 */
export function spansOf(flips: readonly Flip[], from: number, to: number): Span[] {
  const spans: Span[] = [];
  let state: ComponentState = 'unknown';
  let cursor = from;
  for (const flip of flips.toSorted((a, b) => a.at - b.at || (a.seq ?? -1) - (b.seq ?? -1))) {
    const at = Math.min(flip.at, to);
    if (at > cursor) {
      spans.push({ state, from: cursor, to: at });
      cursor = at;
    }
    state = flip.to;
  }
  if (to > cursor) spans.push({ state, from: cursor, to });
  return spans;
}

/** No time at all, to add to. */
export function noTimes(): Times {
  return { operational: 0, degraded: 0, partial_outage: 0, major_outage: 0, maintenance: 0, unknown: 0 };
}

/** The times of several stretches together. */
export function sumTimes(stretches: Iterable<Times>): Times {
  const sum = noTimes();
  for (const times of stretches) for (const state of componentStates) sum[state] += times[state];
  return sum;
}

/** How long the spans are in each state. */
export function timesOf(spans: readonly Span[]): Times {
  const times = noTimes();
  for (const { state, from, to } of spans) times[state] += to - from;
  return times;
}

/** The start of the UTC day that an instant lies in. */
export function dayStartOf(at: number): number {
  return at - (at % dayMs);
}

/** The times of `[from, to)` by the start of each UTC day in it, oldest first. */
export function timesByDay(flips: readonly Flip[], from: number, to: number): Map<number, Times> {
  const days = new Map<number, Times>();
  for (const span of spansOf(flips, from, to))
    for (let at = span.from; at < span.to; ) {
      const dayAt = dayStartOf(at);
      const end = Math.min(span.to, dayAt + dayMs);
      const times = days.get(dayAt) ?? noTimes();
      times[span.state] += end - at;
      days.set(dayAt, times);
      at = end;
    }
  return days;
}

/**
 * Uptime = 1 - weighted failing time / (window - maintenance - unknown). What nobody saw is left out of the
 * denominator and shown beside it; it never counts as up.
 */
export function uptimeOf(times: Times, weights: UptimeWeights): Uptime {
  const { operational, degraded, partial_outage, major_outage, maintenance, unknown } = times;
  const knownMs = operational + degraded + partial_outage + major_outage;
  const thousandths = (ms: number, weight: number) => ms * Math.round(weight * 1_000);
  const lost =
    thousandths(degraded, weights.degraded) +
    thousandths(partial_outage, weights.partial_outage) +
    thousandths(major_outage, weights.major_outage);
  const enough = knownMs > 0 && knownMs >= unknown;
  const ratio = enough ? (knownMs * 1_000 - lost) / (knownMs * 1_000) : null;
  return { ratio, knownMs, unknownMs: unknown, maintenanceMs: maintenance };
}

/** The worst state that was seen; `unknown` when nothing was. */
export function worstOf(times: Times): ComponentState {
  const seen = componentStates.filter((state) => state !== 'unknown' && times[state] > 0);
  return seen.length === 0 ? 'unknown' : worstState(seen);
}

/** How long it failed, in whatever way. */
export function failingMsOf(times: Times): number {
  return componentStates.filter(isFailing).reduce((sum, state) => sum + times[state], 0);
}

/** The bar of the UTC day that begins at `dayAt`. */
export function dayOf(dayAt: number, times: Times, weights: UptimeWeights): Day {
  return {
    date: new Date(dayAt).toISOString().slice(0, 10),
    state: worstOf(times),
    failingMs: failingMsOf(times),
    uptime: uptimeOf(times, weights).ratio,
  };
}

/** A ratio in percent with two decimals, floored, so that 99.9996 % is never shown as 100. */
export function flooredPercent(ratio: number): number {
  // In binary 0.57 * 10,000 is a little less than 5,700; one lost millisecond in thirteen years is more than that.
  const hundredths = Number((ratio * 10_000).toFixed(9));
  return Math.floor(hundredths) / 100;
}
