import { isAhead } from './maintenance.ts';
import type { Snapshot, SnapshotIncident, SnapshotMaintenance } from './snapshot.ts';

/** A month of the history: `2026-11`, UTC. */
export type Month = string;

/** The month that an instant lies in. */
export function monthOf(at: number): Month {
  return new Date(at).toISOString().slice(0, 7);
}

/** The month before. */
export function monthBefore(month: Month): Month {
  return monthOf(Date.parse(`${month}-01`) - 1);
}

/** Every month that the page remembers, newest first and without gaps: from the first thing it knows of until now. */
export function monthsOf({ components, incidents, postmortems, generatedAt }: Snapshot): Month[] {
  const first = Math.min(
    generatedAt,
    ...components.map(({ createdAt }) => createdAt),
    incidents.at(-1)?.startedAt ?? generatedAt,
    ...postmortems.map(({ publishedOn }) => Date.parse(publishedOn)),
  );
  const last = Math.max(generatedAt, incidents[0]?.startedAt ?? 0);
  const months = [monthOf(last)];
  for (let month = monthOf(last); month > monthOf(first); months.push(month)) month = monthBefore(month);
  return months;
}

/** The incidents by the month that they began in, in the order they come. */
export function incidentsByMonth(incidents: readonly SnapshotIncident[]): Map<Month, SnapshotIncident[]> {
  return Map.groupBy(incidents, ({ startedAt }) => monthOf(startedAt));
}

/** Planned work that is over, by the month that it began in; what was called off, by the month it was planned for. */
export function maintenancesOf({ maintenances }: Snapshot, month: Month): SnapshotMaintenance[] {
  return maintenances.filter((one) => !isAhead(one) && monthOf(one.startedAt ?? one.scheduledFromAt) === month);
}
