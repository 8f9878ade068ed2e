import {
  freshHearing,
  type Heard,
  type Hearing,
  hearPing,
  hearSilence,
  type Ping,
  quietMs,
  runMs,
} from '#core/hearing.ts';
import { absencesSince, notePresence } from '#db/absences.ts';
import type { Database } from '#db/client.ts';
import { freeInstant, pingsAfter, pingsUpTo, settleHearing } from '#db/pings.ts';
import type { DueProbe } from '#db/probes.ts';
import { recordResults } from '#db/results.ts';
import type { ListeningKind } from './probe.ts';
import type { Pulse } from './pulse.ts';
import { findListeningKind, parseProbe } from './registry.ts';

/** How often we note that we are here. */
const noteEveryMs = 5_000;

/** After a standstill the words that waited in the socket come first. */
const recoverMs = 2_000;

/** A listening probe is judged again after this long at the latest: clocks get set, and nothing is lost by it. */
const longestRestMs = 3_600_000;

export type ListenerOptions = { db: Database; now: () => number; pulse: Pulse };

/** Judges probes that listen: first every ping that has come, then the silence after it. */
export type Listener = {
  /** Notes that we are here, when it is time to. To be called before anything that is due is claimed. */
  notePresence(): Promise<void>;
  /**
   * Judges one probe and stores what follows.
   * @returns whether something failed; null when there was nothing to say
   */
  hear(probe: DueProbe): Promise<boolean | null>;
  /** Notes that we were here until now. */
  leave(): Promise<void>;
};

type Judged = { hearing: Hearing; heard: Heard[]; runs: Map<number, number> };
type Judgement = Judged & { nextDueAt: number; isByDefault: boolean };

/** The settings of a probe as its kind takes them today, or why it no longer does. */
function settingsOf({ kind, config }: DueProbe): { config: unknown } | { reason: string } {
  try {
    return { config: parseProbe(kind, config) };
  } catch (error) {
    return { reason: `probe: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function judgePings(
  kind: ListeningKind,
  config: unknown,
  hearing: Hearing,
  pings: readonly Ping[],
  earlier: readonly Ping[],
): Judged {
  const judged: Judged = { hearing, heard: [], runs: new Map() };
  for (const [index, ping] of pings.entries()) {
    const next = hearPing(judged.hearing, ping, (each, memory) => kind.read(config, each, memory));
    judged.hearing = next.hearing;
    if (next.heard) judged.heard.push(next.heard);
    const took = runMs(ping, [...earlier, ...pings.slice(0, index)]);
    if (took !== null) judged.runs.set(ping.id, took);
  }
  return judged;
}

/** Nothing is heard yet, and nobody has noted that we are here. */
export function createListener({ db, now, pulse }: ListenerOptions): Listener {
  let notedAt: number | null = null;

  async function note(): Promise<void> {
    const at = now();
    // Two processes on one database stand in for each other: only a gap in both is an absence.
    await notePresence(db, at, notedAt === null && db.isSole);
    notedAt = at;
  }

  async function noteIfDue(): Promise<void> {
    if (notedAt === null || Math.abs(now() - notedAt) >= noteEveryMs) await note();
  }

  async function store(probe: DueProbe, heard: readonly Heard[], at: number): Promise<void> {
    await recordResults(
      db,
      heard.map((each) => ({ probeId: probe.id, latencyMs: null, ...each })),
      at,
    );
  }

  async function judge(kind: ListeningKind, config: unknown, probe: DueProbe, at: number): Promise<Judgement> {
    const before = probe.hearing ?? freshHearing;
    const { pings, isAll } = await pingsAfter(db, probe.id, before.pingId);
    const earlier = pings.length > 0 ? await pingsUpTo(db, probe.id, before.pingId) : [];
    const judged = judgePings(kind, config, before, pings, earlier);
    // Silence is judged only once every word is.
    if (!isAll) return { ...judged, nextDueAt: at, isByDefault: false };
    if (pulse.stillSinceMs(performance.now() - recoverMs) > 0)
      return { ...judged, nextDueAt: at + recoverMs, isByDefault: false };
    const since = Math.min(judged.hearing.anchorAt ?? at, judged.hearing.open?.at ?? at) - quietMs;
    const absences = await absencesSince(db, since);
    const silence = hearSilence(judged.hearing, kind.expectation(config), absences, at);
    return {
      hearing: silence.hearing,
      heard: [...judged.heard, ...silence.heard],
      runs: judged.runs,
      nextDueAt: Math.min(silence.dueAt ?? Number.POSITIVE_INFINITY, at + longestRestMs),
      isByDefault: silence.heard.length > 0,
    };
  }

  return {
    notePresence: noteIfDue,
    async hear(probe) {
      const kind = findListeningKind(probe.kind);
      if (!kind) return null;
      const startedAt = performance.now();
      await noteIfDue();
      const at = now();
      const settings = settingsOf(probe);
      if ('reason' in settings) {
        // Our own trouble. The pings wait until the settings can be read again.
        const free = await freeInstant(db, probe.id, at);
        await store(probe, [{ at: free, outcome: 'unknown', reason: settings.reason }], at);
        return false;
      }
      const { hearing, heard, runs, nextDueAt, isByDefault } = await judge(kind, settings.config, probe, at);
      // Words may have come while we stood still just now: the probe falls due again, and they are heard first.
      if (isByDefault && pulse.stillSinceMs(startedAt) > 0) return null;
      await store(probe, heard, at);
      await settleHearing(db, { probeId: probe.id, before: probe.hearing, after: hearing, nextDueAt, runs }, at);
      return heard.length === 0 ? null : heard.some(({ outcome }) => outcome === 'fail');
    },
    leave: note,
  };
}
