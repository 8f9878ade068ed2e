import { textFor } from '#core/locale.ts';
import type { Snapshot, SnapshotMaintenance } from '#core/snapshot.ts';
import { wordsIn } from '../i18n/words.ts';
import type { FeedItem } from './feeds.ts';
import { cleanText, scheduledHtml, wordHtml } from './feedText.ts';

/**
 * The items of one maintenance: one, or one for each update. It is dated by what was said of it, like all else: a feed
 * that is newest first has no dates to come.
 */
export function maintenanceItems({ page }: Snapshot, maintenance: SnapshotMaintenance, perUpdate: boolean): FeedItem[] {
  const { locale, maintenance: words } = wordsIn(page.locales[0] ?? 'en');
  const { status, scheduledFromAt, scheduledToAt, createdAt, updatedAt } = maintenance;
  const title = cleanText(textFor({ ...maintenance, text: maintenance.title }, locale, locale).text);
  const updates = maintenance.updates.map((update) => ({
    ...update,
    body: textFor({ ...update, text: update.body }, locale, locale).text,
  }));
  const id = `tag:${new URL(page.url).hostname},2005:Maintenance/${maintenance.id}`;
  const url = `${page.url}/maintenances/${maintenance.id}`;
  if (perUpdate)
    return updates.map((update) => ({
      id: `${id}/${update.id}`,
      url: `${url}#${update.id}`,
      title: `${words.statuses[update.status]}: ${title}`,
      html: wordHtml(update, words.statuses[update.status]),
      publishedAt: update.at,
      updatedAt: update.at,
    }));
  const times = status === 'cancelled' ? '' : `${scheduledHtml(scheduledFromAt, scheduledToAt)}\n`;
  const said = updates.map((update, index) => {
    const isRepeated = index > 0 && updates[index + 1]?.status === update.status;
    return wordHtml(update, isRepeated ? 'Update' : words.statuses[update.status]);
  });
  const html = times + said.join('\n');
  return [{ id, url, title, html, publishedAt: createdAt, updatedAt }];
}
