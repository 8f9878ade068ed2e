import { sql } from 'drizzle-orm';
import { dayMs, noTimes, type Times } from '#core/uptime.ts';
import { withDays, type YearTimes } from '#core/years.ts';
import type { Database } from './client.ts';
import { componentDays } from './schema.ts';

/** A day like most: it worked from its first to its last millisecond. */
const calm: Times = { ...noTimes(), operational: dayMs };

type Folded = { first: number | null; last: number; others: string };
/** The columns of a day in their order. */
type Other = [
  day: number,
  operational: number,
  degraded: number,
  partial: number,
  major: number,
  maintenance: number,
  unknown: number,
];

/**
 * The folded years of a component before `toAt`, oldest first. Days are folded one after the other, so that none is
 * missing between the first and the last; calm ones are only counted, and a long history costs little to read.
 */
export async function foldedYearsOf(db: Database, componentId: string, toAt: number): Promise<YearTimes[]> {
  const { day, operationalMs, degradedMs, partialOutageMs, majorOutageMs, maintenanceMs, unknownMs } = componentDays;
  const [row] = await db.orm.all<Folded>(sql`
    select min(${day}) as first, max(${day}) as last,
      json_group_array(json_array(${day}, ${operationalMs}, ${degradedMs}, ${partialOutageMs}, ${majorOutageMs},
        ${maintenanceMs}, ${unknownMs})) filter (where ${operationalMs} <> ${dayMs}) as others
    from ${componentDays} where ${componentDays.componentId} = ${componentId} and ${day} < ${toAt / dayMs}`);
  if (!row || row.first === null) return [];
  const others = new Map(
    (JSON.parse(row.others) as Other[]).map(
      ([day, operational, degraded, partial_outage, major_outage, maintenance, unknown]): [number, Times] => [
        day,
        { operational, degraded, partial_outage, major_outage, maintenance, unknown },
      ],
    ),
  );
  const { first, last } = row;
  return withDays(
    [],
    Array.from({ length: last - first + 1 }, (_, index) => [
      (first + index) * dayMs,
      others.get(first + index) ?? calm,
    ]),
  );
}
