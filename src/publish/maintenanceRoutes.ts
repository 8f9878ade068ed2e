import { isAhead } from '#core/maintenance.ts';
import type { Snapshot, SnapshotMaintenance } from '#core/snapshot.ts';
import { calendared, calendarText, eventPath, eventText } from './calendar.ts';
import { calendarPath, feedAddress } from './feedAddress.ts';
import { digest, maintenanceKey } from './keys.ts';
import { pageRoutes, type Route, textRoute } from './route.ts';

const contentType = 'text/calendar; charset=utf-8';

/** What the bytes of everything that shows these depend on. */
export function plannedKey(maintenances: readonly SnapshotMaintenance[]): string {
  return digest(maintenances.map(maintenanceKey));
}

/**
 * Everything that is of planned work alone: its pages and its calendars.
 * @param keys what every page shows, and what says how things are now
 */
export function maintenanceRoutes(snapshot: Snapshot, { frame, now }: { frame: string; now: string }): Route[] {
  const { maintenances, components, page } = snapshot;
  const shown = calendared(snapshot);
  return [
    ...maintenances.flatMap((maintenance) => {
      const live = isAhead(maintenance);
      const own = frame + maintenanceKey(maintenance);
      const path = `/maintenances/${maintenance.id}`;
      return [
        ...pageRoutes({ path, live, key: live ? now : own }, page.locales),
        textRoute({
          path: eventPath(maintenance),
          key: own,
          kind: 'feed',
          contentType,
          text: (seen) => eventText(seen, maintenance),
        }),
      ];
    }),
    ...[null, ...components].map((component) => {
      const path = feedAddress(calendarPath, { component: component?.slug ?? null, perUpdate: false });
      // What is shown leaves it with time.
      const key = frame + plannedKey(shown);
      return textRoute({ path, key, kind: 'feed', contentType, text: (seen) => calendarText(seen, component) });
    }),
  ];
}
