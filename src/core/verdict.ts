import { type ComponentState, compareStates, isFailing } from './status.ts';

/**
 * What one look at a target showed.
 * `unknown` is the probe's own trouble (no address allowed, no descriptors left, our network is down) and
 * never counts against the target.
 */
export const outcomes = ['ok', 'degraded', 'fail', 'unknown'] as const;
export type Outcome = (typeof outcomes)[number];

/** Where a probe stands after its results so far. */
export type ProbeState = 'up' | 'degraded' | 'down' | 'unknown';

/** Consecutive results of one sort: how many, and when the first of them was taken (epoch ms). */
export type Streak = { count: number; sinceAt: number };

/**
 * A probe's standing: its state and the streaks that may turn it. Stored with the probe, so that a
 * restart forgets nothing.
 */
export type Standing = {
  state: ProbeState;
  ok: Streak;
  /** Failures in a row. */
  fail: Streak;
  /** Failures or slow answers in a row; while down, answers in a row of which one at least was slow. */
  trouble: Streak;
  unknown: Streak;
};

/** How many results in a row it takes to believe a change. */
export type VerdictPolicy = {
  /** Failures in a row before a probe is down. */
  downAfter: number;
  /** Good results in a row before it is up again. */
  upAfter: number;
};

/** A probe's change of state, back-dated to the first result that showed it. */
export type Turn = { from: ProbeState; to: ProbeState; at: number };

const none: Streak = { count: 0, sinceAt: 0 };

/** The standing of a probe that has never run. */
export const freshStanding: Standing = { state: 'unknown', ok: none, fail: none, trouble: none, unknown: none };

function extend(streak: Streak, at: number): Streak {
  return streak.count === 0 ? { count: 1, sinceAt: at } : { ...streak, count: streak.count + 1 };
}

type Streaks = Omit<Standing, 'state'>;

function streaksAfter({ ok, fail, trouble, unknown }: Standing, outcome: Outcome, at: number): Streaks {
  switch (outcome) {
    case 'ok':
      return { ok: extend(ok, at), fail: none, trouble: none, unknown: none };
    case 'degraded':
      return { ok: none, fail: none, trouble: extend(trouble, at), unknown: none };
    case 'fail':
      return { ok: none, fail: extend(fail, at), trouble: extend(trouble, at), unknown: none };
    case 'unknown':
      // A blind moment neither proves nor clears a failure: the other streaks wait.
      return { ok, fail, trouble, unknown: extend(unknown, at) };
  }
}

/** While it is down, trouble means answers again, the slow ones at least: what failed before is told already. */
function streaksWhileDown(standing: Standing, outcome: Outcome, at: number): Streaks {
  const { ok, trouble } = standing;
  const streaks = streaksAfter(standing, outcome, at);
  switch (outcome) {
    case 'ok':
      return { ...streaks, trouble: trouble.count > 0 ? extend(trouble, at) : none };
    case 'degraded':
      return { ...streaks, trouble: extend(trouble.count > 0 ? trouble : ok, at) };
    case 'fail':
      return { ...streaks, trouble: none };
    case 'unknown':
      return streaks;
  }
}

function nextState(state: ProbeState, streaks: Streaks, policy: VerdictPolicy): [ProbeState, number] {
  const { ok, fail, trouble, unknown } = streaks;
  if (unknown.count >= policy.downAfter) return ['unknown', unknown.sinceAt];
  if (unknown.count > 0) return [state, 0];
  if (fail.count >= policy.downAfter) return ['down', fail.sinceAt];
  const healedAfter = state === 'down' || state === 'degraded' ? policy.upAfter : 1;
  if (ok.count >= healedAfter) return ['up', ok.sinceAt];
  const slowAfter = state === 'down' ? policy.upAfter : policy.downAfter;
  if (trouble.count >= slowAfter) return ['degraded', trouble.sinceAt];
  return [state, 0];
}

/** Up and nothing under way: another good result changes nothing, and need not be written down. */
function isSettled({ state, fail, trouble, unknown }: Standing): boolean {
  return state === 'up' && fail.count === 0 && trouble.count === 0 && unknown.count === 0;
}

/**
 * Judges one more result. Pure: the same standing and result always give the same answer.
 * @param at when the look began, epoch ms
 * @returns the new standing and, when the state changed, the turn dated to the first result that showed it
 */
export function judge(
  standing: Standing,
  outcome: Outcome,
  at: number,
  policy: VerdictPolicy,
): { standing: Standing; turn: Turn | null } {
  if (isSettled(standing) && outcome === 'ok') return { standing, turn: null };
  const take = standing.state === 'down' ? streaksWhileDown : streaksAfter;
  const streaks = take(standing, outcome, at);
  const [state, since] = nextState(standing.state, streaks, policy);
  const turn = state === standing.state ? null : { from: standing.state, to: state, at: since };
  // Gone blind: what was under way before is forgotten, and whatever is seen next is dated after it.
  if (turn?.to === 'unknown') return { standing: { ...freshStanding, unknown: streaks.unknown }, turn };
  if (turn?.to === 'down') return { standing: { state, ...streaks, trouble: none }, turn };
  return { standing: { state, ...streaks }, turn };
}

/** The standing of a probe whose failures in a row turn out to have been our own trouble: moments when we were blind. */
export function blinded({ state, ok, fail, unknown }: Standing): Standing {
  const first = unknown.count === 0 ? fail.sinceAt : Math.min(unknown.sinceAt, fail.sinceAt);
  return { state, ok, fail: none, trouble: none, unknown: { count: unknown.count + fail.count, sinceAt: first } };
}

/** True while a probe has begun to fail but the failures do not yet suffice. */
export function isPending(standing: Standing): boolean {
  return standing.state !== 'down' && standing.fail.count > 0;
}

/**
 * The state of a component from the states of its probes: the worst that was seen. A probe that could
 * not look says nothing as long as another one can.
 * @param probes each probe's state and what its failure means for the component
 */
export function componentState(probes: readonly { state: ProbeState; whenDown: ComponentState }[]): ComponentState {
  const seen = probes.filter((probe) => probe.state !== 'unknown');
  if (seen.length === 0) return 'unknown';
  const down = seen.filter((probe) => probe.state === 'down').map((probe) => probe.whenDown);
  if (down.includes('major_outage')) return 'major_outage';
  if (down.includes('partial_outage')) return 'partial_outage';
  if (down.length > 0 || seen.some((probe) => probe.state === 'degraded')) return 'degraded';
  return 'operational';
}

/**
 * The state of a component one of whose probes has gone blind. Blindness heals nothing: what looks better only because
 * nobody sees the failure any more is unknown.
 * @param before the state until now
 * @param seen what the probes say together, the blind one left out
 */
export function blindState(before: ComponentState, seen: ComponentState): ComponentState {
  return isFailing(before) && compareStates(seen, before) < 0 ? 'unknown' : seen;
}
