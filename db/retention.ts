import { type SQL, sql } from 'drizzle-orm';
import { dayMs } from '#core/uptime.ts';
import type { Database } from './client.ts';
import { hourMs } from './rollups.ts';
import { components, flips, probes, results, rollupDays, rollupHours } from './schema.ts';

/** How long each sort of record is kept, ms; null is for ever. */
export type Retention = {
  resultsMs: number;
  hourlyRollupsMs: number;
  dailyRollupsMs: number | null;
  flipsMs: number | null;
};

/** Rows that one statement deletes at most. Each lies on a page of its own, all of which are written: more would hold the event loop. */
const sliceRows = 100;

/**
 * Deletes one slice of what a query finds to be past its time.
 * @returns whether there may be more
 */
async function dropSlice(db: Database, past: SQL, remove: (past: SQL) => SQL): Promise<boolean> {
  const slice = sql`${past} limit ${sliceRows}`;
  const [row] = await db.orm.all<{ any: number }>(sql`select exists(${slice}) as any`);
  if (!row?.any) return false;
  await db.change(async () => ({ statements: [db.orm.run(remove(slice))], value: undefined }));
  return true;
}

const among = (probeIds: readonly string[]) =>
  sql`${probes.id} in (select value from json_each(${JSON.stringify(probeIds)}))`;

/** Results go once they are folded into hours. */
function dropResults(db: Database, probeIds: readonly string[], before: number): Promise<boolean> {
  const past = sql`select ${results.id} from ${probes} cross join ${results}
    where ${among(probeIds)} and ${results.probeId} = ${probes.id}
      and ${results.at} < min(${before}, ${probes.hoursFoldedToAt})`;
  return dropSlice(db, past, (slice) => sql`delete from ${results} where ${results.id} in (${slice})`);
}

/** Hourly rollups go once they are folded into days. */
function dropHours(db: Database, probeIds: readonly string[], before: number): Promise<boolean> {
  const { probeId, hour } = rollupHours;
  const past = sql`select ${probeId}, ${hour} from ${probes} cross join ${rollupHours}
    where ${among(probeIds)} and ${probeId} = ${probes.id}
      and ${hour} < min(${before}, ${probes.daysFoldedToAt}) / ${hourMs}`;
  return dropSlice(db, past, (slice) => sql`delete from ${rollupHours} where (${probeId}, ${hour}) in (${slice})`);
}

function dropDays(db: Database, probeIds: readonly string[], before: number): Promise<boolean> {
  const { probeId, day } = rollupDays;
  const past = sql`select ${probeId}, ${day} from ${probes} cross join ${rollupDays}
    where ${among(probeIds)} and ${probeId} = ${probes.id} and ${day} < ${Math.floor(before / dayMs)}`;
  return dropSlice(db, past, (slice) => sql`delete from ${rollupDays} where (${probeId}, ${day}) in (${slice})`);
}

/**
 * Lets go of one slice of what the given probes have kept long enough. What is not folded is not let go, however old.
 * @returns whether there may be more
 */
export async function dropOfProbes(
  db: Database,
  probeIds: readonly string[],
  { resultsMs, hourlyRollupsMs, dailyRollupsMs }: Retention,
  now: number,
): Promise<boolean> {
  if (await dropResults(db, probeIds, now - resultsMs)) return true;
  if (await dropHours(db, probeIds, now - hourlyRollupsMs)) return true;
  return dailyRollupsMs !== null && dropDays(db, probeIds, now - dailyRollupsMs);
}

/**
 * Lets go of one slice of flips that are folded, handled and old; of each component the one that says in which state
 * the days to come begin stays.
 * @returns whether there may be more
 */
export async function dropFlips(db: Database, { flipsMs }: Retention, now: number): Promise<boolean> {
  if (flipsMs === null) return false;
  const past = sql`select ${flips.componentId}, ${flips.seq} from ${components} cross join ${flips}
    where ${flips.componentId} = ${components.id} and ${flips.handledAt} is not null
      and ${flips.at} < min(${now - flipsMs}, (
        select max(at) from ${flips} kept where kept.component_id = ${components.id} and kept.at <= ${components.foldedToAt}))`;
  return dropSlice(
    db,
    past,
    (slice) => sql`delete from ${flips} where (${flips.componentId}, ${flips.seq}) in (${slice})`,
  );
}
