/**
 * The states a component can be in. Every state is drawn as colour, shape and word.
 * `unknown` means that we could not look, never that the component failed.
 */
export const componentStates = [
  'operational',
  'degraded',
  'partial_outage',
  'major_outage',
  'maintenance',
  'unknown',
] as const;

export type ComponentState = (typeof componentStates)[number];

/** From best to worst. What we could not see outranks calm and is outranked by what we saw fail. */
const bySeverity: readonly ComponentState[] = [
  'operational',
  'unknown',
  'maintenance',
  'degraded',
  'partial_outage',
  'major_outage',
];

/** Orders two states for sorting, best first. */
export function compareStates(a: ComponentState, b: ComponentState): number {
  return bySeverity.indexOf(a) - bySeverity.indexOf(b);
}

/** The worst of the given states; `operational` when there is none. */
export function worstState(states: Iterable<ComponentState>): ComponentState {
  let worst: ComponentState = 'operational';
  for (const state of states) if (compareStates(state, worst) > 0) worst = state;
  return worst;
}

/** True for the states a visitor feels as a failure. */
export function isFailing(state: ComponentState): boolean {
  return state === 'degraded' || state === 'partial_outage' || state === 'major_outage';
}

/**
 * The state of the whole platform.
 * One dead part of several is a partial outage of the whole; only when every component is out is the
 * whole out. A single component we cannot see does not turn a calm page grey.
 */
export function overallState(states: readonly ComponentState[]): ComponentState {
  if (states.length === 0) return 'unknown';
  const out = states.filter((state) => state === 'major_outage').length;
  if (out === states.length) return 'major_outage';
  if (out > 0) return 'partial_outage';
  const worst = worstState(states);
  if (worst === 'unknown') return states.every((state) => state === 'unknown') ? 'unknown' : 'operational';
  return worst;
}

/** True for the states in which a visitor cannot use the service: they open an incident. */
export function isOut(state: ComponentState): boolean {
  return state === 'partial_outage' || state === 'major_outage';
}
