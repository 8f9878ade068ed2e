import type { ProbeState, Standing, Streak } from './verdict.ts';

/** The location of the server itself. */
export const homeLocation = 'home';

/** No location is called silent sooner than this. */
const leastPatienceMs = 120_000;

/** No result is called late sooner than this: it was gathered, posted, and perhaps posted again. */
const leastDelayMs = 5_000;

/** How one location sees a target, and since when (epoch ms). */
export type View = { state: ProbeState; sinceAt: number };

/** How long a location may say nothing of a probe before we no longer know what it sees. */
export function patienceMs(intervalMs: number): number {
  return Math.max(3 * intervalMs, leastPatienceMs);
}

/**
 * True for a result that tells of the past only: it is kept, and turns nothing. Fewer results than it takes to call
 * a target down fit into the time before, so that a location cannot announce by its backlog an outage that was its own.
 * @param judgedAt when the newest judged result of that location was taken, null before the first
 */
export function isLate(at: number, judgedAt: number | null, intervalMs: number, now: number): boolean {
  return (judgedAt !== null && at <= judgedAt) || at < now - Math.max(2 * intervalMs, leastDelayMs);
}

/** How many locations must agree: as many as are asked for, else the majority of those that have a word. */
function neededOf(voters: number, quorum: number | null): number {
  return quorum ?? Math.floor(voters / 2) + 1;
}

/**
 * What the locations say together. One that is unknown has no vote; when fewer can see than must agree, nothing is
 * known. Trouble of either sort counts towards degraded, failures alone towards down.
 * @param quorum how many must agree; null: the majority of those that have a word
 */
export function quorumState(states: readonly ProbeState[], quorum: number | null): ProbeState {
  const voters = states.filter((state) => state !== 'unknown');
  const needed = neededOf(voters.length, quorum);
  if (voters.length < needed) return 'unknown';
  const down = voters.filter((state) => state === 'down').length;
  const troubled = voters.filter((state) => state !== 'up').length;
  if (down >= needed) return 'down';
  return troubled >= needed ? 'degraded' : 'up';
}

/**
 * Since when the locations say together what they say: no sooner than the turn of one of them that led to it, and
 * later when another one that it takes turned after that. What a location saw before its own turn is not known here.
 * @param turnAt when the location whose turn changed the whole has turned, epoch ms
 */
export function quorumSince(views: readonly View[], quorum: number | null, turnAt: number): number {
  const whole = quorumState(
    views.map((view) => view.state),
    quorum,
  );
  const moments = [turnAt, ...views.map((view) => view.sinceAt).filter((at) => at > turnAt)].toSorted((a, b) => a - b);
  const stateAt = (at: number) =>
    quorumState(
      views.map((view) => (view.sinceAt <= at ? view.state : 'unknown')),
      quorum,
    );
  return moments.find((at) => stateAt(at) === whole) ?? turnAt;
}

const none: Streak = { count: 0, sinceAt: 0 };

/**
 * The standing of a probe that several locations look with: their state together, and the failures in a row that as
 * many of them share as must agree, so that it is known to be failing before it is down.
 */
export function combine(standings: readonly Standing[], quorum: number | null): Standing {
  const voters = standings.filter((standing) => standing.state !== 'unknown');
  const fails = standings.map((standing) => standing.fail).toSorted((a, b) => b.count - a.count);
  const shared = fails[neededOf(voters.length, quorum) - 1] ?? none;
  const state = quorumState(
    standings.map((standing) => standing.state),
    quorum,
  );
  return { state, ok: none, fail: shared, trouble: none, unknown: none };
}
