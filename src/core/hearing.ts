import { formatDuration } from './duration.ts';
import type { Outcome } from './verdict.ts';

/** What a ping says: it went well, it begins, it failed, or just a line for the log. */
export const signals = ['success', 'start', 'fail', 'log'] as const;
export type Signal = (typeof signals)[number];

/** One ping, as far as it is judged. */
export type Ping = {
  /** Counts up in the order of arrival. */
  id: number;
  /** Our clock at its arrival, epoch ms. */
  at: number;
  signal: Signal;
  exitCode: number | null;
  /** The run it belongs to, where jobs overlap (a UUID). */
  runId: string | null;
  body: string | null;
  /** True when more was sent than is kept. */
  isCut: boolean;
};

/** What a listening probe remembers between two judgements. Stored with the probe, so that a restart forgets nothing. */
export type Hearing = {
  /** The newest ping that was judged. */
  pingId: number;
  /** What the next deadline counts from: the last good word, failure or missed deadline; null before the first. */
  anchorAt: number | null;
  /** The run that has begun and not ended. */
  open: { at: number; runId: string | null } | null;
  /** True from a failure or a missed deadline to the next good word: no more silence is forgiven. */
  isFailing: boolean;
  /** True when a deadline was forgiven because we were away: the next one is not. */
  isForgiven: boolean;
  /** What the kind keeps of earlier bodies. */
  memory: unknown;
};

/** The hearing of a probe that has never heard anything. */
export const freshHearing: Hearing = {
  pingId: 0,
  anchorAt: null,
  open: null,
  isFailing: false,
  isForgiven: false,
  memory: null,
};

/** What follows from a ping or from silence; `at` is when it became true. */
export type Heard = { at: number; outcome: Outcome; reason: string | null };

/** How a kind reads a ping that says success. */
export type Reading = {
  outcome: 'ok' | 'fail';
  reason: string | null;
  /** What the next deadline counts from. */
  anchorAt: number;
  memory: unknown;
};

/** The time in which the next word is due. */
export type Due = {
  /** From here on a ping would not be a surprise. */
  fromAt: number;
  /** Silence after this is late. */
  deadlineAt: number;
};

/** A time in which we could not be reached, and pings may have been lost. */
export type Absence = { fromAt: number; toAt: number };

/** Two ends that lie further apart belong to different runs. */
const longestRunMs = 72 * 3_600_000;

/** After a return nothing is called late for so long: pings that waited for us come first. */
export const quietMs = 5 * 60_000;

/** So many returns in a row put a deadline off; a server that keeps falling over must not hide a dead job. */
const patienceReturns = 3;

/**
 * How long a run took, from its start to this end.
 * @param earlier the pings before it, oldest first
 * @returns null when it is not the end of a run, or nobody said when the run began
 */
export function runMs(end: Ping, earlier: readonly Ping[]): number | null {
  if (end.signal !== 'success' && end.signal !== 'fail') return null;
  const previous = earlier.findLast((ping) => ping.runId === end.runId && ping.signal !== 'log');
  if (previous?.signal !== 'start') return null;
  const ms = end.at - previous.at;
  return ms >= 0 && ms <= longestRunMs ? ms : null;
}

function failureOf({ exitCode }: Ping): string {
  return exitCode === null ? 'ping: the job said that it failed' : `ping: the job ended with exit code ${exitCode}`;
}

/**
 * Judges one more ping. A start and a log line change no verdict; a failure waits for nothing.
 * @param read how the kind reads a ping that says success, given what it remembers
 */
export function hearPing(
  hearing: Hearing,
  ping: Ping,
  read: (ping: Ping, memory: unknown) => Reading,
): { hearing: Hearing; heard: Heard | null } {
  const next = { ...hearing, pingId: ping.id };
  if (ping.signal === 'log') return { hearing: next, heard: null };
  if (ping.signal === 'start') return { hearing: { ...next, open: { at: ping.at, runId: ping.runId } }, heard: null };
  // An end that names another run leaves the open one alone, unless it is a failure.
  const ends = ping.signal === 'fail' || ping.runId === null || ping.runId === hearing.open?.runId;
  const open = ends ? null : hearing.open;
  if (ping.signal === 'fail') {
    const heard: Heard = { at: ping.at, outcome: 'fail', reason: failureOf(ping) };
    return { hearing: { ...next, open, anchorAt: ping.at, isFailing: true }, heard };
  }
  const { outcome, reason, anchorAt, memory } = read(ping, hearing.memory);
  const heard: Heard = { at: ping.at, outcome, reason };
  const isFailing = outcome === 'fail';
  return { hearing: { ...next, open, anchorAt, isFailing, isForgiven: false, memory }, heard };
}

