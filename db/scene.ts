import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import { type AutomaticWords, automaticText, type Finding } from '#core/automaticWords.ts';
import type { Actor } from '#core/event.ts';
import { defaultFlapThresholds, type FlapThresholds } from '#core/flap.ts';
import type { Dependency, Explanation } from '#core/graph.ts';
import type { Locale, TranslatedText } from '#core/locale.ts';
import { isOwed, wordLimit } from '#core/quiet.ts';
import type { Change, Database, Statement } from './client.ts';
import { type ComponentRow, listComponents, listDependencies } from './components.ts';
import { findFlapping } from './flapping.ts';
import { type IncidentDetail, listIncidents, withDetails } from './incidents.ts';
import { addUpdate, record, type UpdateDraft } from './incidentWords.ts';
import { type Languages, readLanguages } from './languages.ts';
import { probedComponents, probesOf, type StumblingProbe, stumblingProbes } from './probes.ts';
import { flips, incidents } from './schema.ts';
import { countWords } from './wordCount.ts';

/** What the probes may do on their own. */
export type IncidentPolicy = {
  /** `publish`: an outage opens an incident with a first post. `off`: staff open incidents. */
  openIncidents: 'publish' | 'off';
  /** What happens when all is back: `resolve` closes an incident no person has written to; `monitor` leaves it to staff. */
  onRecovery: 'resolve' | 'monitor';
  /** Minutes until the next update, promised with the first post; null promises nothing. */
  nextUpdateMinutes: number | null;
  /** When a component counts as flapping; default: `defaultFlapThresholds`. */
  flapping?: FlapThresholds;
};

export type FlipRow = typeof flips.$inferSelect;

/** Everything that a decision about flips needs to see, read at one moment. */
export type Scene = {
  policy: IncidentPolicy;
  /** In the order in which they were decided. */
  unhandled: FlipRow[];
  components: Map<string, ComponentRow>;
  dependencies: Dependency[];
  stumbling: StumblingProbe[];
  /** Ids of the components that are looked at. */
  probed: ReadonlySet<string>;
  open: IncidentDetail[];
  /** Incidents of which subscribers believe what is no longer so. */
  owed: IncidentDetail[];
  /** Ids of the components that flap now. */
  flapping: ReadonlySet<string>;
  /** How often the probes spoke of a component lately. */
  words: ReadonlyMap<string, number>;
  languages: Languages;
  now: number;
};

export const probeActor: Actor = { kind: 'probe' };

/** Reads what there is to decide on. */
export async function readScene(db: Database, policy: IncidentPolicy, now: number): Promise<Scene> {
  const unhandled = await db.orm
    .select()
    .from(flips)
    .where(isNull(flips.handledAt))
    .orderBy(flips.decidedAt, flips.seq);
  const components = await listComponents(db);
  const turned = new Set(unhandled.map((row) => row.componentId));
  const doubtful = components.filter((row) => turned.has(row.id) || row.flappingSinceAt !== null);
  const watching = await probesOf(
    db,
    doubtful.map((row) => row.id),
  );
  const owed = await db.orm.select().from(incidents).where(isNotNull(incidents.quietSinceAt));
  return {
    policy,
    unhandled,
    components: new Map(components.map((row) => [row.id, row])),
    dependencies: await listDependencies(db),
    stumbling: await stumblingProbes(db),
    probed: await probedComponents(db),
    open: await listIncidents(db, { open: true }),
    owed: await withDetails(db, owed),
    flapping: await findFlapping(db, doubtful, watching, policy.flapping ?? defaultFlapThresholds, now),
    words: await countWords(db, now),
    languages: await readLanguages(db),
    now,
  };
}

/** What a sentence of one language calls things: components by name, in the order of the page. */
type Naming = { names: (ids: readonly string[]) => string[]; finding: (explanation: Explanation) => Finding };

function naming({ components, languages }: Scene, locale: Locale): Naming {
  const place = new Map([...components.keys()].map((id, index) => [id, index]));
  const placeOf = (id: string) => place.get(id) ?? place.size;
  const name = (id: string) => {
    const row = components.get(id);
    return row === undefined ? id : (languages.components[row.slug]?.[locale]?.name ?? row.name);
  };
  const names = (ids: readonly string[]) => ids.toSorted((a, b) => placeOf(a) - placeOf(b)).map(name);
  return {
    names,
    finding: ({ cause, suspected, affected }) => ({ cause: name(cause), suspected, affected: names(affected) }),
  };
}

/** A sentence of the probes in every language of the page. */
export function inEveryLanguage(
  scene: Scene,
  write: (words: AutomaticWords, naming: Naming) => string,
): TranslatedText {
  return automaticText(scene.languages.locales, (words, locale) => write(words, naming(scene, locale)));
}

/** What an incident with this explanation names, and in which states. */
export function rolesOf(explanation: Explanation, scene: Scene) {
  const state = (id: string) => scene.components.get(id)?.state ?? 'unknown';
  return [
    {
      componentId: explanation.cause,
      role: explanation.suspected ? ('suspected' as const) : ('cause' as const),
      state: state(explanation.cause),
    },
    ...explanation.affected.map((id) => ({ componentId: id, role: 'affected' as const, state: state(id) })),
  ];
}

/** Marks the newest look at these flips as done; a flip that came meanwhile stays in the queue. */
export function handled(db: Database, rows: readonly FlipRow[], now: number): Statement[] {
  return rows.map((row) =>
    db.orm
      .update(flips)
      .set({ handledAt: now })
      .where(and(eq(flips.componentId, row.componentId), eq(flips.seq, row.seq), isNull(flips.handledAt))),
  );
}

/** The components that an incident is about: what is only suspected was not seen to fail. */
export function namedIn(incident: Pick<IncidentDetail, 'components'>): string[] {
  return incident.components.filter((row) => row.role !== 'suspected').map((row) => row.componentId);
}

/** True when a word about these would be one too many: all of them flap, or were spoken of enough lately. */
export function isHushed(ids: readonly string[], scene: Scene): boolean {
  return ids.length > 0 && ids.every((id) => scene.flapping.has(id) || (scene.words.get(id) ?? 0) >= wordLimit);
}

/** True for a word that changes nothing in what subscribers believe of an incident whose last words were quiet. */
function isOldNews(incident: IncidentDetail, draft: Pick<UpdateDraft, 'status'>): boolean {
  return incident.quietSinceAt !== null && !isOwed(incident.heardStatus, draft.status);
}

/** An update by the probes, quiet when subscribers need not hear it now. */
export function say(
  db: Database,
  incident: IncidentDetail,
  draft: Omit<UpdateDraft, 'automatic' | 'quiet'>,
  statements: Statement[],
  scene: Scene,
): Change<boolean> {
  const { now } = scene;
  const quiet = isHushed(namedIn(incident), scene) || isOldNews(incident, draft);
  const added = addUpdate(db, incident, { ...draft, automatic: true, quiet }, now);
  const type = draft.status === 'resolved' ? 'incident.resolved' : 'incident.updated';
  return {
    statements: [...added.statements, ...statements],
    ...record(type, incident.id, added.updateId, probeActor, now, { quiet }),
    value: true,
  };
}
