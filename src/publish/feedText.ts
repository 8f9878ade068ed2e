import { textFor } from '#core/locale.ts';
import { lossFor } from '#core/loss.ts';
import { renderMarkdown } from '#core/markdown.ts';
import { bodyText, type SnapshotIncident, type SnapshotUpdate } from '#core/snapshot.ts';
import type { Words } from '../i18n/words.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 (section 2.2) forbids them even as references
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

/** Text that every XML parser takes: no control characters, no half surrogate pairs. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(unprintable, '');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Plain text as HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

const dateParts = new Intl.DateTimeFormat('en-US', {
  timeZone: 'UTC',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

function dateHtml(at: number): string {
  const parts = Object.fromEntries(dateParts.formatToParts(at).map(({ type, value }) => [type, value]));
  const { month, day, hour, minute } = parts;
  return `<small>${month} <var data-var='date'>${day}</var>, <var data-var='time'>${hour}:${minute}</var> UTC</small>`;
}

/** What was lost, as a paragraph of the update that resolves the incident: that is where it is said. */
function lossHtml({ loss }: SnapshotIncident, { status }: SnapshotUpdate, words: Words): string {
  if (loss === null || status !== 'resolved') return '';
  const sentence = words.lossSentence(lossFor(loss, words.locale, words.locale));
  return `\n<p>${escapeHtml(cleanText(sentence))}</p>`;
}

/**
 * One update in the form that readers of Statuspage's feeds parse: date, status in bold, text.
 * @param words those of the page's first language, which is the one of its feeds
 */
export function updateHtml(
  incident: SnapshotIncident,
  update: SnapshotUpdate,
  words: Words,
  label: string = words.statuses[update.status],
): string {
  const lead = `<p>${dateHtml(update.at)}<br><strong>${label}</strong> - `;
  const { text } = textFor(bodyText(update), words.locale, words.locale);
  const body = renderMarkdown(cleanText(text)).trim();
  const html = body.startsWith('<p>') ? lead + body.slice('<p>'.length) : `${lead.trimEnd()}</p>\n${body}`;
  return html + lossHtml(incident, update, words);
}

/**
 * All updates of an incident, newest first. An update that leaves the status as it was is called "Update", but
 * never the first one shown: programs take the first bold words for the incident's current status.
 */
export function updatesHtml(incident: SnapshotIncident, words: Words): string {
  const { updates } = incident;
  return updates
    .map((update, index) => {
      const isRepeated = index > 0 && updates[index + 1]?.status === update.status;
      return updateHtml(incident, update, words, isRepeated ? 'Update' : undefined);
    })
    .join('\n');
}
