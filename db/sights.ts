import { createHash } from 'node:crypto';
import { and, asc, eq, inArray, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import { patienceMs } from '#core/location.ts';
import { freshStanding } from '#core/verdict.ts';
import type { Database, Statement } from './client.ts';
import type { DeclaredComponent, DeclaredProbe } from './components.ts';
import { components, locations, probes, sights } from './schema.ts';

export type SightRow = typeof sights.$inferSelect;

/** Rows of one statement; more would hold the event loop for too long. */
const chunkRows = 100;

function revisionOf({ kind, config, intervalMs, timeoutMs }: DeclaredProbe): string {
  const settings = JSON.stringify([kind, config, intervalMs, timeoutMs]);
  return createHash('sha256').update(settings).digest('base64url').slice(0, 16);
}

/**
 * Decides what makes the sights those that the declared probes ask for; nothing where they are. One that stays keeps
 * its standing; one that is no longer asked for loses its vote.
 */
export async function sightChanges(
  db: Database,
  declared: readonly DeclaredComponent[],
  now: number,
): Promise<Statement[]> {
  const rows = declared.flatMap(({ slug, probes }) =>
    probes.flatMap((probe) =>
      (probe.locations ?? []).map((location) => ({
        probeId: `${slug}/${probe.name}`,
        location,
        revision: revisionOf(probe),
        standing: freshStanding,
        standingSinceAt: now,
        silentAt: now + patienceMs(probe.intervalMs),
      })),
    ),
  );
  const keyOf = ({ probeId, location, revision }: Pick<SightRow, 'probeId' | 'location' | 'revision'>) =>
    `${probeId} ${location} ${revision}`;
  const { probeId, location, revision } = sights;
  const stored = new Set((await db.orm.select({ probeId, location, revision }).from(sights)).map(keyOf));
  if (stored.size === rows.length && rows.every((row) => stored.has(keyOf(row)))) return [];
  const wanted = JSON.stringify(rows.map(({ probeId, location }) => [probeId, location]));
  return [
    db.orm.run(sql`delete from sight
      where (probe_id, location) not in (select value ->> 0, value ->> 1 from json_each(${wanted}))`),
    ...chunksOf(rows).map((chunk) =>
      db.orm
        .insert(sights)
        .values(chunk)
        .onConflictDoUpdate({
          target: [sights.probeId, sights.location],
          // Orders have changed: every location has its patience to take up the new ones.
          set: { revision: sql`excluded.revision`, silentAt: sql`excluded.silent_at` },
        }),
    ),
  ];
}

function chunksOf<Row>(rows: readonly Row[]): Row[][] {
  return Array.from({ length: Math.ceil(rows.length / chunkRows) }, (_, index) =>
    rows.slice(index * chunkRows, (index + 1) * chunkRows),
  );
}

/** The sights of the given probes. */
export async function sightsOf(db: Database, probeIds: readonly string[]): Promise<SightRow[]> {
  if (probeIds.length === 0) return [];
  return db.orm
    .select()
    .from(sights)
    .where(inArray(sights.probeId, [...probeIds]));
}

/** One statement that stores sights as they are now. */
export function storeSights(db: Database, rows: readonly SightRow[]): Statement[] {
  return chunksOf(rows).map((chunk) =>
    db.orm
      .insert(sights)
      .values(chunk)
      .onConflictDoUpdate({
        target: [sights.probeId, sights.location],
        set: {
          standing: sql`excluded.standing`,
          standingSinceAt: sql`excluded.standing_since_at`,
          outcome: sql`excluded.outcome`,
          at: sql`excluded.at`,
          latencyMs: sql`excluded.latency_ms`,
          reason: sql`excluded.reason`,
          silentAt: sql`excluded.silent_at`,
        },
      }),
  );
}

/** Sights whose location has been silent for too long, the longest first. */
export async function listSilent(db: Database, now: number): Promise<SightRow[]> {
  return db.orm.select().from(sights).where(lte(sights.silentAt, now)).orderBy(asc(sights.silentAt)).limit(chunkRows);
}

/**
 * Gives every location its whole patience from now on. To be called when the server was away, since nobody could hand
 * in a word meanwhile, and when its clock was set.
 */
export async function renewPatience(db: Database, now: number): Promise<void> {
  const intervals = await db.orm
    .selectDistinct({ intervalMs: probes.intervalMs })
    .from(probes)
    .where(and(isNotNull(probes.locations), isNull(probes.retiredAt)));
  await db.change(async () => ({
    statements: intervals.map(({ intervalMs }) =>
      db.orm
        .update(sights)
        .set({
          silentAt: now + patienceMs(intervalMs),
          at: sql`min(${sights.at}, ${now})`,
          standingSinceAt: sql`min(${sights.standingSinceAt}, ${now})`,
        })
        .where(
          and(
            isNotNull(sights.silentAt),
            sql`${sights.probeId} in (select id from probe where interval_ms = ${intervalMs})`,
          ),
        ),
    ),
    value: undefined,
  }));
}

/** Sights after a given one, with what they are about. */
async function sightsAfter(db: Database, after: { probeId: string; location: string }) {
  const { probeId, location, standing, standingSinceAt, outcome, at, latencyMs, reason } = sights;
  return db.orm
    .select({
      component: { slug: components.slug, name: components.name, position: components.position },
      label: locations.label,
      position: locations.position,
      whole: probes.standing,
      ...{ probeId, location, standing, standingSinceAt, outcome, at, latencyMs, reason },
    })
    .from(sights)
    .innerJoin(probes, eq(probes.id, sights.probeId))
    .innerJoin(components, eq(components.id, probes.componentId))
    .innerJoin(locations, eq(locations.name, sights.location))
    .where(
      and(
        sql`(${probeId}, ${location}) > (${after.probeId}, ${after.location})`,
        isNull(probes.retiredAt),
        isNull(components.retiredAt),
      ),
    )
    .orderBy(asc(probeId), asc(location))
    .limit(chunkRows);
}

/** Every sight with what it is about, in the order of the page, then of the locations. */
export async function listSights(db: Database) {
  const rows: Awaited<ReturnType<typeof sightsAfter>> = [];
  for (;;) {
    const more = await sightsAfter(db, rows.at(-1) ?? { probeId: '', location: '' });
    rows.push(...more);
    if (more.length < chunkRows) break;
  }
  // What is of one probe comes together already, and the sort keeps it so.
  return rows.toSorted(
    (a, b) =>
      a.component.position - b.component.position || a.probeId.localeCompare(b.probeId) || a.position - b.position,
  );
}
