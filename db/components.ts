import { isDeepStrictEqual } from 'node:util';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Dependency } from '#core/graph.ts';
import { freshHearing } from '#core/hearing.ts';
import type { ComponentTranslations } from '#core/locale.ts';
import { isHeld } from '#core/maintenance.ts';
import type { ComponentState } from '#core/status.ts';
import { blindState, componentState, freshStanding, type Standing } from '#core/verdict.ts';
import type { Database, Statement } from './client.ts';
import { newId } from './id.ts';
import { firstDueAt, type ProbeRow } from './probes.ts';
import { components, dependencies, flips, pings, probes } from './schema.ts';
import { sightChanges } from './sights.ts';
import { flipStatements } from './turns.ts';

/** A probe as declared, its settings already parsed by its kind. */
export type DeclaredProbe = {
  name: string;
  kind: string;
  config: unknown;
  whenDown: ComponentState;
  intervalMs: number;
  timeoutMs: number;
  downAfter: number;
  upAfter: number;
  /** Names of the locations it looks from; null or absent: from the server alone. */
  locations?: readonly string[] | null;
  /** How many locations must agree; null or absent: the majority of those that have a word. */
  quorum?: number | null;
  /** True when it waits for pings instead of looking; left out, it looks. */
  listens?: boolean;
};

/** A component as declared, with what it stands on (slugs) and how it is looked at. */
export type DeclaredComponent = {
  slug: string;
  name: string;
  description: string | null;
  group: string | null;
  dependsOn: readonly string[];
  /** The places it runs on; none when left out. */
  runsOn?: readonly string[];
  /** What it is called in other languages. They are kept in the row of settings, beside the languages of the page. */
  translations?: ComponentTranslations;
  probes: readonly DeclaredProbe[];
};

export type ComponentRow = typeof components.$inferSelect;

/** What is stored, retired or not: components by slug, probes by id. */
type Stored = { components: Map<string, ComponentRow>; probes: Map<string, ProbeRow>; now: number };

/** True when the row says all of this already. Columns that are not declared are nobody's business here. */
function says(row: object, declared: object): boolean {
  return Object.entries(JSON.parse(JSON.stringify(declared))).every(([key, value]) =>
    isDeepStrictEqual(Reflect.get(row, key), value),
  );
}

function componentStatements(db: Database, declared: DeclaredComponent, position: number, id: string, stored: Stored) {
  const { slug, name, description, group, probes: declaredProbes, runsOn = [] } = declared;
  const { now } = stored;
  const row = stored.components.get(slug);
  const set = { name, description, group, runsOn, position, retiredAt: null };
  if (row && says(row, set)) return [];
  // A component nobody probes works until staff say otherwise; a probed one is unknown until it was seen.
  const state: ComponentState = declaredProbes.length === 0 ? 'operational' : 'unknown';
  return [
    db.orm
      .insert(components)
      .values({ id, slug, ...set, state, stateSinceAt: now, createdAt: now, updatedAt: now })
      .onConflictDoUpdate({ target: components.slug, set: { ...set, updatedAt: now } }),
    ...(row === undefined && state === 'operational'
      ? [
          db.orm
            .insert(flips)
            .values({ componentId: id, seq: 0, from: 'unknown', to: state, at: now, decidedAt: now, handledAt: now })
            .onConflictDoNothing(),
        ]
      : []),
  ];
}

/** While a probe was retired nobody took its pings: it begins anew, after those that it has heard. */
function hearingAnew(probeId: string) {
  const newest = sql`(select coalesce(max(id), 0) from ${pings} where ${pings.probeId} = ${probeId})`;
  return sql`json_set(${JSON.stringify(freshHearing)}, '$.pingId', ${newest})`;
}

/**
 * What a probe has seen holds for what it looked at. Another rhythm or threshold leaves its standing alone; another
 * kind or other settings of the kind ask a new question, which is asked at once and answered from nothing.
 */
function standingFor(probe: DeclaredProbe, row: ProbeRow | undefined): Standing {
  if (row?.retiredAt !== null || row.kind !== probe.kind) return freshStanding;
  // What a job said is known by any settings; they only judge it anew.
  return probe.listens || says(row, { config: probe.config }) ? row.standing : freshStanding;
}

function dueAt(probe: DeclaredProbe, id: string, row: ProbeRow | undefined, now: number): number {
  // What was said to a listening probe is heard first; a look takes its turn.
  if (probe.listens) return now;
  const first = firstDueAt(id, probe.intervalMs, now);
  if (row === undefined || row.retiredAt !== null) return first;
  return standingFor(probe, row) === row.standing ? Math.min(first, Math.max(row.nextDueAt, now)) : now;
}

function probeStatements(db: Database, componentId: string, slug: string, probe: DeclaredProbe, stored: Stored) {
  const { name, locations = null, quorum = null, listens = false, ...settings } = probe;
  const id = `${slug}/${name}`;
  const row = stored.probes.get(id);
  const set = { ...settings, locations, quorum, listens, componentId, retiredAt: null };
  if (row && says(row, set)) return [];
  const values = { ...set, nextDueAt: dueAt(probe, id, row, stored.now), standing: standingFor(probe, row) };
  return [
    db.orm
      .insert(probes)
      .values({ id, ...values })
      .onConflictDoUpdate({
        target: probes.id,
        set: row?.retiredAt ? { ...values, hearing: hearingAnew(id) } : values,
      }),
  ];
}

