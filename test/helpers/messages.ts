import { type Locale, locales } from '#core/locale.ts';
import { de } from '../../src/i18n/messages/de.ts';
import { en } from '../../src/i18n/messages/en.ts';
import { es } from '../../src/i18n/messages/es.ts';
import { fr } from '../../src/i18n/messages/fr.ts';
import { it } from '../../src/i18n/messages/it.ts';
import type { Messages } from '../../src/i18n/messages/messages.ts';
import { pt } from '../../src/i18n/messages/pt.ts';
import { ru } from '../../src/i18n/messages/ru.ts';

/** Every catalogue, as it is written. */
export const catalogues: Record<Locale, Messages> = { en, es, fr, de, pt, it, ru };

/** The languages that are translations. */
export const translated = locales.filter((locale) => locale !== 'en');

/** The messages of a catalogue by their path: `whole.planned`. */
export function messagesOf(part: object, path = ''): [path: string, message: string][] {
  return Object.entries(part).flatMap(([key, inner]): [string, string][] =>
    typeof inner === 'string' ? [[path + key, inner]] : messagesOf(Object(inner), `${path}${key}.`),
  );
}

/**
 * What may be the same in English and elsewhere: names, numbers with their units, words that two languages share.
 * Everything else that is equal was forgotten.
 */
export const sharedWithEnglish: Record<Locale, readonly string[]> = {
  en: [],
  es: [
    'clauses',
    'days.day',
    'latency.milliseconds',
    'latency.seconds',
    'durations.minutes',
    'durations.hours',
    'durations.days',
    'badge.image',
    'badge.json',
  ],
  fr: [
    'states.maintenance',
    'statesInline.maintenance',
    'latency.milliseconds',
    'latency.seconds',
    'durations.minutes',
    'durations.hours',
    'nav.label',
    'components',
    'incidents',
    'badge.image',
    'badge.json',
  ],
  de: [
    'clauses',
    'days.day',
    'latency.medianShort',
    'latency.milliseconds',
    'latency.seconds',
    'durations.minutes',
    'durations.hours',
    'durations.days',
    'badge.image',
    'badge.json',
  ],
  pt: [
    'clauses',
    'days.day',
    'latency.milliseconds',
    'latency.seconds',
    'durations.minutes',
    'durations.hours',
    'durations.days',
    'badge.image',
    'badge.json',
  ],
  it: [
    'clauses',
    'days.day',
    'latency.milliseconds',
    'latency.seconds',
    'durations.minutes',
    'durations.hours',
    'writtenIn',
    'badge.image',
    'badge.json',
  ],
  ru: ['clauses', 'days.day', 'badge.image', 'badge.json'],
};
