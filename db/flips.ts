import { and, eq, isNull } from 'drizzle-orm';
import type { Actor } from '#core/event.ts';
import { type Dependency, type Explanation, explain, foundations } from '#core/graph.ts';
import {
  automaticCausePost,
  automaticFirstPost,
  automaticRecoveryPost,
  automaticRelapsePost,
  automaticTitle,
  type Finding,
  impactOf,
} from '#core/incident.ts';
import { isOut } from '#core/status.ts';
import { isPending } from '#core/verdict.ts';
import type { Change, Database, Statement } from './client.ts';
import { type ComponentRow, listComponents, listDependencies } from './components.ts';
import {
  addUpdate,
  type IncidentDetail,
  listIncidents,
  newIncidentRow,
  record,
  type UpdateDraft,
} from './incidents.ts';
import { probedComponents, type StumblingProbe, stumblingProbes } from './probes.ts';
import { flips, incidentComponents, incidents } from './schema.ts';

/** What the probes may do on their own. */
export type IncidentPolicy = {
  /** `publish`: an outage opens an incident with a first post. `off`: staff open incidents. */
  openIncidents: 'publish' | 'off';
  /** What happens when all is back: `resolve` closes an incident no person has written to; `monitor` leaves it to staff. */
  onRecovery: 'resolve' | 'monitor';
  /** Minutes until the next update, promised with the first post; null promises nothing. */
  nextUpdateMinutes: number | null;
};

export type FlipRow = typeof flips.$inferSelect;

/** Everything that a decision about flips needs to see, read at one moment. */
type Scene = {
  unhandled: FlipRow[];
  components: Map<string, ComponentRow>;
  dependencies: Dependency[];
  stumbling: StumblingProbe[];
  /** Ids of the components that are looked at. */
  probed: Set<string>;
  open: IncidentDetail[];
  now: number;
};

const probeActor: Actor = { kind: 'probe' };
/** No incident waits longer than this for the verdict on a related component. */
const longestHoldMs = 60_000;

async function readScene(db: Database, now: number): Promise<Scene | null> {
  const unhandled = await db.orm.select().from(flips).where(isNull(flips.handledAt)).orderBy(flips.decidedAt);
  if (unhandled.length === 0) return null;
  return {
    unhandled,
    components: new Map((await listComponents(db)).map((row) => [row.id, row])),
    dependencies: await listDependencies(db),
    stumbling: await stumblingProbes(db),
    probed: await probedComponents(db),
    open: await listIncidents(db, { open: true }),
    now,
  };
}

/** Components that stand on each other, or on the same thing: their failures may be one failure. */
function related(a: string, b: string, dependencies: readonly Dependency[]): boolean {
  const below = new Set([a, ...foundations(a, dependencies)]);
  return [b, ...foundations(b, dependencies)].some((id) => below.has(id));
}

/** True while a related component has begun to fail and is not judged yet: the first post waits to name it. */
function mustWait(flip: FlipRow, scene: Scene): boolean {
  if (scene.now - flip.decidedAt > longestHoldMs) return false;
  return scene.stumbling.some(
    (probe) =>
      isPending(probe.standing) &&
      scene.now - flip.decidedAt <= probe.downAfter * (probe.intervalMs + probe.timeoutMs) &&
      related(flip.componentId, probe.componentId, scene.dependencies),
  );
}

const nameOf = (scene: Scene, id: string) => scene.components.get(id)?.name ?? id;

/** The explanation in names, those affected in the order of the page. */
function findingOf({ cause, suspected, affected }: Explanation, scene: Scene): Finding {
  const order = [...scene.components.keys()].filter((id) => affected.includes(id));
  return { cause: nameOf(scene, cause), suspected, affected: order.map((id) => nameOf(scene, id)) };
}

