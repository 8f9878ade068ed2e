import { and, gt, inArray, sql } from 'drizzle-orm';
import { foundations } from '#core/graph.ts';
import { homeLocation } from '#core/location.ts';
import { isHeld } from '#core/maintenance.ts';
import type { ComponentState } from '#core/status.ts';
import type { Database, EventDraft, Statement } from './client.ts';
import { type ComponentRow, listDependencies } from './components.ts';
import { isUnsettled, probesOf } from './probes.ts';
import { components, probes, results } from './schema.ts';
import { listSilent, sightsOf } from './sights.ts';
import { flipStatements } from './turns.ts';
import { type Known, type Look, openVerdicts, type Verdicts, verdictStatements } from './verdicts.ts';

/** What one look showed, to be stored. Without a location it was the server that looked. */
export type NewResult = Omit<Look, 'location'> & Partial<Pick<Look, 'location'>>;

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
async function unknownOnes(db: Database, news: readonly Look[]): Promise<Look[]> {
  const keys = JSON.stringify(news.map(({ probeId, at, location }) => [probeId, at, location]));
  // Joined in this order, each is one search in the unique index; a list of tuples would read all results of a probe.
  const stored = await db.orm.all<Pick<Look, 'probeId' | 'at' | 'location'>>(sql`
    select ${results.probeId} as "probeId", ${results.at} as "at", ${results.location} as "location"
    from json_each(${keys}) as handed cross join ${results}
      on ${results.probeId} = handed.value ->> 0 and ${results.at} = handed.value ->> 1
        and ${results.location} = handed.value ->> 2`);
  const keyOf = ({ probeId, at, location }: Pick<Look, 'probeId' | 'at' | 'location'>) =>
    `${probeId} ${at} ${location}`;
  const known = new Set(stored.map(keyOf));
  return news.filter((look) => {
    const isNew = !known.has(keyOf(look));
    known.add(keyOf(look));
    return isNew;
  });
}

/** Everything that judging looks with these probes needs to see. */
async function readKnown(db: Database, probeIds: readonly string[]): Promise<Known> {
  const named = await db.orm
    .select({ id: probes.id, componentId: probes.componentId, locations: probes.locations })
    .from(probes)
    .where(inArray(probes.id, [...new Set(probeIds)]));
  const ownerIds = [...new Set(named.map((row) => row.componentId))];
  return {
    probes: await probesOf(db, ownerIds),
    owners: await db.orm.select().from(components).where(inArray(components.id, ownerIds)),
    sights: await sightsOf(
      db,
      named.filter((row) => row.locations !== null).map((row) => row.id),
    ),
  };
}

function flipEvents(verdicts: Verdicts, now: number): EventDraft[] {
  return verdicts.flips.map((flip) => ({ type: 'component.changed', at: now, componentId: flip.componentId }));
}

/**
 * The named probes whose standing their results may change: they are not simply up, just now they are not well, or
 * several locations look with them. Probes that do not exist are not among them.
 */
async function busyProbes(db: Database, news: readonly Look[]): Promise<Set<string>> {
  const named = JSON.stringify([...new Set(news.map((result) => result.probeId))]);
  const isPlain = ({ outcome, location }: Look) => outcome === 'ok' && location === homeLocation;
  const unwell = news.filter((result) => !isPlain(result)).map((result) => result.probeId);
  const rows = await db.orm.all<{ id: string }>(sql`
    select ${probes.id} as id from ${probes}
    where ${probes.id} in (select value from json_each(${named}))
      and (${isUnsettled} or ${probes.locations} is not null or ${probes.id} in (select value from json_each(${JSON.stringify(unwell)})))`);
  return new Set(rows.map(({ id }) => id));
}

/** Stores good results of settled probes that exist, from which nothing follows; one handed in twice is one. */
function insertCalm(db: Database, calm: readonly Look[]): Statement[] {
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
    const looks = handedIn.map(({ location = homeLocation, ...result }) => ({ ...result, location }));
    const busy = await busyProbes(db, looks);
    const isBusy = ({ probeId }: Look) => busy.has(probeId);
    const calm = insertCalm(
      db,
      looks.filter((look) => look.outcome === 'ok' && look.location === homeLocation && !isBusy(look)),
    );
    const rest = looks.filter(isBusy);
    const rows = rest.length === 0 ? [] : await unknownOnes(db, rest);
    if (rows.length === 0) return { statements: calm, value: undefined };
    const known = await readKnown(
      db,
      rows.map((result) => result.probeId),
    );
    const { verdicts, takeLook } = openVerdicts(known, now);
    for (const look of rows.toSorted((a, b) => a.at - b.at)) takeLook(look);
    return {
      statements: [
        ...calm,
        db.orm.insert(results).values(rows),
        ...verdictStatements(db, verdicts),
        ...(await hurryRelated(db, verdicts.stumbled, now)),
      ],
      events: flipEvents(verdicts, now),
      value: undefined,
    };
  });
}

/**
 * Takes their vote from the locations that have said nothing for too long, and turns what hung on it.
 * @returns how many sights that were
 */
export async function recordSilence(db: Database, now: number): Promise<number> {
  // Asked outside the queue of writers first: there is nearly always nothing to do.
  if ((await listSilent(db, now)).length === 0) return 0;
  return db.change(async () => {
    const silent = await listSilent(db, now);
    const known = await readKnown(
      db,
      silent.map((sight) => sight.probeId),
    );
    const { verdicts, takeSilence } = openVerdicts(known, now);
    for (const sight of silent) takeSilence(sight);
    return { statements: verdictStatements(db, verdicts), events: flipEvents(verdicts, now), value: silent.length };
  });
}

/** Statements that turn a component nobody probes, on the word of staff; while planned work holds it, none. */
export function declareState(db: Database, component: ComponentRow, to: ComponentState, now: number): Statement[] {
  if (component.state === to || isHeld(component)) return [];
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
