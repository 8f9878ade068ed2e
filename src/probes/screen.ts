import { type Impairment, isDoubtful, isVouchedFor } from '#core/doubt.ts';
import { blindProbes, failuresLeft } from '#db/blindness.ts';
import type { Database } from '#db/client.ts';
import type { DueProbe } from '#db/probes.ts';
import type { NewResult } from '#db/results.ts';
import { countAnswering } from './anchors.ts';
import type { Egress } from './egress.ts';
import { hostOf } from './host.ts';
import type { Log } from './recorder.ts';

export type ScreenOptions = {
  db: Database;
  egress: Egress;
  /** `host:port` each; none: every result is passed on as it is. */
  anchors: () => readonly string[];
  log: Log;
  now: () => number;
  /** Takes the results that are to be stored. */
  pass: (result: NewResult) => void;
};

/** Stands between the looks and what is stored of them: trouble of our own network is not written down as a target's. */
export type Screen = {
  add(probe: DueProbe, result: NewResult): void;
  /** Since when our own network is in trouble; null while it works. */
  impairment(): Impairment | null;
  /** Resolves once everything taken in was passed on. */
  settled(): Promise<void>;
};

/** A result, and when its look began on the clock of `performance.now()`. */
type Sighting = { result: NewResult; host: string; intervalMs: number; beganAt: number };

/** The parts of a look that end this way when a network fails; an HTTP answer of any sort came over a network. */
const networkFailure = /(^|[ :])(dns|connect|timeout|tls): /;
const ownNetworkFailure = /^probe: (this machine could not look|the resolver)/;

/** What stands with a look that our own network spoilt. */
const reason = 'probe: our own network was in trouble, the anchors did not answer either';
const blind = (result: NewResult): NewResult => ({ ...result, outcome: 'unknown', latencyMs: null, reason });

function mayBeOurs(result: NewResult): boolean {
  if (result.outcome === 'fail') return networkFailure.test(result.reason ?? '');
  return result.outcome === 'unknown' && ownNetworkFailure.test(result.reason ?? '');
}

/**
 * Starts with everything well. When many hosts begin to fail together the anchors are asked, anew at every failure until
 * they are called down; only the failures in question wait for that.
 */
export function startScreen({ db, egress, anchors, log, now, pass }: ScreenOptions): Screen {
  // All on the clock of `performance.now()`: since when each probe fails, and when each host last answered.
  const failing = new Map<string, { host: string; since: number }>();
  const answeredAt = new Map<string, number>();
  let impairment: Impairment | null = null;
  /** The same instant as `impairment.sinceAt`. */
  let impairedAt = 0;
  /** Until when our network was in trouble: looks that began before then say nothing, even when they end later. */
  let troubledUntil = Number.NEGATIVE_INFINITY;
  let waiting: Sighting[] = [];
  let weighed = new Set<string>();
  let working: Promise<void> | null = null;

  /** The distinct hosts that began to fail since then and did not answer since, and those that did. */
  function countHosts(since: number, slackMs = 0): { failed: number; answered: number } {
    const answering = new Set([...answeredAt].filter(([, at]) => at >= since).map(([host]) => host));
    const silent = [...failing.values()].filter((each) => each.since >= since - slackMs && !answering.has(each.host));
    return { failed: new Set(silent.map(({ host }) => host)).size, answered: answering.size };
  }

  /** Those that began to fail together with these; others were looked at up to one interval earlier. */
  function companyOf(batch: readonly Sighting[]) {
    const began = batch.map(({ result }) => failing.get(result.probeId)?.since ?? Number.POSITIVE_INFINITY);
    return countHosts(Math.min(...began), Math.max(...batch.map(({ intervalMs }) => intervalMs)));
  }

  function recover(at: number): void {
    if (impairment !== null) troubledUntil = at;
    impairment = null;
  }

  function note({ result, host, beganAt }: Sighting): void {
    if (mayBeOurs(result)) {
      const since = failing.get(result.probeId)?.since ?? beganAt;
      failing.set(result.probeId, { host, since });
    } else if (result.outcome !== 'unknown') {
      failing.delete(result.probeId);
      answeredAt.set(host, performance.now());
      if (impairment !== null && !isDoubtful(countHosts(impairedAt, Number.POSITIVE_INFINITY)))
        recover(performance.now());
    }
  }

  /** Whether the failures are worth a question: of many hosts at once, or of the only one we have, about to be down. */
  async function isDubious(batch: readonly Sighting[]): Promise<boolean> {
    const company = companyOf(batch);
    if (!isDoubtful(company)) return false;
    const failed = batch.filter(({ result }) => result.outcome === 'fail').map(({ result }) => result.probeId);
    if (failed.length < batch.length) return true;
    const left = await failuresLeft(db, failed);
    return company.failed > 1 ? left < Number.POSITIVE_INFINITY : left <= 1;
  }

  async function ask(batch: readonly Sighting[]): Promise<void> {
    const askedAt = performance.now();
    const asked = anchors();
    const answering = await countAnswering(asked, egress);
    if (isVouchedFor(answering, asked.length)) return recover(askedAt);
    // Others may have answered meanwhile.
    if (!isDoubtful(companyOf(batch))) return recover(performance.now());
    if (impairment === null) impairedAt = askedAt;
    const sinceAt = impairment?.sinceAt ?? now();
    impairment = { sinceAt, anchorsAnswering: answering, anchorsAsked: asked.length };
  }

  /** Those of the failures that are our own network's. */
  async function findOurs(batch: readonly Sighting[]): Promise<Sighting[]> {
    if (batch.length > 0 && (impairment !== null || (await isDubious(batch)))) await ask(batch);
    return impairment === null ? batch.filter(({ beganAt }) => beganAt <= troubledUntil) : [...batch];
  }

  async function weigh(batch: readonly Sighting[]): Promise<void> {
    const ours = await findOurs(batch.filter(({ result }) => mayBeOurs(result)));
    await blindProbes(
      db,
      ours.map(({ result }) => result.probeId),
      reason,
    );
    for (const sighting of batch) pass(ours.includes(sighting) ? blind(sighting.result) : sighting.result);
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      weighed = new Set(batch.map(({ result }) => result.probeId));
      try {
        await weigh(batch);
      } catch (error) {
        log.error({ err: error }, 'whether our own network is in trouble could not be found out');
        for (const { result } of batch) pass(mayBeOurs(result) ? blind(result) : result);
      }
      weighed.clear();
    }
    working = null;
  }

  return {
    add(probe, result) {
      const isAsking = anchors().length > 0;
      // Nobody is asked any more, and so nobody can say that it is over.
      if (!isAsking) recover(performance.now());
      const host = isAsking ? hostOf(probe.config) : null;
      if (host === null) return pass(result);
      const beganAt = performance.now() - (now() - result.at);
      const sighting = { result, host, intervalMs: probe.intervalMs, beganAt };
      note(sighting);
      // What was found later must not be stored before what still waits.
      const waits = weighed.has(result.probeId) || waiting.some((each) => each.result.probeId === result.probeId);
      if (!mayBeOurs(result) && !waits) return pass(result);
      waiting.push(sighting);
      working ??= work();
    },
    impairment: () => impairment,
    async settled() {
      await working;
    },
  };
}
