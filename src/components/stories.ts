import type { SnapshotComponent, SnapshotDay, SnapshotIncident } from '#core/snapshot.ts';
import { dayMs } from '#core/uptime.ts';

/** What a stretch of days was: the same state, and the incidents that named the component in it. */
export type Story = {
  /** The first of its days, counted from the epoch, UTC. */
  day: number;
  /** That first day; for a stretch of several days they differ only in their date. */
  first: SnapshotDay;
  /** Newest first. */
  incidents: readonly SnapshotIncident[];
};

/** The number of a day, counted from the epoch. */
export function dayNumber({ date }: SnapshotDay): number {
  return Date.parse(date) / dayMs;
}

/** True for a day on which there is nothing to tell but its state. */
function isPlain({ first, incidents }: Story): boolean {
  return first.failingMs === 0 && incidents.length === 0;
}

/**
 * The days of a component as stories, oldest first. Days on end with nothing to tell but the same state are one story;
 * every other day has its own.
 * @param incidents newest first; those of other components and times are passed over
 */
export function storiesOf(
  { id, days }: Pick<SnapshotComponent, 'id' | 'days'>,
  incidents: readonly SnapshotIncident[],
): Story[] {
  const own = incidents.filter(({ components }) => components.some((one) => one.id === id));
  const stories: Story[] = [];
  for (const first of days) {
    const day = dayNumber(first);
    const touching = own.filter(
      ({ startedAt, resolvedAt }) =>
        startedAt < (day + 1) * dayMs && (resolvedAt ?? Number.POSITIVE_INFINITY) >= day * dayMs,
    );
    const story = { day, first, incidents: touching };
    const last = stories.at(-1);
    if (!last || !isPlain(last) || !isPlain(story) || last.first.state !== first.state) stories.push(story);
  }
  return stories;
}

/** The stories of failing days and of days with an incident, newest first. */
export function toldStories(stories: readonly Story[]): Story[] {
  return stories.filter((story) => !isPlain(story)).toReversed();
}

/** The incidents that may be in the stories of these days. */
export function incidentsSince(
  incidents: readonly SnapshotIncident[],
  days: readonly SnapshotDay[],
): SnapshotIncident[] {
  const from = Date.parse(days[0]?.date ?? '');
  return incidents.filter(({ resolvedAt }) => resolvedAt === null || resolvedAt >= from);
}
