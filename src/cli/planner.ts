import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot, readPlaces, readStatusConfig } from '#config';
import { DomainError, StartError } from '#core/error.ts';
import { type Plan, planSchema } from '#core/plan.ts';
import { declaredOf } from '../config/things.ts';
import { askServer, readAnnouncement } from './client.ts';

/** Whoever makes plans: the server that runs on the data folder, or this process on its database. */
export type Planner = {
  /** What was looked at, as the end of "... against". */
  basis: string;
  plan: () => Promise<{ id: string; plan: Plan }>;
  apply: (id: string) => Promise<Plan>;
  close: () => void;
};

const answerSchema = z.object({ id: z.string(), plan: planSchema });

/** A file that the server refuses could not be tried, as one that is refused here. */
async function ask(path: string, file: string | undefined): Promise<z.output<typeof answerSchema>> {
  try {
    return await askServer(answerSchema, 'POST', path, file === undefined ? {} : { file });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'invalid') throw new StartError(error.message);
    throw error;
  }
}

function serverPlanner(url: string, file: string | undefined): Planner {
  return {
    basis: `the server at ${url}`,
    plan: () => ask('/plans', file),
    apply: async (id) => (await ask(`/plans/${id}/application`, file)).plan,
    close: () => {},
  };
}

async function databasePlanner(file: string | undefined): Promise<Planner> {
  const { database, statusPath } = readPlaces();
  const next = readStatusConfig(file ?? statusPath);
  const { openDatabase } = await import('#db/client.ts');
  const { applyPlan, planSettings } = await import('../settings.ts');
  const db = await openDatabase({ ...database, migrationsDir: join(packageRoot, 'db/migrations') });
  const actor = { kind: 'console', name: 'command line' } as const;
  return {
    basis: 'the database, since no server runs',
    plan: () => planSettings(db, next),
    apply: (planId) => applyPlan(db, next, { planId, actor, now: Date.now() }),
    close: () => db.close(),
  };
}

/** Nothing is made only to be looked at: where there is no database yet, everything is new. */
async function emptyPlanner(file: string | undefined): Promise<Planner> {
  const { statusPath } = readPlaces();
  const status = readStatusConfig(file ?? statusPath);
  const next = declaredOf(status);
  const nothing = { openIncidents: [], retired: [] };
  const { planOf } = await import('../config/plan.ts');
  return {
    basis: 'nothing: there is no database yet, so that everything is new',
    plan: async () => ({ id: '', plan: planOf({ components: [] }, next, nothing, status.remarks) }),
    apply: async () => {
      throw new StartError('There is no database yet. The first "intermission start" makes it and applies the file.');
    },
    close: () => {},
  };
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
  return response?.ok ?? false;
}

/**
 * Finds whoever can make a plan for the file.
 * @param file absolute; without one it is the server's own, or the one that STATUS_CONFIG names
 * @throws StartError when the file is not good, or another process holds the database
 */
export async function findPlanner(file: string | undefined): Promise<Planner> {
  const { dataDir, database } = readPlaces();
  const announcement = await readAnnouncement(dataDir);
  if (announcement !== null && (await answers(announcement.url))) return serverPlanner(announcement.url, file);
  const path = database.url.startsWith('file:') ? database.url.slice('file:'.length) : null;
  return path === null || existsSync(path) ? databasePlanner(file) : emptyPlanner(file);
}
