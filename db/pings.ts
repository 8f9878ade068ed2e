import { and, asc, between, desc, eq, gt, isNull, lte, sql } from 'drizzle-orm';
import { DomainError } from '#core/error.ts';
import type { Actor } from '#core/event.ts';
import type { Hearing, Ping, Signal } from '#core/hearing.ts';
import type { Database, Statement } from './client.ts';
import { findProbe, type ProbeRow } from './probes.ts';
import { pings, probes, results } from './schema.ts';

/** Pings kept of each probe. */
const keptPings = 100;

/** Pings judged in one go; their bodies are read into memory. */
const judgedAtOnce = 10;

/** How far ahead of its clock a ping may be moved so that it has an instant of its own. */
const crowdMs = 1_000;

/** What a job said. */
export type NewPing = {
  signal: Signal;
  exitCode: number | null;
  runId: string | null;
  /** What was kept of its body; null when there was none. */
  body: Uint8Array | null;
  isCut: boolean;
  /** As the sender says; null when it does not. */
  runMs: number | null;
};

/** The first instant from `now` on that no ping and no result of this probe has taken: its own result will stand there. */
export async function freeInstant(db: Database, probeId: string, now: number): Promise<number> {
  const pinged = await db.orm
    .select({ at: pings.at })
    .from(pings)
    .where(and(eq(pings.probeId, probeId), between(pings.at, now, now + crowdMs)));
  const judged = await db.orm
    .select({ at: results.at })
    .from(results)
    .where(and(eq(results.probeId, probeId), between(results.at, now, now + crowdMs)));
  const instants = new Set([...pinged, ...judged].map(({ at }) => at));
  let at = now;
  while (instants.has(at)) at += 1;
  return at;
}

/** Drops all but the newest pings, but none that is not judged yet. */
function forgetOld(db: Database, probeId: string): Statement {
  const newest = sql`(select id from ${pings} where ${pings.probeId} = ${probeId}
    order by id desc limit 1 offset ${keptPings})`;
  const judged = sql`(select coalesce(json_extract(${probes.hearing}, '$.pingId'), 0) from ${probes}
    where ${probes.id} = ${probeId})`;
  return db.orm.delete(pings).where(and(eq(pings.probeId, probeId), lte(pings.id, newest), lte(pings.id, judged)));
}

/**
 * Stores a ping and makes its probe due, in one batch: once this returns, the word is kept and will be judged.
 * @throws DomainError `not_found` when the probe is retired, does not listen, or was never there
 */
export async function recordPing(db: Database, probeId: string, ping: NewPing, now: number): Promise<void> {
  await db.change(async () => {
    const probe = await findProbe(db, probeId);
    if (!probe?.listens || probe.retiredAt !== null) throw new DomainError('not_found', 'There is nothing here.');
    const { body, ...rest } = ping;
    const at = await freeInstant(db, probeId, now);
    return {
      statements: [
        db.orm.insert(pings).values({ probeId, at, ...rest, body: body === null ? null : Buffer.from(body) }),
        db.orm.update(probes).set({ nextDueAt: now }).where(eq(probes.id, probeId)),
        forgetOld(db, probeId),
      ],
      value: undefined,
    };
  });
}

/** Bodies are text for those who read them; what is no UTF-8 is shown as such. */
function textOf(body: Buffer | null): string | null {
  return body === null ? null : new TextDecoder().decode(body);
}

/** The oldest pings of a probe after the given one, with their bodies, and whether these are all there are. */
export async function pingsAfter(
  db: Database,
  probeId: string,
  pingId: number,
): Promise<{ pings: Ping[]; isAll: boolean }> {
  const rows = await db.orm
    .select()
    .from(pings)
    .where(and(eq(pings.probeId, probeId), gt(pings.id, pingId)))
    .orderBy(asc(pings.id))
    .limit(judgedAtOnce + 1);
  const judged = rows.slice(0, judgedAtOnce);
  return { pings: judged.map((row) => ({ ...row, body: textOf(row.body) })), isAll: rows.length <= judgedAtOnce };
}

