import { bodyText, type SnapshotMaintenance, type SnapshotMaintenanceUpdate, titleText } from '#core/snapshot.ts';
import type { FeedDraft } from './feeds.ts';
import { addressOf, type Telling, tagOf, told } from './feedTelling.ts';
import { cleanText, inTurn, scheduledHtml, wordHtml } from './feedText.ts';

/**
 * The items of one maintenance: one, or one for each update. It is dated by what was said of it, like all else: a feed
 * that is newest first has no dates to come.
 */
export function maintenanceItems(telling: Telling, maintenance: SnapshotMaintenance, perUpdate: boolean): FeedDraft[] {
  const { statuses } = telling.words.maintenance;
  const { id, status, scheduledFromAt, scheduledToAt, createdAt, updatedAt, updates } = maintenance;
  const title = cleanText(told(telling, titleText(maintenance)));
  const tag = `Maintenance/${id}`;
  const url = addressOf(telling, `/maintenances/${id}`);
  const htmlOf = (update: SnapshotMaintenanceUpdate, label: string = statuses[update.status]) =>
    wordHtml(telling, update.at, bodyText(update), label);
  if (perUpdate)
    return updates.map((update) => ({
      at: update.at,
      write: () => ({
        id: tagOf(telling, `${tag}/${update.id}`),
        url: `${url}#${update.id}`,
        title: `${statuses[update.status]}: ${title}`,
        html: htmlOf(update),
        publishedAt: update.at,
      }),
    }));
  const times = status === 'cancelled' ? '' : `${scheduledHtml(scheduledFromAt, scheduledToAt)}\n`;
  return [
    {
      at: updatedAt,
      write: () => ({
        id: tagOf(telling, tag),
        url,
        title,
        html: times + inTurn(telling, updates, htmlOf),
        publishedAt: createdAt,
      }),
    },
  ];
}
