import { isHeld } from '#core/maintenance.ts';
import { isOut } from '#core/status.ts';
import type { Change, Database } from './client.ts';
import type { IncidentDetail } from './incidents.ts';
import { type FlipRow, handled, inEveryLanguage, namedIn, type Scene, say } from './scene.ts';

/** Seen to work again: a component that cannot be looked at, or is being worked on, has not come back. */
function isBack(id: string, scene: Scene): boolean {
  const row = scene.components.get(id);
  return row === undefined || !(isOut(row.state) || isHeld(row) || row.state === 'unknown');
}

/** An incident of components that flap is not closed in a moment when they happen to be up. */
function isUnsteady(incident: IncidentDetail, scene: Scene): boolean {
  const named = namedIn(incident);
  return named.length > 0 && named.every((id) => scene.flapping.has(id));
}

/** Flips that wait until their component is steady again, less those of them that a newer one has overtaken. */
function awaited(rows: readonly FlipRow[], scene: Scene): { waiting: Set<FlipRow>; overtaken: FlipRow[] } {
  const unsteady = scene.open.filter((incident) => incident.automatic && isUnsteady(incident, scene));
  const ids = new Set(unsteady.flatMap(namedIn));
  const held = rows.filter((row) => ids.has(row.componentId));
  const newest = new Map(held.map((row) => [row.componentId, row]));
  const waiting = new Set(newest.values());
  return { waiting, overtaken: held.filter((row) => !waiting.has(row)) };
}

/** What a recovery calls for: the flips of an incident's components are handled when nothing in it is out any more. */
export function decideRecovery(db: Database, scene: Scene): Change<boolean> | null {
  const isOutNow = (row: FlipRow) => isOut(scene.components.get(row.componentId)?.state ?? 'unknown');
  const calm = scene.unhandled.filter((row) => !isOutNow(row));
  const { waiting, overtaken } = awaited(calm, scene);
  const past = [...overtaken, ...scene.unhandled.filter((row) => isOutNow(row) && !isOut(row.to))];
  if (past.length > 0) return { statements: handled(db, past, scene.now), value: true };
  const rows = calm.filter((row) => !waiting.has(row));
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
  const resolves = scene.policy.onRecovery === 'resolve' && healed.updates.every((update) => update.automatic);
  const done = rows.filter((row) => healed.components.some((named) => named.componentId === row.componentId));
  const named = namedIn(healed);
  const body = inEveryLanguage(scene, (words, { names }) => words.recovery(names(named), resolves));
  return say(db, healed, { status: resolves ? 'resolved' : 'monitoring', body }, handled(db, done, scene.now), scene);
}