/** The pings of a probe up to the given one, without their bodies, oldest first. */
export async function pingsUpTo(db: Database, probeId: string, pingId: number): Promise<Ping[]> {
  const { id, at, signal, exitCode, runId, isCut } = pings;
  const rows = await db.orm
    .select({ id, at, signal, exitCode, runId, isCut })
    .from(pings)
    .where(and(eq(pings.probeId, probeId), lte(pings.id, pingId)))
    .orderBy(desc(pings.id))
    .limit(keptPings);
  return rows.toReversed().map((row) => ({ ...row, body: null }));
}

/** What a judgement leaves behind. */
export type Settlement = {
  probeId: string;
  /** What the judgement began with: somebody else who was faster wins. */
  before: Hearing | null;
  after: Hearing;
  /** When silence is to be judged again. */
  nextDueAt: number;
  /** How long the runs took that ended, by ping id. */
  runs: ReadonlyMap<number, number>;
};

/** Keeps what a judgement came to. A ping that arrived meanwhile makes the probe due at once. */
export async function settleHearing(db: Database, settlement: Settlement, now: number): Promise<void> {
  const { probeId, before, after, nextDueAt, runs } = settlement;
  const unheard = sql`exists (select 1 from ${pings} where ${pings.probeId} = ${probeId} and ${pings.id} > ${after.pingId})`;
  await db.change(async () => ({
    statements: [
      ...[...runs].map(([id, runMs]) =>
        db.orm
          .update(pings)
          .set({ runMs })
          .where(and(eq(pings.id, id), isNull(pings.runMs))),
      ),
      db.orm
        .update(probes)
        .set({ hearing: after, nextDueAt: sql`iif(${unheard}, ${now}, ${nextDueAt})` })
        .where(
          and(eq(probes.id, probeId), sql`${probes.hearing} is ${before === null ? null : JSON.stringify(before)}`),
        ),
    ],
    value: undefined,
  }));
}

/** When each probe that hears pings last heard one, by probe id. */
export async function lastPings(db: Database): Promise<Map<string, number>> {
  // Within one table drizzle leaves the table's name away, and `id` would be the ping's own.
  const at = sql<number | null>`(select at from ping where probe_id = probe.id order by id desc limit 1)`;
  const rows = await db.orm.select({ id: probes.id, at }).from(probes).where(isNull(probes.retiredAt));
  return new Map(rows.flatMap((row) => (row.at === null ? [] : [[row.id, row.at]])));
}

/**
 * A probe that is there and listens.
 * @throws DomainError `not_found` when there is none of that id, `invalid` when it does not listen
 */
export async function listeningProbe(db: Database, probeId: string): Promise<ProbeRow> {
  const probe = await findProbe(db, probeId);
  if (!probe || probe.retiredAt !== null)
    throw new DomainError('not_found', `There is no probe "${probeId}"; see "intermission probe list".`);
  if (!probe.listens)
    throw new DomainError('invalid', `The probe "${probeId}" looks by itself (kind ${probe.kind}) and takes no pings.`);
  return probe;
}

/**
 * Gives a probe another address for its pings; the old one answers nobody from now on.
 * @returns the version of the new one
 * @throws DomainError `not_found` when there is no such probe, `invalid` when it does not listen
 */
export async function rotateToken(db: Database, probeId: string, actor: Actor, now: number): Promise<number> {
  return db.change(async () => {
    const probe = await listeningProbe(db, probeId);
    const tokenVersion = probe.tokenVersion + 1;
    return {
      statements: [db.orm.update(probes).set({ tokenVersion }).where(eq(probes.id, probeId))],
      audits: [{ at: now, actor, action: 'rotate', subjectKind: 'probe', subjectId: probeId }],
      value: tokenVersion,
    };
  });
}
