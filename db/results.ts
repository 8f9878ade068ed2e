import { and, eq, gt, gte, inArray, sql } from 'drizzle-orm';
import { foundations } from '#core/graph.ts';
import type { ComponentState } from '#core/status.ts';
import { componentState, judge, type Outcome, type Standing } from '#core/verdict.ts';
import type { Database, EventDraft, Statement } from './client.ts';
import { type ComponentRow, listDependencies } from './components.ts';
import { isUnsettled, type ProbeRow, probesOf } from './probes.ts';
import { components, flips, probes, results } from './schema.ts';

/** What one look showed, to be stored. */
export type NewResult = {
  probeId: string;
  /** When the look began. */
  at: number;
  outcome: Outcome;
  latencyMs: number | null;
  reason: string | null;
};

/** What a batch of results means, worked out before anything is written. */
type Verdicts = {
  standings: Map<string, Standing>;
  flips: (typeof flips.$inferInsert)[];
  /** Components whose first failure in a row this is. */
  stumbled: Set<string>;
};

function judgeAll(news: readonly NewResult[], rows: readonly ProbeRow[], owners: readonly ComponentRow[], now: number) {
  const probeById = new Map(rows.map((row) => [row.id, { ...row }]));
  const ownerById = new Map(owners.map((row) => [row.id, { state: row.state, seq: row.flipSeq }]));
  const verdicts: Verdicts = { standings: new Map(), flips: [], stumbled: new Set() };
  for (const result of news.toSorted((a, b) => a.at - b.at)) {
    const probe = probeById.get(result.probeId);
    const owner = probe && ownerById.get(probe.componentId);
    if (!probe || !owner) continue;
    const { standing, turn } = judge(probe.standing, result.outcome, result.at, probe);
    if (standing === probe.standing) continue;
    if (standing.fail.count === 1 && probe.standing.fail.count === 0) verdicts.stumbled.add(probe.componentId);
    probe.standing = standing;
    verdicts.standings.set(probe.id, standing);
    if (!turn) continue;
    const siblings = [...probeById.values()].filter((row) => row.componentId === probe.componentId);
    const state = componentState(siblings.map((row) => ({ state: row.standing.state, whenDown: row.whenDown })));
    if (state === owner.state) continue;
    owner.seq += 1;
    verdicts.flips.push({
      componentId: probe.componentId,
      seq: owner.seq,
      from: owner.state,
      to: state,
      at: turn.at,
      decidedAt: now,
      reason: result.reason,
    });
    owner.state = state;
  }
  return verdicts;
}

function flipStatements(db: Database, flip: typeof flips.$inferInsert): Statement[] {
  return [
    db.orm.insert(flips).values(flip),
    db.orm
      .update(components)
      .set({ state: flip.to, stateSinceAt: flip.at, flipSeq: flip.seq, updatedAt: flip.decidedAt })
      .where(eq(components.id, flip.componentId)),
  ];
}

/**
 * Brings forward the next look at what a stumbling component stands on and at what stands on it, so that cause
 * and consequences are known at the same time. What is failing already is left to its own slots.
 */
async function hurryRelated(db: Database, stumbled: ReadonlySet<string>, now: number): Promise<Statement[]> {
  if (stumbled.size === 0) return [];
  const edges = await listDependencies(db);
  const upward = edges.map(({ from, to }) => ({ from: to, to: from }));
  const related = [...stumbled].flatMap((id) => [...foundations(id, edges), ...foundations(id, upward)]);
  if (related.length === 0) return [];
  return [
    db.orm
      .update(probes)
      .set({ nextDueAt: now })
      .where(
        and(
          inArray(probes.componentId, [...new Set(related)]),
          gt(probes.nextDueAt, now),
          sql`json_extract(${probes.standing}, '$.fail.count') = 0`,
        ),
      ),
  ];
}

