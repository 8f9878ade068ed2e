import { type Config, readStatusConfig, type StatusConfig } from '#config';
import { DomainError } from '#core/error.ts';
import type { Actor } from '#core/event.ts';
import type { Plan } from '#core/plan.ts';
import type { Database } from '#db/client.ts';
import { applySettings, readDeclared, readSurroundings } from '#db/settings.ts';
import { planId, planOf } from './config/plan.ts';
import { declaredOf, keyOf } from './config/things.ts';

/** A plan, and the name under which it may be applied as long as it holds. */
export type NamedPlan = { id: string; plan: Plan };

/** What would change if these settings were applied to what is stored. */
export async function planSettings(db: Database, next: StatusConfig): Promise<NamedPlan> {
  const before = await readDeclared(db);
  const after = declaredOf(next);
  return { id: planId(before, after), plan: planOf(before, after, await readSurroundings(db), next.remarks) };
}

/** What the audit keeps of a plan: every line of it, no values. */
function auditOf({ changes }: Plan): Record<string, unknown> {
  return Object.fromEntries(
    ['added', 'changed', 'retired'].map((how) => [how, changes.filter((each) => each.how === how).map(keyOf)]),
  );
}

export type Approval = {
  /** The plan that was agreed to; null agrees to whatever it is. */
  planId: string | null;
  actor: Actor;
  now: number;
  committed?: () => void;
};

/**
 * Applies settings: all of them or none.
 * @throws DomainError `conflict` when the plan that was agreed to is not the plan any more
 */
export async function applyPlan(db: Database, next: StatusConfig, approval: Approval): Promise<Plan> {
  const { planId: agreed, ...options } = approval;
  const after = declaredOf(next);
  const surroundings = await readSurroundings(db);
  let plan: Plan = { changes: [], unchanged: 0, warnings: [] };
  await applySettings(db, after, {
    ...options,
    agree(before) {
      if (agreed !== null && planId(before, after) !== agreed)
        throw new DomainError('conflict', 'The file, or what is stored, has changed since the plan was shown.');
      plan = planOf(before, after, surroundings, next.remarks);
      return auditOf(plan);
    },
  });
  return plan;
}

/** The settings of a running server. */
export type Settings = {
  /** What holds at this moment. Whoever keeps it longer than a moment keeps what was. */
  current: () => StatusConfig;
  /** The plan for a file; without one, for the file that the server was started with. */
  plan: (file: string | undefined) => Promise<NamedPlan>;
  /** Applies a file under the plan that was agreed to. */
  apply: (file: string | undefined, planId: string, actor: Actor) => Promise<Plan>;
  /** Reads the server's own file again and applies it. */
  reload: (actor: Actor) => Promise<Plan>;
};

/** A file that cannot be applied is refused in the words in which it is refused at a start. */
function readFor(path: string): StatusConfig {
  try {
    return readStatusConfig(path);
  } catch (error) {
    if (error instanceof Error && error.name === 'StartError') throw new DomainError('invalid', error.message);
    throw error;
  }
}

/** Applies the settings that the server starts with, and holds those that are in force from then on. */
export async function openSettings(db: Database, config: Config, now: () => number): Promise<Settings> {
  let current = config.status;
  async function put(next: StatusConfig, planId: string | null, actor: Actor): Promise<Plan> {
    const committed = () => {
      current = next;
    };
    return applyPlan(db, next, { planId, actor, now: now(), committed });
  }
  await put(current, null, { kind: 'console', name: 'start' });
  return {
    current: () => current,
    plan: async (file = config.statusPath) => planSettings(db, readFor(file)),
    apply: async (file = config.statusPath, planId, actor) => put(readFor(file), planId, actor),
    reload: async (actor) => put(readStatusConfig(config.statusPath), null, actor),
  };
}
