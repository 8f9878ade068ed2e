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

function partsOf(at: number) {
  return Object.fromEntries(dateParts.formatToParts(at).map(({ type, value }) => [type, value]));
}

function dateHtml(at: number): string {
  const { month, day, hour, minute } = partsOf(at);
  return `<small>${month} <var data-var='date'>${day}</var>, <var data-var='time'>${hour}:${minute}</var> UTC</small>`;
}

/** One word in the form that readers of Statuspage's feeds parse: date, status in bold, text. */
export function wordHtml({ at, body }: { at: number; body: string }, label: string): string {
  const lead = `<p>${dateHtml(at)}<br><strong>${label}</strong> - `;
  const html = renderMarkdown(cleanText(body)).trim();
  return html.startsWith('<p>') ? lead + html.slice('<p>'.length) : `${lead.trimEnd()}</p>\n${html}`;
}

/** What was lost, as a paragraph of the update that resolves the incident: that is where it is said. */
function lossHtml({ loss }: SnapshotIncident, { status }: SnapshotUpdate, words: Words): string {
  if (loss === null || status !== 'resolved') return '';
  const sentence = words.lossSentence(lossFor(loss, words.locale, words.locale));
  return `\n<p>${escapeHtml(cleanText(sentence))}</p>`;
}

/**
 * One update of an incident.
 * @param words those of the page's first language, which is the one of its feeds
 */
export function updateHtml(
  incident: SnapshotIncident,
  update: SnapshotUpdate,
  words: Words,
  label: string = words.statuses[update.status],
): string {
  const { text } = textFor(bodyText(update), words.locale, words.locale);
  return wordHtml({ at: update.at, body: text }, label) + lossHtml(incident, update, words);
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

/** The line by which readers of Statuspage's feeds know planned work, in its English whatever the page speaks. */
export function scheduledHtml(fromAt: number, toAt: number): string {
  const [from, to] = [partsOf(fromAt), partsOf(toAt)];
  const dayOf = ({ month, day }: typeof from) => `${month} ${day}`;
  const clockOf = ({ hour, minute }: typeof from) => `${hour}:${minute}`;
  const end = dayOf(from) === dayOf(to) ? clockOf(to) : `${dayOf(to)}, ${clockOf(to)}`;
  return `<p><strong>THIS IS A SCHEDULED EVENT ${dayOf(from)}, ${clockOf(from)} - ${end} UTC</strong></p>`;
}
