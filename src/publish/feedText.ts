import { type Locale, textFor } from '#core/locale.ts';
import { lossFor } from '#core/loss.ts';
import { renderMarkdown } from '#core/markdown.ts';
import { bodyText, defaultLocale, type Snapshot, type SnapshotIncident, type SnapshotUpdate } from '#core/snapshot.ts';
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

/** Whose words a feed speaks: those of its language, over texts of which some are in the page's first language only. */
export type Telling = { snapshot: Snapshot; words: Words };

/** What was lost, as a paragraph of the update that resolves the incident: that is where it is said. */
function lossHtml({ snapshot, words }: Telling, { loss }: SnapshotIncident, { status }: SnapshotUpdate): string {
  if (loss === null || status !== 'resolved') return '';
  const sentence = words.lossSentence(lossFor(loss, words.locale, defaultLocale(snapshot)));
  return `\n<p>${escapeHtml(cleanText(sentence))}</p>`;
}

/** One update in the form that readers of Statuspage's feeds parse: date, status in bold, text. */
export function updateHtml(
  telling: Telling,
  incident: SnapshotIncident,
  update: SnapshotUpdate,
  label: string = telling.words.statuses[update.status],
): string {
  const { snapshot, words } = telling;
  const lead = `<p>${dateHtml(update.at, words.locale)}<br><strong>${label}</strong> - `;
  const { text } = textFor(bodyText(update), words.locale, defaultLocale(snapshot));
  const body = renderMarkdown(cleanText(text)).trim();
  const html = body.startsWith('<p>') ? lead + body.slice('<p>'.length) : `${lead.trimEnd()}</p>\n${body}`;
  return html + lossHtml(telling, incident, update);
}

/**
 * All updates of an incident, newest first. An update that leaves the status as it was is called "Update", but
 * never the first one shown: programs take the first bold words for the incident's current status.
 */
export function updatesHtml(telling: Telling, incident: SnapshotIncident): string {
  const { updates } = incident;
  return updates
    .map((update, index) => {
      const isRepeated = index > 0 && updates[index + 1]?.status === update.status;
      return updateHtml(telling, incident, update, isRepeated ? telling.words.feed.update : undefined);
    })
    .join('\n');
}
