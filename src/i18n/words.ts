import type { Locale } from '#core/locale.ts';
import { type Spoken, speak } from './catalogue.ts';
import { type Formats, formatsIn, tagOf } from './formats.ts';
import { de } from './messages/de.ts';
import { en } from './messages/en.ts';
import { es } from './messages/es.ts';
import { fr } from './messages/fr.ts';
import { it } from './messages/it.ts';
import type { Messages } from './messages/messages.ts';
import { pt } from './messages/pt.ts';
import { ru } from './messages/ru.ts';
import { type Sentences, sentencesIn } from './sentences.ts';

/** Everything that a language says, and the way it writes times and numbers. */
export type Words = Spoken<typeof en> &
  Formats &
  Sentences & { readonly locale: Locale /** BCP 47, with the region whose dates it writes. */; readonly tag: string };

const catalogues: Record<Locale, Messages> = { en, es, fr, de, pt, it, ru };
const known = new Map<Locale, Words>();

/** The words of a language; the same value at each call. */
export function wordsIn(locale: Locale): Words {
  const before = known.get(locale);
  if (before) return before;
  const messages = speak(catalogues[locale], tagOf(locale));
  const language = { ...messages, ...formatsIn(locale, messages) };
  const words = { ...language, ...sentencesIn(language), locale, tag: tagOf(locale) };
  known.set(locale, words);
  return words;
}
