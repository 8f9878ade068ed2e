import { eq } from 'drizzle-orm';
import { type Dependency, type Explanation, explain, foundations } from '#core/graph.ts';
import { impactOf } from '#core/incident.ts';
import { isOut } from '#core/status.ts';
import { isPending } from '#core/verdict.ts';
import type { Change, Database } from './client.ts';
import type { IncidentDetail } from './incidents.ts';
import { addUpdate, newIncidentRow, record, unwritten } from './incidentWords.ts';
import { type FlipRow, handled, inEveryLanguage, isHushed, probeActor, rolesOf, type Scene, say } from './scene.ts';
import { incidentComponents, incidents } from './schema.ts';

/** No incident waits longer than this for the verdict on a related component. */
const longestHoldMs = 60_000;

/** Components that stand on each other, or on the same thing: their failures may be one failure. */
function related(a: string, b: string, dependencies: readonly Dependency[]): boolean {
  const below = new Set([a, ...foundations(a, dependencies)]);
  return [b, ...foundations(b, dependencies)].some((id) => below.has(id));
}

/** True while a related component has begun to fail and is not judged yet: the first post waits to name it. */
function mustWait(flip: FlipRow, scene: Scene): boolean {
  const heldMs = scene.now - flip.decidedAt;
  // A clock that was set back would hold it until it has caught up.
  if (heldMs < 0 || heldMs > longestHoldMs) return false;
  return scene.stumbling.some(
    (probe) =>
      isPending(probe.standing) &&
      heldMs <= probe.downAfter * (probe.intervalMs + probe.timeoutMs) &&
      related(flip.componentId, probe.componentId, scene.dependencies),
  );
}

function open(db: Database, explanation: Explanation, rows: FlipRow[], scene: Scene): Change<boolean> {
  const { now, policy } = scene;
  const named = rolesOf(explanation, scene);
  const origin = rows.find((row) => row.componentId === explanation.cause) ?? rows[0];
  const incident = newIncidentRow(
    db,
    {
      title: inEveryLanguage(scene, (words, { finding }) => words.title(finding(explanation))),
      impact: impactOf(named.filter(({ role }) => role !== 'suspected').map(({ state }) => state)),
      automatic: true,
      startedAt: Math.min(...rows.map((row) => row.at)),
      ...(origin ? { originKey: `${origin.componentId}/${origin.seq}` } : {}),
    },
    now,
  );
  const quiet = isHushed(
    named.filter(({ role }) => role !== 'suspected').map((row) => row.componentId),
    scene,
  );
  const first = addUpdate(
    db,
    unwritten(incident.id),
    {
      status: 'investigating',
      body: inEveryLanguage(scene, (words, { finding }) => words.firstPost(finding(explanation))),
      automatic: true,
      quiet,
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
    ...record('incident.opened', incident.id, first.updateId, probeActor, now, { quiet }),
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
  ) {
    const body = inEveryLanguage(scene, (words, { finding }) => words.cause(finding(explanation)));
    return say(
      db,
      {
        ...incident,
        components: [...incident.components, ...named.map((row) => ({ ...row, incidentId: incident.id }))],
      },
      { status: 'identified', body },
      statements,
      scene,
    );
  }
  if (incident.automatic && incident.status === 'monitoring') {
    const body = inEveryLanguage(scene, (words, { names }) => words.relapse(names(rows.map((row) => row.componentId))));
    return say(db, incident, { status: 'investigating', body }, statements, scene);
  }
  return { statements, events: [{ type: 'component.changed', at: now, incidentId: incident.id }], value: true };
}

/** What an outage calls for, or null when the first post still waits. */
export function decideOutage(db: Database, scene: Scene): Change<boolean> | null {
  const out = new Set([...scene.components.values()].filter((row) => isOut(row.state)).map((row) => row.id));
  for (const explanation of explain(out, scene.dependencies, scene.probed)) {
    const members = new Set([explanation.cause, ...explanation.affected]);
    const rows = scene.unhandled.filter((row) => isOut(row.to) && members.has(row.componentId));
    if (rows.length === 0 || rows.some((row) => mustWait(row, scene))) continue;
    if (scene.policy.openIncidents === 'off') return { statements: handled(db, rows, scene.now), value: true };
    const incident = scene.open.find((each) => each.components.some((row) => members.has(row.componentId)));
    return incident ? extend(db, incident, explanation, rows, scene) : open(db, explanation, rows, scene);
  }
  return null;
}
