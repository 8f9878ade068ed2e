import { eq } from 'drizzle-orm';
import { combine, homeLocation, isLate, patienceMs, quorumSince } from '#core/location.ts';
import { isHeld } from '#core/maintenance.ts';
import {
  blindState,
  componentState,
  freshStanding,
  judge,
  type Outcome,
  type Standing,
  type Turn,
} from '#core/verdict.ts';
import type { Database, Statement } from './client.ts';
import type { ComponentRow } from './components.ts';
import type { ProbeRow } from './probes.ts';
import { type flips, probes } from './schema.ts';
import { type SightRow, storeSights } from './sights.ts';
import { flipStatements } from './turns.ts';

/** What one look showed, where. */
export type Look = {
  probeId: string;
  location: string;
  /** When it began. */
  at: number;
  outcome: Outcome;
  latencyMs: number | null;
  reason: string | null;
};

type FlipDraft = typeof flips.$inferInsert;

/** What is known before a batch is judged. */
export type Known = { probes: readonly ProbeRow[]; owners: readonly ComponentRow[]; sights: readonly SightRow[] };

/** What follows from a batch, worked out before anything is written. */
export type Verdicts = {
  standings: Map<string, Standing>;
  sights: Map<string, SightRow>;
  flips: FlipDraft[];
  /** Components whose first failure in a row this is. */
  stumbled: Set<string>;
};

/** The bench of one batch: takes looks and silences one after the other, and keeps what follows from them. */
export function openVerdicts(known: Known, now: number) {
  const probeById = new Map(known.probes.map((row) => [row.id, { ...row }]));
  const ownerById = new Map(known.owners.map((row) => [row.id, { ...row }]));
  const sightsOf = Map.groupBy(
    known.sights.map((row) => ({ ...row })),
    (row) => row.probeId,
  );
  const verdicts: Verdicts = { standings: new Map(), sights: new Map(), flips: [], stumbled: new Set() };

  /** What the turn of a probe means for its component. */
  function flipOwner(probe: ProbeRow, at: number, reason: string | null): void {
    const owner = ownerById.get(probe.componentId);
    if (!owner || isHeld(owner)) return;
    const siblings = [...probeById.values()].filter((row) => row.componentId === probe.componentId);
    const seen = componentState(siblings.map((row) => ({ state: row.standing.state, whenDown: row.whenDown })));
    const state = probe.standing.state === 'unknown' ? blindState(owner.state, seen) : seen;
    if (state === owner.state) return;
    owner.flipSeq += 1;
    // A flip is never dated before the one it follows, whichever probe or location was the first to see it.
    const flipAt = Math.max(at, owner.stateSinceAt);
    verdicts.flips.push({
      componentId: owner.id,
      seq: owner.flipSeq,
      from: owner.state,
      to: state,
      at: flipAt,
      decidedAt: now,
      reason,
    });
    owner.state = state;
    owner.stateSinceAt = flipAt;
  }

  function setStanding(probe: ProbeRow, standing: Standing, turn: Turn | null, reason: string | null): void {
    if (standing.fail.count > 0 && probe.standing.fail.count === 0) verdicts.stumbled.add(probe.componentId);
    probe.standing = standing;
    verdicts.standings.set(probe.id, standing);
    if (turn) flipOwner(probe, turn.at, reason);
  }

  /** What the locations of a probe say together, after one of them has another standing. */
  function settle(probe: ProbeRow, turnAt: number, reason: string | null): void {
    const all = sightsOf.get(probe.id) ?? [];
    const standing = combine(
      all.map((sight) => sight.standing),
      probe.quorum,
    );
    const { state, fail } = probe.standing;
    const hasTurned = standing.state !== state;
    if (!hasTurned && standing.fail.count === fail.count && standing.fail.sinceAt === fail.sinceAt) return;
    const views = all.map((sight) => ({ state: sight.standing.state, sinceAt: sight.standingSinceAt }));
    const at = quorumSince(views, probe.quorum, turnAt);
    setStanding(probe, standing, hasTurned ? { from: state, to: standing.state, at } : null, reason);
  }

  function setSight(sight: SightRow, change: Partial<SightRow>): void {
    Object.assign(sight, change);
    verdicts.sights.set(`${sight.probeId} ${sight.location}`, sight);
  }

  function takeHomeLook(probe: ProbeRow, { location, at, outcome, reason }: Look): void {
    if (location !== homeLocation) return;
    const { standing, turn } = judge(probe.standing, outcome, at, probe);
    if (standing !== probe.standing) setStanding(probe, standing, turn, reason);
  }

  function takeSighting(probe: ProbeRow, { location, at, outcome, latencyMs, reason }: Look): void {
    const sight = sightsOf.get(probe.id)?.find((row) => row.location === location);
    if (!sight || isLate(at, sight.at, probe.intervalMs, now)) return;
    const { standing, turn } = judge(sight.standing, outcome, at, probe);
    const standingSinceAt = turn ? turn.at : sight.standingSinceAt;
    const silentAt = now + patienceMs(probe.intervalMs);
    setSight(sight, { standing, standingSinceAt, at, outcome, latencyMs, reason, silentAt });
    settle(probe, turn?.at ?? at, reason);
  }

  return {
    verdicts,
    /** Judges one more look. Looks of one location come in the order in which they began. */
    takeLook(look: Look): void {
      const probe = probeById.get(look.probeId);
      if (!probe) return;
      if (probe.locations === null) takeHomeLook(probe, look);
      else takeSighting(probe, look);
    },
    /** Takes its vote from a location that has said nothing for too long: since its last word nothing is known. */
    takeSilence({ probeId, location }: Pick<SightRow, 'probeId' | 'location'>): void {
      const probe = probeById.get(probeId);
      const sight = sightsOf.get(probeId)?.find((row) => row.location === location);
      if (!probe || !sight || sight.silentAt === null || sight.silentAt > now) return;
      // A clock that was set back leaves instants in the future.
      const at = Math.min(now, Math.max(sight.at ?? 0, sight.standingSinceAt));
      const hadVote = sight.standing.state !== 'unknown';
      setSight(sight, {
        standing: freshStanding,
        standingSinceAt: hadVote ? at : sight.standingSinceAt,
        silentAt: null,
      });
      settle(probe, at, `location: ${location} has said nothing since its last look`);
    },
  };
}

/** Statements that write verdicts down. */
export function verdictStatements(db: Database, verdicts: Verdicts): Statement[] {
  return [
    ...[...verdicts.standings].map(([id, standing]) =>
      db.orm.update(probes).set({ standing }).where(eq(probes.id, id)),
    ),
    ...storeSights(db, [...verdicts.sights.values()]),
    ...verdicts.flips.flatMap((flip) => flipStatements(db, flip)),
  ];
}
