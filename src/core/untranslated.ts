import type { Locale, PageLocales } from './locale.ts';
import type { SnapshotIncident, SnapshotUpdate } from './snapshot.ts';

/** Older words are not offered: who read them has read them. */
const lookBackMs = 14 * 86_400_000;

/** As many as somebody would do in one sitting. */
const offered = 12;

/** What was said lately and is not in every language of the page, newest first. */
export function untranslatedOf(
  incidents: readonly SnapshotIncident[],
  pageLocales: PageLocales,
  now: number,
): { incident: SnapshotIncident; update: SnapshotUpdate; locale: Locale }[] {
  const [first] = pageLocales;
  const since = now - lookBackMs;
  return incidents
    .filter(({ updatedAt }) => updatedAt >= since)
    .flatMap((incident) =>
      incident.updates
        .filter(({ at }) => at >= since)
        .flatMap((update) =>
          pageLocales
            .filter((locale) => locale !== (update.language ?? first) && update.translations[locale] === undefined)
            .map((locale) => ({ incident, update, locale })),
        ),
    )
    .toSorted((a, b) => b.update.at - a.update.at)
    .slice(0, offered);
}
