import { setTimeout as sleep } from 'node:timers/promises';
import { type Assignments, resultsLimit } from '#core/assignment.ts';
import { StartError } from '#core/error.ts';
import { createEgress } from '#probes/egress.ts';
import { type Link, LinkError, openLink } from './link.ts';
import { type Rounds, startRounds } from './rounds.ts';
import { openSpool, type Spool } from './spool.ts';

/** How often we ask whether there is something else to do. */
const pullEveryMs = 3_000;

/** Results wait no longer than this for others to share their request. */
const gatherMs = 200;

const firstRetryMs = 1_000;
const longestRetryMs = 5_000;

/** How long a stop tries to hand in what is left. What it cannot stays on disk. */
const farewellMs = 3_000;

export type AgentOptions = {
  server: URL;
  token: string;
  /** The name of the location. */
  location: string;
  /** Where unsent results and the last orders are kept. */
  dataDir: string;
  /** CIDR ranges of private targets that may be dialled. From the operator of this machine, never from the server. */
  egressAllow: readonly string[];
  /** Takes progress, a sentence at a time. */
  say: (sentence: string) => void;
};

export type Agent = {
  /** Ends the looks, hands in what it can, and lets go of the folder. */
  stop(): Promise<void>;
};

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;

const sentenceOf = (error: unknown): string =>
  `Something could not be kept in the folder: ${error instanceof Error ? error.message : String(error)}.`;

/** Says once that the server is lost, and once that it is back for everything we want of it. */
function createTeller(say: (sentence: string) => void, spool: Spool) {
  const failing = new Set<string>();
  return {
    lost(errand: string, { kind, message }: LinkError): void {
      const what = kind === 'refused' ? `refuses: ${message}` : `does not answer (${message}).`;
      if (failing.size === 0) say(`The server ${what} Looking goes on, and results are kept.`);
      failing.add(errand);
    },
    found(errand: string): void {
      if (!failing.delete(errand) || failing.size > 0) return;
      say(`The server answers again; ${count(spool.count(), 'result')} kept to hand in.`);
    },
  };
}

/** The first orders: fresh ones, or the last ones when the server is away. */
async function firstAssignments(link: Link, spool: Spool, options: AgentOptions): Promise<Assignments | null> {
  try {
    const assignments = await link.pull(null);
    options.say(`${count(assignments?.probes.length ?? 0, 'probe')} to look with.`);
    return assignments;
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    if (error.kind === 'refused') throw new StartError(`The server refuses: ${error.message}`);
    const kept = spool.assignments();
    const known = kept?.location === options.location ? kept : null;
    const meanwhile = known
      ? `Looking with the ${count(known.probes.length, 'probe')} known from before.`
      : 'Nothing to look at is known from before.';
    options.say(`The server does not answer yet (${error.message}). ${meanwhile}`);
    return known;
  }
}

/** Pulls and posts, each in a loop of its own, until it is stopped. */
function startErrands(link: Link, spool: Spool, rounds: Rounds, first: Assignments | null, options: AgentOptions) {
  const stopping = new AbortController();
  const teller = createTeller(options.say, spool);
  let revision: string | null = null;
  const pause = (ms: number) => sleep(ms, null, { signal: stopping.signal }).catch(() => null);

  function accept(assignments: Assignments, isNews: boolean): void {
    revision = assignments.revision;
    rounds.assign(assignments.probes);
    spool.keepAssignments(assignments);
    if (isNews) options.say(`New orders: ${count(assignments.probes.length, 'probe')} to look with.`);
  }

  async function pull(): Promise<void> {
    const assignments = await link.pull(revision);
    if (assignments) accept(assignments, true);
  }

  async function handIn(): Promise<void> {
    const batch = spool.newest(resultsLimit);
    if (batch.length === 0) return;
    const { refused } = await link.handIn(batch.map(({ result }) => result));
    spool.remove(batch);
    const [example] = refused;
    if (example)
      options.say(`${count(refused.length, 'result')} refused, such as of ${example.probeId}: ${example.reason}`);
  }

  /** Does an errand again and again; while it fails, less and less often. */
  async function repeat(errand: () => Promise<void>, everyMs: number): Promise<void> {
    let retryMs = firstRetryMs;
    while (!stopping.signal.aborted) {
      try {
        await errand();
        teller.found(errand.name);
        retryMs = firstRetryMs;
        await pause(everyMs);
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (error instanceof LinkError) teller.lost(errand.name, error);
        // A full disk, for one: looking goes on, and what is already kept is safe.
        else options.say(sentenceOf(error));
        await pause(retryMs);
        retryMs = Math.min(longestRetryMs, 2 * retryMs);
      }
    }
  }

  if (first) accept(first, false);
  const ended = Promise.all([repeat(pull, pullEveryMs), repeat(handIn, gatherMs)]);
  return {
    async stop() {
      stopping.abort();
      await ended;
      const deadline = performance.now() + farewellMs;
      while (spool.count() > 0 && performance.now() < deadline) await handIn();
    },
  };
}

/**
 * Looks with the probes that the server assigns to this location, and hands in what it finds.
 * @throws StartError when the server refuses, or the folder cannot be used
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { server, token, location, say } = options;
  const egress = createEgress({ allow: options.egressAllow });
  const spool = openSpool(options.dataDir);
  const ending = new AbortController();
  try {
    say(`Looking from "${location}" for ${server.origin}.`);
    if (spool.count() > 0) say(`${count(spool.count(), 'result')} kept from before to hand in.`);
    const link = openLink(server, token, location, ending.signal);
    const first = await firstAssignments(link, spool, options);
    const rounds = startRounds({
      location,
      egress,
      now: link.now,
      onResult(result) {
        try {
          const lost = spool.add(result);
          if (lost > 0) say(`The spool is full: the oldest ${count(lost, 'result')} had to go.`);
        } catch (error) {
          say(sentenceOf(error));
        }
      },
    });
    const errands = startErrands(link, spool, rounds, first, options);
    return {
      async stop() {
        await rounds.stop();
        setTimeout(() => ending.abort(), farewellMs).unref();
        await errands.stop().catch((error: unknown) => {
          if (!(error instanceof LinkError)) throw error;
          say(`${count(spool.count(), 'result')} could not be handed in and are kept.`);
        });
        spool.close();
      },
    };
  } catch (error) {
    spool.close();
    throw error;
  }
}
