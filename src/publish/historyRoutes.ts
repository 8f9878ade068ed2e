import { incidentsByMonth, maintenancesOf, monthOf, monthsOf } from '#core/history.ts';
import type { Snapshot, SnapshotComponent } from '#core/snapshot.ts';
import { digest, incidentKey, postmortemKey } from './keys.ts';
import { plannedKey } from './maintenanceRoutes.ts';

/** A page of the past, before it is rendered: its address without a language, and what its bytes depend on. */
export type HistoryPage = { path: string; key: string };

/** What the keys of others are made of. */
type Keys = {
  /** What every page shows. */
  frame: string;
  /** The state of the whole. */
  whole: string;
};

/**
 * `/history`, and a page for each month. An update renders again the month its incident began in and nothing else; a
 * new month, all of them, for the index at their foot.
 */
export function historyPages(snapshot: Snapshot, { frame, whole }: Keys): HistoryPage[] {
  const months = monthsOf(snapshot);
  const byMonth = incidentsByMonth(snapshot.incidents);
  const learned = Map.groupBy(snapshot.postmortems, ({ publishedOn }) => monthOf(Date.parse(publishedOn)));
  const index = `${months[0]}${months.at(-1)}`;
  const keys = new Map(
    months.map((month) => [
      month,
      digest([
        frame,
        index,
        ...(byMonth.get(month) ?? []).map(incidentKey),
        ...(learned.get(month) ?? []).map(postmortemKey),
        plannedKey(maintenancesOf(snapshot, month)),
      ]),
    ]),
  );
  return [
    { path: '/history', key: digest([whole, ...months.slice(0, 3).map((month) => keys.get(month))]) },
    ...months.map((month) => ({ path: `/history/${month}`, key: keys.get(month) ?? '' })),
  ];
}

/**
 * Every incident of one component, year by year.
 * @param key changes with any of them
 */
export function componentHistoryPage({ slug }: SnapshotComponent, key: string): HistoryPage {
  return { path: `/components/${slug}/history`, key };
}

/** The states of what a component stands on and of what stands on it: they are drawn on its page. */
export function neighbourKey({ id, dependsOn }: SnapshotComponent, components: readonly SnapshotComponent[]): string {
  const neighbours = components.filter((one) => dependsOn.includes(one.id) || one.dependsOn.includes(id));
  return neighbours.map((one) => one.state).join();
}
