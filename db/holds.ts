import { and, eq, inArray, isNull, ne } from 'drizzle-orm';
import { isHeld } from '#core/maintenance.ts';
import { type ComponentState, isFailing, worstState } from '#core/status.ts';
import { componentState } from '#core/verdict.ts';
import type { Database, EventDraft, Statement } from './client.ts';
import type { ComponentRow } from './components.ts';
import { probesOf } from './probes.ts';
import { components, incidentComponents, incidents, maintenanceComponents, maintenances } from './schema.ts';
import { flipStatements } from './turns.ts';

/** What turns components, and the events that say so. */
type Turned = { statements: Statement[]; events: EventDraft[] };

function turn(db: Database, row: ComponentRow, to: ComponentState, reason: string, now: number): Turned {
  const flip = {
    componentId: row.id,
    seq: row.flipSeq + 1,
    from: row.state,
    to,
    at: Math.max(now, row.stateSinceAt),
    decidedAt: now,
    reason,
    // Nobody is told that work begins as planned; what is found when it is over may open an incident, or end one.
    handledAt: isHeld({ state: to }) ? now : null,
  };
  return {
    statements: flipStatements(db, flip),
    events: [{ type: 'component.changed', at: now, componentId: row.id }],
  };
}

function together(turns: readonly Turned[]): Turned {
  return {
    statements: turns.flatMap(({ statements }) => statements),
    events: turns.flatMap(({ events }) => events),
  };
}

async function rowsOf(db: Database, componentIds: readonly string[]): Promise<ComponentRow[]> {
  return db.orm
    .select()
    .from(components)
    .where(and(inArray(components.id, [...componentIds]), isNull(components.retiredAt)));
}

/** Takes components into maintenance; those that other work holds already stay in it. */
export async function holdComponents(db: Database, componentIds: readonly string[], now: number): Promise<Turned> {
  const rows = await rowsOf(db, componentIds);
  return together(
    rows.filter((row) => !isHeld(row)).map((row) => turn(db, row, 'maintenance', 'maintenance: planned work', now)),
  );
}

/** The components that work under way holds, the given one left out. */
async function heldBeside(db: Database, maintenanceId: string | null): Promise<Set<string>> {
  const rows = await db.orm
    .select({ id: maintenanceComponents.componentId })
    .from(maintenanceComponents)
    .innerJoin(maintenances, eq(maintenances.id, maintenanceComponents.maintenanceId))
    .where(and(ne(maintenances.id, maintenanceId ?? ''), inArray(maintenances.status, ['in_progress', 'verifying'])));
  return new Set(rows.map(({ id }) => id));
}

/** What staff say of components in incidents that are open, by component. */
async function declaredStates(db: Database, componentIds: readonly string[]): Promise<Map<string, ComponentState[]>> {
  const rows = await db.orm
    .select({ id: incidentComponents.componentId, state: incidentComponents.state })
    .from(incidentComponents)
    .innerJoin(incidents, eq(incidents.id, incidentComponents.incidentId))
    .where(and(inArray(incidentComponents.componentId, [...componentIds]), isNull(incidents.resolvedAt)));
  return new Map(
    [...Map.groupBy(rows, ({ id }) => id)].map(([id, own]) => [id, own.map(({ state }) => state).filter(isFailing)]),
  );
}

/**
 * Gives components back when work on them is over: to what the probes say by now, or, where nobody probes, to what an
 * open incident says of them. Those that other work still holds stay in maintenance.
 * @param maintenanceId the work that is over; null where it is not known which
 */
export async function releaseHeld(
  db: Database,
  maintenanceId: string | null,
  componentIds: readonly string[],
  now: number,
): Promise<Turned> {
  const others = await heldBeside(db, maintenanceId);
  const rows = (await rowsOf(db, componentIds)).filter((row) => isHeld(row) && !others.has(row.id));
  const ids = rows.map((row) => row.id);
  const probes = Map.groupBy(await probesOf(db, ids), (probe) => probe.componentId);
  const declared = await declaredStates(db, ids);
  function stateAfter({ id }: ComponentRow): ComponentState {
    const own = probes.get(id);
    if (own === undefined) return worstState(declared.get(id) ?? []);
    return componentState(own.map(({ standing, whenDown }) => ({ state: standing.state, whenDown })));
  }
  return together(rows.map((row) => turn(db, row, stateAfter(row), 'maintenance: the planned work is over', now)));
}

/**
 * Gives back what no work holds any more. Two processes that end overlapping work at one moment each take the other's
 * for still under way.
 */
export async function releaseIdle(db: Database, now: number): Promise<void> {
  const readHeld = () =>
    db.orm.select({ id: components.id }).from(components).where(eq(components.state, 'maintenance'));
  if ((await readHeld()).length === 0) return;
  await db.change(async () => {
    const ids = (await readHeld()).map(({ id }) => id);
    return { ...(await releaseHeld(db, null, ids, now)), value: undefined };
  });
}