/** When silence is called late, given when we came back from being away. */
function calledLateAt(deadlineAt: number, absences: readonly Absence[]): number {
  let at = deadlineAt;
  let returns = 0;
  for (const { fromAt, toAt } of absences.toSorted((a, b) => a.fromAt - b.fromAt)) {
    if (fromAt > at || at >= toAt + quietMs || returns === patienceReturns) continue;
    at = toAt + quietMs;
    returns += 1;
  }
  return at;
}

const spoken = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** How a kind sets its deadlines. */
export type Expectation = {
  /** What is due after an anchor: the last good word, or our return. */
  due: (anchorAt: number) => Due;
  /** How long a run that began may take; null when nobody cares. */
  runLimitMs: number | null;
};

/** The earlier of what the schedule and what a run that has begun make due; null when nothing is. */
function dueNow({ anchorAt, open }: Hearing, { due, runLimitMs }: Expectation): (Due & { why: string }) | null {
  const limitAt = open === null || runLimitMs === null ? null : open.at + runLimitMs;
  const next = anchorAt === null ? null : due(anchorAt);
  if (open !== null && limitAt !== null && (next === null || limitAt < next.deadlineAt)) {
    const why = `late: the run that began ${spoken(open.at)} did not end within ${formatDuration(limitAt - open.at)}`;
    return { fromAt: open.at, deadlineAt: limitAt, why };
  }
  return next && { ...next, why: `late: nothing good was heard until ${spoken(next.deadlineAt)}` };
}

/**
 * Judges silence, once every ping that has arrived is judged. Every missed deadline is one more failure.
 *
 * A deadline that passed while a ping may have come to a closed door is forgiven once in a row: the probe is `unknown`
 * until what is due after our return. Beyond that, nothing is called late within five minutes after a return.
 * @param absences the times in which we could not be reached, as far back as the last good word
 * @returns the verdict, if silence gives one, and when to judge again; null when only a ping can change anything
 */
export function hearSilence(
  hearing: Hearing,
  expectation: Expectation,
  absences: readonly Absence[],
  now: number,
): { hearing: Hearing; heard: Heard[]; dueAt: number | null } {
  const due = dueNow(hearing, expectation);
  if (due === null) return { hearing, heard: [], dueAt: null };
  if (now < due.deadlineAt) return { hearing, heard: [], dueAt: due.deadlineAt };
  const missed = absences.filter(({ fromAt, toAt }) => fromAt < due.deadlineAt && toAt > due.fromAt);
  if (missed.length > 0 && !hearing.isForgiven && !hearing.isFailing) {
    const backAt = Math.max(...missed.map(({ toAt }) => toAt));
    const reason = `away: a ping may have come while nobody listened, until ${spoken(backAt)}`;
    const forgiven = { ...hearing, anchorAt: backAt, open: null, isForgiven: true };
    const rest = hearSilence(forgiven, expectation, absences, now);
    return { ...rest, heard: [{ at: due.deadlineAt, outcome: 'unknown', reason }, ...rest.heard] };
  }
  const lateAt = calledLateAt(due.deadlineAt, absences);
  if (now < lateAt) return { hearing, heard: [], dueAt: lateAt };
  const late: Heard = { at: due.deadlineAt, outcome: 'fail', reason: due.why };
  // Counted from now, not from the deadline: what was missed while nobody was here is one failure, not a thousand.
  const after = { ...hearing, anchorAt: now, open: null, isFailing: true };
  return { hearing: after, heard: [late], dueAt: expectation.due(now).deadlineAt };
}
