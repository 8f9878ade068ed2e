import type { Locale, TranslatedText } from '#core/locale.ts';
import { lossFor } from '#core/loss.ts';
import { renderMarkdown } from '#core/markdown.ts';
import { bodyText, defaultLocale, type SnapshotIncident, type SnapshotUpdate } from '#core/snapshot.ts';
import { type Telling, told } from './feedTelling.ts';

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

const dateForms = new Map<Locale, Intl.DateTimeFormat>();
const dateForm = { month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;

function dateFormOf(locale: Locale): Intl.DateTimeFormat {
  // In English as Statuspage writes it: "Nov 20, 20:00".
  const tag = locale === 'en' ? 'en-US' : locale;
  const form =
    dateForms.get(locale) ?? new Intl.DateTimeFormat(tag, { timeZone: 'UTC', hourCycle: 'h23', ...dateForm });
  dateForms.set(locale, form);
  return form;
}

const datePart: Partial<Record<Intl.DateTimeFormatPartTypes, (value: string) => string>> = {
  day: (value) => `<var data-var='date'>${value}</var>`,
  hour: (value) => `<var data-var='time'>${value}`,
  minute: (value) => `${value}</var>`,
};

function dateHtml(at: number, locale: Locale): string {
  const parts = dateFormOf(locale).formatToParts(at);
  return `<small>${parts.map(({ type, value }) => datePart[type]?.(value) ?? value).join('')} UTC</small>`;
}

/** What was lost, as a paragraph of the update that resolves the incident: that is where it is said. */
function lossHtml({ snapshot, words }: Telling, { loss }: SnapshotIncident, { status }: SnapshotUpdate): string {
  if (loss === null || status !== 'resolved') return '';
  const sentence = words.lossSentence(lossFor(loss, words.locale, defaultLocale(snapshot)));
  return `\n<p>${escapeHtml(cleanText(sentence))}</p>`;
}

/** One word in the form that readers of Statuspage's feeds parse: date, status in bold, text. */
export function wordHtml(telling: Telling, at: number, body: TranslatedText, label: string): string {
  const lead = `<p>${dateHtml(at, telling.words.locale)}<br><strong>${label}</strong> - `;
  const html = renderMarkdown(cleanText(told(telling, body))).trim();
  return html.startsWith('<p>') ? lead + html.slice('<p>'.length) : `${lead.trimEnd()}</p>\n${html}`;
}

/** One update of an incident. */
export function updateHtml(
  telling: Telling,
  incident: SnapshotIncident,
  update: SnapshotUpdate,
  label: string = telling.words.statuses[update.status],
): string {
  return wordHtml(telling, update.at, bodyText(update), label) + lossHtml(telling, incident, update);
}

/**
 * All updates of one thing, newest first. An update that leaves the status as it was is called "Update", but never the
 * first one shown: programs take the first bold words for the current status.
 * @param html an update under its label, or under that of its status
 */
export function inTurn<Update extends { status: string }>(
  { words }: Telling,
  updates: readonly Update[],
  html: (update: Update, label?: string) => string,
): string {
  return updates
    .map((update, index) => {
      const isRepeated = index > 0 && updates[index + 1]?.status === update.status;
      return html(update, isRepeated ? words.feed.update : undefined);
    })
    .join('\n');
}

/** The line by which readers of Statuspage's feeds know planned work, in its English whatever the page speaks. */
export function scheduledHtml(fromAt: number, toAt: number): string {
  const [from, to] = [englishParts(fromAt), englishParts(toAt)];
  const dayOf = ({ month, day }: typeof from) => `${month} ${day}`;
  const clockOf = ({ hour, minute }: typeof from) => `${hour}:${minute}`;
  const end = dayOf(from) === dayOf(to) ? clockOf(to) : `${dayOf(to)}, ${clockOf(to)}`;
  return `<p><strong>THIS IS A SCHEDULED EVENT ${dayOf(from)}, ${clockOf(from)} - ${end} UTC</strong></p>`;
}

function englishParts(at: number) {
  return Object.fromEntries(
    dateFormOf('en')
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
}