/** The results that are not stored yet: a commit whose answer was lost on the way is handed in again. */
async function unknownOnes(db: Database, news: readonly NewResult[]): Promise<NewResult[]> {
  const stored = await db.orm
    .select({ probeId: results.probeId, at: results.at })
    .from(results)
    .where(
      and(
        inArray(results.probeId, [...new Set(news.map((result) => result.probeId))]),
        gte(results.at, Math.min(...news.map((result) => result.at))),
      ),
    );
  const key = ({ probeId, at }: { probeId: string; at: number }) => `${probeId} ${at}`;
  const known = new Set(stored.map(key));
  return news.filter((result) => !known.has(key(result)));
}

/**
 * The named probes whose standing their results may change, with their components: they are not simply up, or just now
 * they are not well. Probes that do not exist are not among them.
 */
async function busyProbes(db: Database, news: readonly NewResult[]): Promise<Map<string, string>> {
  const named = JSON.stringify([...new Set(news.map((result) => result.probeId))]);
  const unwell = news.filter((result) => result.outcome !== 'ok').map((result) => result.probeId);
  const rows = await db.orm.all<{ id: string; owner: string }>(sql`
    select ${probes.id} as id, ${probes.componentId} as owner from ${probes}
    where ${probes.id} in (select value from json_each(${named}))
      and (${isUnsettled} or ${probes.id} in (select value from json_each(${JSON.stringify(unwell)})))`);
  return new Map(rows.map(({ id, owner }) => [id, owner]));
}

/** Stores good results of settled probes that exist, from which nothing follows; one handed in twice is one. */
function insertCalm(db: Database, calm: readonly NewResult[]): Statement[] {
  if (calm.length === 0) return [];
  const rows = JSON.stringify(calm.map(({ probeId, at, latencyMs }) => [probeId, at, latencyMs]));
  return [
    db.orm.run(sql`
      insert into ${results} (probe_id, at, outcome, latency_ms)
      select value ->> 0, value ->> 1, 'ok', value ->> 2 from json_each(${rows})
      where exists (select 1 from ${probes} where ${probes.id} = value ->> 0)
      on conflict do nothing`),
  ];
}

/**
 * Stores a batch of results and everything that follows from it - standings, flips, events - as one batch.
 * Results of probes that no longer exist are dropped.
 */
export async function recordResults(db: Database, handedIn: readonly NewResult[], now: number): Promise<void> {
  if (handedIn.length === 0) return;
  await db.change(async () => {
    const busy = await busyProbes(db, handedIn);
    const isBusy = ({ probeId }: NewResult) => busy.has(probeId);
    const calm = insertCalm(
      db,
      handedIn.filter((result) => result.outcome === 'ok' && !isBusy(result)),
    );
    const rest = handedIn.filter(isBusy);
    const rows = rest.length === 0 ? [] : await unknownOnes(db, rest);
    if (rows.length === 0) return { statements: calm, value: undefined };
    const ownerIds = [...new Set(rows.map(({ probeId }) => busy.get(probeId) ?? ''))];
    const owners = await db.orm.select().from(components).where(inArray(components.id, ownerIds));
    const verdicts = judgeAll(rows, await probesOf(db, ownerIds), owners, now);
    return {
      statements: [
        ...calm,
        db.orm.insert(results).values(rows),
        ...[...verdicts.standings].map(([id, standing]) =>
          db.orm.update(probes).set({ standing }).where(eq(probes.id, id)),
        ),
        ...verdicts.flips.flatMap((flip) => flipStatements(db, flip)),
        ...(await hurryRelated(db, verdicts.stumbled, now)),
      ],
      events: verdicts.flips.map(
        (flip): EventDraft => ({ type: 'component.changed', at: now, componentId: flip.componentId }),
      ),
      value: undefined,
    };
  });
}

/** Statements that turn a component nobody probes, on the word of staff. */
export function declareState(db: Database, component: ComponentRow, to: ComponentState, now: number): Statement[] {
  if (component.state === to) return [];
  return flipStatements(db, {
    componentId: component.id,
    seq: component.flipSeq + 1,
    from: component.state,
    to,
    at: now,
    decidedAt: now,
    handledAt: now,
  });
}
