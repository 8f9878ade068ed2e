import { type ComponentState, compareStates } from './status.ts';

/** A component's change of state, epoch ms. Of two at one instant, the one with the higher number is the later. */
export type Flip = { to: ComponentState; at: number; seq?: number };

/** A half-open stretch of time `[from, to)` in one state. */
export type Span = { state: ComponentState; from: number; to: number };

/** What a failure of each kind costs: a partial outage counts 30 %, being slow counts nothing. */
export type UptimeWeights = Partial<Record<ComponentState, number>>;
export const defaultWeights: UptimeWeights = { major_outage: 1, partial_outage: 0.3 };

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

const dayMs = 86_400_000;

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

/**
 * Uptime = 1 - weighted failing time / (window - maintenance - unknown). What nobody saw is left out of the
 * denominator and shown beside it; it never counts as up.
 */
export function uptimeOf(spans: readonly Span[], weights: UptimeWeights = defaultWeights): Uptime {
  let knownMs = 0;
  let unknownMs = 0;
  let maintenanceMs = 0;
  let lostMs = 0;
  for (const { state, from, to } of spans) {
    const ms = to - from;
    if (state === 'unknown') unknownMs += ms;
    else if (state === 'maintenance') maintenanceMs += ms;
    else {
      knownMs += ms;
      lostMs += ms * (weights[state] ?? 0);
    }
  }
  const enough = knownMs > 0 && knownMs >= unknownMs;
  return { ratio: enough ? 1 - lostMs / knownMs : null, knownMs, unknownMs, maintenanceMs };
}

/** The last `count` UTC days up to and including the one of `now`, oldest first. */
export function daysOf(flips: readonly Flip[], now: number, count: number): Day[] {
  const today = Math.floor(now / dayMs) * dayMs;
  return Array.from({ length: count }, (_, index) => {
    const from = today - (count - 1 - index) * dayMs;
    const spans = spansOf(flips, from, Math.min(from + dayMs, now));
    const known = spans.filter((span) => span.state !== 'unknown');
    const failing = known.filter((span) => span.state !== 'operational' && span.state !== 'maintenance');
    const worst = known
      .map((span) => span.state)
      .toSorted(compareStates)
      .at(-1);
    return {
      date: new Date(from).toISOString().slice(0, 10),
      state: worst ?? 'unknown',
      failingMs: failing.reduce((sum, span) => sum + span.to - span.from, 0),
      uptime: uptimeOf(spans).ratio,
    };
  });
}

/** A ratio as printed: two decimals, floored, so that 99.9996 % is never shown as 100. */
export function formatRatio(ratio: number): string {
  // In binary 0.57 * 10,000 is a little less than 5,700; one lost millisecond in thirteen years is more than that.
  const hundredths = Number((ratio * 10_000).toFixed(9));
  return `${(Math.floor(hundredths) / 100).toFixed(2)} %`;
}
