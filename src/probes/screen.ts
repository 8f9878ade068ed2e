import { type Impairment, isDoubtful, isVouchedFor } from '#core/doubt.ts';
import { blindProbes, findFalling } from '#db/blindness.ts';
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
  anchors: readonly string[];
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

type Sighting = { result: NewResult; host: string; intervalMs: number };

/** The parts of a look that end this way when a network fails; an HTTP answer of any sort came over a network. */
const networkFailure = /(^|[ :])(dns|connect|timeout|tls): /;
const ownNetworkFailure = /^probe: (this machine could not look|the resolver)/;

function mayBeOurs({ outcome, reason }: NewResult): boolean {
  if (outcome === 'fail') return networkFailure.test(reason ?? '');
  return outcome === 'unknown' && ownNetworkFailure.test(reason ?? '');
}

/**
 * Starts with everything well. When many hosts fail together and one of them is about to be called down, the anchors
 * are asked; only the failures in question wait for that.
 */
export function startScreen({ db, egress, anchors, log, now, pass }: ScreenOptions): Screen {
  /** On the clock of `performance.now()`: since when each probe fails, and when each host last answered. */
  const failing = new Map<string, { host: string; since: number }>();
  const answeredAt = new Map<string, number>();
  let impairment: Impairment | null = null;
  let waiting: Sighting[] = [];
  let weighed = new Set<string>();
  let working: Promise<void> | null = null;

  function note({ result, host }: Sighting): void {
    if (mayBeOurs(result)) {
      const since = failing.get(result.probeId)?.since ?? performance.now();
      failing.set(result.probeId, { host, since });
    } else if (result.outcome !== 'unknown') {
      failing.delete(result.probeId);
      answeredAt.set(host, performance.now());
      impairment = null;
    }
  }

  /** Whether the trouble of these probes began together with that of many others. */
  function isMass(batch: readonly Sighting[]): boolean {
    const began = Math.min(
      ...batch.map(({ result }) => failing.get(result.probeId)?.since ?? Number.POSITIVE_INFINITY),
    );
    const answering = new Set([...answeredAt].filter(([, at]) => at >= began).map(([host]) => host));
    // The others were looked at up to one interval earlier.
    const earliest = began - Math.max(...batch.map(({ intervalMs }) => intervalMs));
    const silent = [...failing.values()].filter(({ host, since }) => since >= earliest && !answering.has(host));
    return isDoubtful(new Set(silent.map(({ host }) => host)).size, answering.size);
  }

  async function isOurs(batch: readonly Sighting[]): Promise<boolean> {
    if (impairment === null) {
      if (!isMass(batch)) return false;
      const failed = batch.filter(({ result }) => result.outcome === 'fail').map(({ result }) => result.probeId);
      if (failed.length === batch.length && !(await findFalling(db, failed))) return false;
    }
    const answering = await countAnswering(anchors, egress);
    if (isVouchedFor(answering, anchors.length)) impairment = null;
    else
      impairment = { sinceAt: impairment?.sinceAt ?? now(), anchorsAnswering: answering, anchorsAsked: anchors.length };
    return impairment !== null;
  }

  async function weigh(batch: readonly Sighting[]): Promise<void> {
    const doubtful = batch.filter(({ result }) => mayBeOurs(result));
    if (doubtful.length === 0 || !(await isOurs(doubtful))) {
      for (const { result } of batch) pass(result);
      return;
    }
    const { anchorsAnswering = 0 } = impairment ?? {};
    const reason = `probe: our own network is in trouble, ${anchorsAnswering} of ${anchors.length} anchors answered`;
    await blindProbes(
      db,
      doubtful.map(({ result }) => result.probeId),
      reason,
    );
    for (const sighting of batch) {
      const { result } = sighting;
      pass(doubtful.includes(sighting) ? { ...result, outcome: 'unknown', latencyMs: null, reason } : result);
    }
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
        const reason = 'probe: whether our own network works could not be found out';
        for (const { result } of batch)
          pass(mayBeOurs(result) ? { ...result, outcome: 'unknown', latencyMs: null, reason } : result);
      }
      weighed.clear();
    }
    working = null;
  }

  return {
    add(probe, result) {
      const host = anchors.length > 0 ? hostOf(probe.config) : null;
      if (host === null) return pass(result);
      const sighting = { result, host, intervalMs: probe.intervalMs };
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