/** What a component is once its probes are these. What none of them has seen yet, it stays, and a new question is no answer. */
function stateUnder(declared: DeclaredComponent, row: ComponentRow, stored: Stored): ComponentState {
  const before = [...stored.probes.values()].filter((probe) => probe.componentId === row.id && !probe.retiredAt);
  const after = declared.probes.map((probe) => {
    const standing = standingFor(probe, stored.probes.get(`${declared.slug}/${probe.name}`));
    return { state: standing.state, whenDown: probe.whenDown };
  });
  if (after.length === 0) return before.length === 0 && row.retiredAt === null ? row.state : 'operational';
  const seen = componentState(after);
  const isAsking = after.some(({ state }) => state === 'unknown');
  return seen === 'unknown' || (isAsking && blindState(row.state, seen) === 'unknown') ? row.state : seen;
}

function turn(db: Database, row: ComponentRow, to: ComponentState, now: number, handledAt: number | null): Statement[] {
  if (row.state === to) return [];
  const flip = { componentId: row.id, seq: row.flipSeq + 1, from: row.state, to, at: now, decidedAt: now, handledAt };
  return flipStatements(db, { ...flip, reason: 'settings: it is looked at in another way' });
}

/** Nobody looks any more: from here on its state is unknown, whatever it was, should it come back. */
function retire(db: Database, row: ComponentRow, now: number): Statement[] {
  return [
    ...turn(db, row, 'unknown', now, now),
    db.orm.update(components).set({ retiredAt: now, updatedAt: now }).where(eq(components.id, row.id)),
  ];
}

async function dependencyStatements(
  db: Database,
  declared: readonly DeclaredComponent[],
  id: (slug: string) => string,
) {
  const key = ({ from, to }: Dependency) => `${from} ${to}`;
  const wanted = declared.flatMap(({ slug, dependsOn }) => dependsOn.map((to) => ({ from: id(slug), to: id(to) })));
  const stored = await listDependencies(db);
  const wantedKeys = new Set(wanted.map(key));
  const storedKeys = new Set(stored.map(key));
  const added = wanted.filter((edge) => !storedKeys.has(key(edge)));
  return [
    ...stored
      .filter((edge) => !wantedKeys.has(key(edge)))
      .map(({ from, to }) =>
        db.orm.delete(dependencies).where(and(eq(dependencies.fromId, from), eq(dependencies.toId, to))),
      ),
    ...(added.length > 0
      ? [db.orm.insert(dependencies).values(added.map(({ from, to }) => ({ fromId: from, toId: to })))]
      : []),
  ];
}

/**
 * Decides what makes the stored components, dependencies and probes those that are declared; nothing where they are.
 * What is no longer declared is retired: it leaves the page and keeps its history.
 */
export async function componentChanges(
  db: Database,
  declared: readonly DeclaredComponent[],
  now: number,
): Promise<Statement[]> {
  const stored: Stored = {
    components: new Map((await db.orm.select().from(components)).map((row) => [row.slug, row])),
    probes: new Map((await db.orm.select().from(probes)).map((row) => [row.id, row])),
    now,
  };
  const idOf = new Map(declared.map(({ slug }) => [slug, stored.components.get(slug)?.id ?? newId()]));
  const id = (slug: string) => idOf.get(slug) ?? slug;
  const probeIds = new Set(declared.flatMap(({ slug, probes }) => probes.map(({ name }) => `${slug}/${name}`)));
  const goneProbes = [...stored.probes.values()].filter((row) => !row.retiredAt && !probeIds.has(row.id));
  return [
    ...declared.flatMap((component, index) =>
      componentStatements(db, component, index + 1, id(component.slug), stored),
    ),
    ...[...stored.components.values()]
      .filter((row) => !row.retiredAt && !idOf.has(row.slug))
      .flatMap((row) => retire(db, row, now)),
    ...declared.flatMap((component) => {
      const row = stored.components.get(component.slug);
      return row && !isHeld(row) ? turn(db, row, stateUnder(component, row, stored), now, null) : [];
    }),
    ...declared.flatMap(({ slug, probes }) =>
      probes.flatMap((probe) => probeStatements(db, id(slug), slug, probe, stored)),
    ),
    ...goneProbes.map((row) => db.orm.update(probes).set({ retiredAt: now }).where(eq(probes.id, row.id))),
    ...(await sightChanges(db, declared, now)),
    ...(await dependencyStatements(db, declared, id)),
  ];
}

/** The components on the page, in its order. */
export async function listComponents(db: Database): Promise<ComponentRow[]> {
  return db.orm.select().from(components).where(isNull(components.retiredAt)).orderBy(components.position);
}

/** Who stands on whom, by component id. */
export async function listDependencies(db: Database): Promise<Dependency[]> {
  return db.orm.select({ from: dependencies.fromId, to: dependencies.toId }).from(dependencies);
}
