import { isDeepStrictEqual } from 'node:util';
import { and, asc, eq, isNull, lte, notInArray, or } from 'drizzle-orm';
import { homeLocation } from '#core/location.ts';
import type { Database, Statement } from './client.ts';
import { locations } from './schema.ts';

export type LocationRow = typeof locations.$inferSelect;

/** A location as declared. */
export type DeclaredLocation = { name: string; label: string };

/** How often at most it is written down that an agent was here. */
const seenEveryMs = 10_000;

/**
 * Decides what makes the stored locations those that are declared; nothing where they are.
 * @param declared undefined leaves them as they are
 */
export async function locationChanges(
  db: Database,
  declared: readonly DeclaredLocation[] | undefined,
  now: number,
): Promise<Statement[]> {
  if (declared === undefined) return [];
  const stored = (await listLocations(db)).map(({ name, label }) => ({ name, label }));
  if (isDeepStrictEqual(stored, declared)) return [];
  const names = declared.map(({ name }) => name);
  return [
    ...declared.map(({ name, label }, position) =>
      db.orm
        .insert(locations)
        .values({ name, label, position })
        .onConflictDoUpdate({ target: locations.name, set: { label, position, retiredAt: null } }),
    ),
    db.orm
      .update(locations)
      .set({ retiredAt: now })
      .where(and(isNull(locations.retiredAt), notInArray(locations.name, names))),
  ];
}

/** The locations that are declared, in their order. */
export async function listLocations(db: Database): Promise<LocationRow[]> {
  return db.orm.select().from(locations).where(isNull(locations.retiredAt)).orderBy(asc(locations.position));
}

/** The declared locations that an agent can speak for: all but the server's own. */
export async function listAgentLocations(db: Database): Promise<LocationRow[]> {
  return (await listLocations(db)).filter(({ name }) => name !== homeLocation);
}

/**
 * Notes that an agent was here.
 * @param clockOffMs how far its clock is ahead of ours
 */
export async function noteAgent(db: Database, name: string, clockOffMs: number, now: number): Promise<void> {
  await db.change(async () => ({
    statements: [
      db.orm
        .update(locations)
        .set({ seenAt: now, clockOffMs })
        .where(and(eq(locations.name, name), or(isNull(locations.seenAt), lte(locations.seenAt, now - seenEveryMs)))),
    ],
    value: undefined,
  }));
}
