import { createHash } from 'node:crypto';
import { and, isNull, notInArray, sql } from 'drizzle-orm';
import type { Actor } from '#core/event.ts';
import type { Dependency } from '#core/graph.ts';
import { freshHearing } from '#core/hearing.ts';
import type { ComponentState } from '#core/status.ts';
import { freshStanding } from '#core/verdict.ts';
import type { Database, Statement } from './client.ts';
import { newId } from './id.ts';
import { components, dependencies, flips, pings, probes } from './schema.ts';
import { sightStatements } from './sights.ts';

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
  probes: readonly DeclaredProbe[];
};

export type ComponentRow = typeof components.$inferSelect;

/** Spreads the first looks over one interval, the same way at each start. */
function firstDueAt(probeId: string, intervalMs: number, now: number): number {
  return now + (createHash('sha256').update(probeId).digest().readUInt32BE(0) % intervalMs);
}

function componentStatements(db: Database, declared: DeclaredComponent, position: number, id: string, now: number) {
  const { slug, name, description, group, runsOn = [] } = declared;
  // A component nobody probes works until staff say otherwise; a probed one is unknown until it was seen.
  const state: ComponentState = declared.probes.length === 0 ? 'operational' : 'unknown';
  return [
    db.orm
      .insert(components)
      .values({
        id,
        slug,
        name,
        description,
        group,
        position,
        runsOn,
        state,
        stateSinceAt: now,
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoUpdate({
        target: components.slug,
        set: { name, description, group, position, runsOn, updatedAt: now, retiredAt: null },
        setWhere: sql`${components.name} is not ${name} or ${components.description} is not ${description}
          or ${components.group} is not ${group} or ${components.position} is not ${position}
          or ${components.runsOn} is not ${JSON.stringify(runsOn)}
          or ${components.retiredAt} is not null`,
      }),
    ...(state === 'operational'
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

function probeStatement(db: Database, componentId: string, slug: string, probe: DeclaredProbe, now: number): Statement {
  const { name, locations = null, quorum = null, listens = false, ...rest } = probe;
  const settings = { ...rest, locations, quorum, listens };
  const id = `${slug}/${name}`;
  // What was said to a listening probe before the stop is heard first; a look takes its turn.
  const nextDueAt = listens ? now : firstDueAt(id, probe.intervalMs, now);
  return db.orm
    .insert(probes)
    .values({ id, componentId, ...settings, nextDueAt, standing: freshStanding })
    .onConflictDoUpdate({
      target: probes.id,
      set: {
        ...settings,
        componentId,
        nextDueAt,
        retiredAt: null,
        hearing: sql`iif(${probes.retiredAt} is null, ${probes.hearing}, ${hearingAnew(id)})`,
      },
    });
}

/**
 * Makes the stored components, dependencies and probes those that are declared. What is no longer declared is
 * retired: it leaves the page and keeps its history.
 */
export async function applyComponents(
  db: Database,
  declared: readonly DeclaredComponent[],
  actor: Actor,
  now: number,
): Promise<void> {
  await db.change(async () => {
    const known = new Map((await db.orm.select().from(components)).map((row) => [row.slug, row.id]));
    const idOf = new Map(declared.map(({ slug }) => [slug, known.get(slug) ?? newId()]));
    const id = (slug: string) => idOf.get(slug) ?? slug;
    const slugs = [...idOf.keys()];
    const probeIds = declared.flatMap(({ slug, probes }) => probes.map((probe) => `${slug}/${probe.name}`));
    const edges = declared.flatMap(({ slug, dependsOn }) =>
      dependsOn.map((to) => ({ fromId: id(slug), toId: id(to) })),
    );
    const statements: Statement[] = [
      ...declared.flatMap((component, index) => componentStatements(db, component, index + 1, id(component.slug), now)),
      db.orm
        .update(components)
        .set({ retiredAt: now, updatedAt: now })
        .where(and(isNull(components.retiredAt), notInArray(components.slug, slugs))),
      ...declared.flatMap(({ slug, probes }) => probes.map((probe) => probeStatement(db, id(slug), slug, probe, now))),
      db.orm
        .update(probes)
        .set({ retiredAt: now })
        .where(and(isNull(probes.retiredAt), notInArray(probes.id, probeIds))),
      ...sightStatements(db, declared, now),
      db.orm.delete(dependencies),
      ...(edges.length > 0 ? [db.orm.insert(dependencies).values(edges)] : []),
    ];
    return {
      statements,
      events: [{ type: 'settings.changed', at: now }],
      audits: [
        { at: now, actor, action: 'apply', subjectKind: 'settings', subjectId: 'components', detail: { slugs } },
      ],
      value: undefined,
    };
  });
}

/** The components on the page, in its order. */
export async function listComponents(db: Database): Promise<ComponentRow[]> {
  return db.orm.select().from(components).where(isNull(components.retiredAt)).orderBy(components.position);
}

/** Who stands on whom, by component id. */
export async function listDependencies(db: Database): Promise<Dependency[]> {
  return db.orm.select({ from: dependencies.fromId, to: dependencies.toId }).from(dependencies);
}
