import type { IncidentStatus } from './incident.ts';

/** The probes say no more than this many words about a component in one window: one "down" and one "up". */
export const wordLimit = 2;

/** The window of {@link wordLimit}. */
export const wordWindowMs = 15 * 60_000;

/** What subscribers believe of an incident: the status they last heard, null when they heard nothing yet. */
export type Heard = IncidentStatus | null;

const isDown = (status: Heard): boolean => status === 'investigating' || status === 'identified';

/** True when subscribers would take the thing for down although it is up, or the reverse. */
export function isOwed(heard: Heard, status: IncidentStatus): boolean {
  return isDown(heard) !== isDown(status);
}