function rolesOf(explanation: Explanation, scene: Scene) {
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
function handled(db: Database, rows: readonly FlipRow[], now: number): Statement[] {
  return rows.map((row) =>
    db.orm
      .update(flips)
      .set({ handledAt: now })
      .where(and(eq(flips.componentId, row.componentId), eq(flips.seq, row.seq), isNull(flips.handledAt))),
  );
}

function open(
  db: Database,
  explanation: Explanation,
  rows: FlipRow[],
  policy: IncidentPolicy,
  scene: Scene,
): Change<boolean> {
  const { now } = scene;
  const finding = findingOf(explanation, scene);
  const named = rolesOf(explanation, scene);
  const origin = rows.find((row) => row.componentId === explanation.cause) ?? rows[0];
  const incident = newIncidentRow(
    db,
    {
      title: automaticTitle(finding),
      impact: impactOf(named.filter(({ role }) => role !== 'suspected').map(({ state }) => state)),
      automatic: true,
      startedAt: Math.min(...rows.map((row) => row.at)),
      ...(origin ? { originKey: `${origin.componentId}/${origin.seq}` } : {}),
    },
    now,
  );
  const first = addUpdate(
    db,
    { id: incident.id, updateSeq: 0, monitoringAt: null },
    {
      status: 'investigating',
      body: automaticFirstPost(finding),
      automatic: true,
      nextUpdateMinutes: policy.nextUpdateMinutes ?? undefined,
    },
    now,
  );
  return {
    statements: [
      incident.statement,
      db.orm.insert(incidentComponents).values(named.map((row) => ({ incidentId: incident.id, ...row }))),
      ...first.statements,
      ...handled(db, rows, now),
    ],
    ...record('incident.opened', incident.id, first.updateId, probeActor, now),
    value: true,
  };
}

function say(
  db: Database,
  incident: IncidentDetail,
  draft: Omit<UpdateDraft, 'automatic'>,
  statements: Statement[],
  now: number,
): Change<boolean> {
  const added = addUpdate(db, incident, { ...draft, automatic: true }, now);
  const type = draft.status === 'resolved' ? 'incident.resolved' : 'incident.updated';
  return {
    statements: [...added.statements, ...statements],
    ...record(type, incident.id, added.updateId, probeActor, now),
    value: true,
  };
}

/** Takes more failures into an incident that is open: quietly, unless they change what is known or undo a recovery. */
function extend(
  db: Database,
  incident: IncidentDetail,
  explanation: Explanation,
  rows: FlipRow[],
  scene: Scene,
): Change<boolean> {
  const { now } = scene;
  const named = rolesOf(explanation, scene);
  const states = new Map([...incident.components, ...named].map((row) => [row.componentId, row.state]));
  const statements = [
    ...named.map((row) =>
      db.orm
        .insert(incidentComponents)
        .values({ incidentId: incident.id, ...row })
        .onConflictDoUpdate({
          target: [incidentComponents.incidentId, incidentComponents.componentId],
          set: incident.automatic ? { role: row.role, state: row.state } : { state: row.state },
        }),
    ),
    db.orm
      .update(incidents)
      .set({ impact: impactOf([...states.values()]), updatedAt: now })
      .where(eq(incidents.id, incident.id)),
    ...handled(db, rows, now),
  ];
  const knownCause = incident.components.find((row) => row.role === 'cause')?.componentId;
  if (
    incident.automatic &&
    explanation.affected.length > 0 &&
    knownCause !== explanation.cause &&
    !explanation.suspected
  )
    return say(
      db,
      incident,
      { status: 'identified', body: automaticCausePost(findingOf(explanation, scene)) },
      statements,
      now,
    );
  if (incident.automatic && incident.status === 'monitoring') {
    const names = rows.map((row) => nameOf(scene, row.componentId));
    return say(db, incident, { status: 'investigating', body: automaticRelapsePost(names) }, statements, now);
  }
  return { statements, events: [{ type: 'component.changed', at: now, incidentId: incident.id }], value: true };
}

/** What an outage calls for, or null when the first post still waits. */
function decideOutage(db: Database, policy: IncidentPolicy, scene: Scene): Change<boolean> | null {
  const out = new Set([...scene.components.values()].filter((row) => isOut(row.state)).map((row) => row.id));
  for (const explanation of explain(out, scene.dependencies, scene.probed)) {
    const members = new Set([explanation.cause, ...explanation.affected]);
    const rows = scene.unhandled.filter((row) => isOut(row.to) && members.has(row.componentId));
    if (rows.length === 0 || rows.some((row) => mustWait(row, scene))) continue;
    if (policy.openIncidents === 'off') return { statements: handled(db, rows, scene.now), value: true };
    const incident = scene.open.find((each) => each.components.some((row) => members.has(row.componentId)));
    return incident ? extend(db, incident, explanation, rows, scene) : open(db, explanation, rows, policy, scene);
  }
  return null;
}

/** Seen to work again: a component that cannot be looked at has not come back. */
function isBack(id: string, scene: Scene): boolean {
  const state = scene.components.get(id)?.state;
  return state === undefined || !(isOut(state) || state === 'unknown');
}

/** What a recovery calls for: the flips of an incident's components are handled when nothing in it is out any more. */
function decideRecovery(db: Database, policy: IncidentPolicy, scene: Scene): Change<boolean> | null {
  const rows = scene.unhandled.filter((row) => !isOut(scene.components.get(row.componentId)?.state ?? 'unknown'));
  if (rows.length === 0) return null;
  const ids = new Set(rows.map((row) => row.componentId));
  const healed = scene.open.find(
    (incident) =>
      incident.automatic &&
      incident.status !== 'monitoring' &&
      incident.components.some((row) => ids.has(row.componentId)) &&
      incident.components.every((row) => row.role === 'suspected' || isBack(row.componentId, scene)),
  );
  if (!healed) return { statements: handled(db, rows, scene.now), value: true };
  const names = healed.components
    .filter((row) => row.role !== 'suspected')
    .map((row) => nameOf(scene, row.componentId));
  const resolves = policy.onRecovery === 'resolve' && healed.updates.every((update) => update.automatic);
  const done = rows.filter((row) => healed.components.some((named) => named.componentId === row.componentId));
  const draft = { status: resolves ? 'resolved' : 'monitoring', body: automaticRecoveryPost(names, resolves) } as const;
  return say(db, healed, draft, handled(db, done, scene.now), scene.now);
}

/**
 * Turns flips into incidents: one cause, one incident. Decides one thing at a time, each in a batch of its own,
 * until nothing that can be decided now is left in the queue.
 */
export async function handleFlips(db: Database, policy: IncidentPolicy, now: number): Promise<void> {
  const [waiting] = await db.orm.select({ at: flips.at }).from(flips).where(isNull(flips.handledAt)).limit(1);
  if (!waiting) return;
  for (let more = true; more; )
    more = await db.change(async () => {
      const scene = await readScene(db, now);
      if (!scene) return { statements: [], value: false };
      return decideOutage(db, policy, scene) ?? decideRecovery(db, policy, scene) ?? { statements: [], value: false };
    });
}
