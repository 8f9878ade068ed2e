import { isDeepStrictEqual } from 'node:util';
import { isNotNull, lt } from 'drizzle-orm';
import type { Actor } from '#core/event.ts';
import type { Database } from './client.ts';
import {
  componentChanges,
  type DeclaredComponent,
  type DeclaredProbe,
  listComponents,
  listDependencies,
} from './components.ts';
import { listIncidents } from './incidents.ts';
import { newestSettings, readLanguages } from './languages.ts';
import { type DeclaredLocation, locationChanges } from './locations.ts';
import { listProbes, type ProbeRow } from './probes.ts';
import { components, settings } from './schema.ts';

/**
 * Everything that `status.yaml` declares: the components, and beside them settings that are kept as they are said.
 * The list of what came out of variables is not among them: it is neither kept nor shown.
 */
export type Declared = Readonly<Record<string, unknown>> & {
  readonly components: readonly DeclaredComponent[];
  /** Left out, those that are stored stay. */
  readonly locations?: readonly DeclaredLocation[];
  readonly secrets?: never;
};

/** What is declared before anything was. */
export const nothingDeclared: Declared = { components: [] };

/** Of a probe's row, what was declared; the other columns only remember. */
function declaredProbe(row: ProbeRow, slug: string): DeclaredProbe {
  const { id, kind, config, intervalMs, timeoutMs, whenDown, downAfter, upAfter, locations, quorum, listens } = row;
  const name = id.slice(slug.length + 1);
  const pace = { intervalMs, timeoutMs, whenDown, downAfter, upAfter };
  return { name, kind, config, ...pace, locations, quorum, ...(listens ? { listens } : {}) };
}

/** What is declared at present, read back from the rows. */
export async function readDeclared(db: Database): Promise<Declared> {
  const { componentTranslations: _, ...value } = (await newestSettings(db)).value;
  const { components: translationsOf } = await readLanguages(db);
  const rows = await listComponents(db);
  const slugOf = new Map(rows.map(({ id, slug }) => [id, slug]));
  const edges = Map.groupBy(await listDependencies(db), ({ from }) => from);
  const probeRows = Map.groupBy(await listProbes(db), ({ componentId }) => componentId);
  return {
    ...value,
    components: rows.map(({ id, slug, name, description, group, runsOn }) => ({
      slug,
      name,
      description,
      group,
      runsOn,
      dependsOn: (edges.get(id) ?? []).flatMap(({ to }) => slugOf.get(to) ?? []),
      translations: translationsOf[slug] ?? {},
      probes: (probeRows.get(id) ?? []).map((row) => declaredProbe(row, slug)),
    })),
  };
}

/** What is known besides of the things that a plan is about. */
export type Surroundings = {
  /** Open incidents, each with the slugs of the components that it names. */
  openIncidents: readonly { title: string; slugs: readonly string[] }[];
  /** Slugs of the components that were retired and keep their history. */
  retired: readonly string[];
};

/** Reads what a plan may have to warn about. */
export async function readSurroundings(db: Database): Promise<Surroundings> {
  const slugs = new Map((await listComponents(db)).map(({ id, slug }) => [id, slug]));
  const open = await listIncidents(db, { open: true });
  const retired = await db.orm.select().from(components).where(isNotNull(components.retiredAt));
  return {
    openIncidents: open.map((incident) => ({
      title: incident.title,
      slugs: incident.components.flatMap(({ componentId }) => slugs.get(componentId) ?? []),
    })),
    retired: retired.map(({ slug }) => slug),
  };
}

/** What the row of settings keeps: what is said beside the components, and what they are called in other languages. */
function rowValue(
  said: Readonly<Record<string, unknown>>,
  wanted: readonly DeclaredComponent[],
): Record<string, unknown> {
  const named = wanted.flatMap(({ slug, translations = {} }) =>
    Object.keys(translations).length === 0 ? [] : [[slug, translations] as const],
  );
  const value = named.length === 0 ? said : { ...said, componentTranslations: Object.fromEntries(named) };
  return JSON.parse(JSON.stringify(value));
}

export type ApplyOptions = {
  actor: Actor;
  now: number;
  /**
   * Called with what is declared until now, at the moment of the decision: throws when it must not be replaced, and
   * returns what the audit shall say.
   */
  agree?: (before: Declared) => Record<string, unknown>;
  /** Called once it is stored, before anybody hears of it. */
  committed?: () => void;
};

/**
 * Makes everything that is stored what is declared, in one batch. Nothing is written where nothing differs.
 * @returns true when something was written
 */
export async function applySettings(db: Database, declared: Declared, options: ApplyOptions): Promise<boolean> {
  const { actor, now, agree, committed } = options;
  return db.change(async () => {
    const { seq, value: stored } = await newestSettings(db);
    const detail = agree?.(await readDeclared(db)) ?? {};
    const { components: wanted, ...said } = declared;
    const value = rowValue(said, wanted);
    // Locations come first: what probes see from them refers to them.
    const changes = [
      ...(await locationChanges(db, declared.locations, now)),
      ...(await componentChanges(db, wanted, now)),
    ];
    if (changes.length === 0 && isDeepStrictEqual(stored, value)) return { statements: [], value: false };
    return {
      statements: [
        db.orm.insert(settings).values({ seq: seq + 1, value, appliedAt: now }),
        db.orm.delete(settings).where(lt(settings.seq, seq + 1)),
        ...changes,
      ],
      events: [{ type: 'settings.changed', at: now }],
      audits: [{ at: now, actor, action: 'apply', subjectKind: 'settings', subjectId: 'status.yaml', detail }],
      ...(committed ? { committed } : {}),
      value: true,
    };
  });
}
