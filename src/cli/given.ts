import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { StartError } from '#core/error.ts';
import { type Locale, locales } from '#core/locale.ts';
import { nearest } from '../config/nearest.ts';

/** Options that several commands share, and what was given with them. */

export const bodyArg = {
  type: 'string',
  description: 'The update in Markdown; - reads it from stdin, @FILE from a file',
  required: true,
} as const;

/** The language of a word, and its translations. */
export const languageArgs = {
  language: {
    type: 'string',
    description: 'What all this is written in; without it, the first language of the page',
    valueHint: 'locale',
  },
  translation: {
    type: 'string',
    description:
      'The same in another language, once for each: es=TEXT or es=@FILE is the update itself, es.workaround=... another text',
    valueHint: 'locale[.field]=text',
  },
} as const;

/** A text as it was given, or what the file after an @ says. @@ begins a text with @. */
export async function textFrom(option: string, given: string): Promise<string> {
  if (given.startsWith('@@')) return given.slice(1);
  if (!given.startsWith('@')) return given;
  return readFile(given.slice(1), 'utf8').catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error ? error.code : error;
    throw new StartError(`${option}: the file ${given.slice(1)} cannot be read (${why}).`);
  });
}

/** The text of an update. */
export async function bodyFrom(given: string): Promise<string> {
  return given === '-' ? text(process.stdin) : textFrom('--body', given);
}

/** Every value of an option that may be there several times; citty would keep only the last. */
function allOf(rawArgs: readonly string[], option: string): string[] {
  return rawArgs.flatMap((arg, index) => {
    if (arg.startsWith(`${option}=`)) return [arg.slice(option.length + 1)];
    return arg === option ? [rawArgs[index + 1] ?? ''] : [];
  });
}

/** Every value of an option that takes several at once: `--component a --component=b,c`. */
export function listFrom(rawArgs: readonly string[], option: string): string[] {
  return allOf(rawArgs, option).flatMap((list) => list.split(','));
}

/**
 * One of the words that an option takes.
 * @throws StartError that names the nearest
 */
export function oneOf<Word extends string>(option: string, found: string, words: readonly Word[], noun: string): Word {
  const word = words.find((each) => each === found);
  if (word !== undefined) return word;
  const meant = nearest(found, words);
  const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
  throw new StartError(`${option}: expected ${noun} ${words.join(', ')}, found "${found}".${hint}`);
}

/** A language that the product speaks; whether the page does, the server says. */
export function localeFrom(option: string, found: string): Locale {
  return oneOf(option, found, locales, 'one of the languages');
}

/** Fields of a translation, as options spell them, and as the API does. */
const fieldNames = { body: 'body', title: 'title', workaround: 'workaround', 'loss-what': 'lossWhat' } as const;
export type FieldName = keyof typeof fieldNames;

/**
 * Every `--translation locale[.field]=text`.
 * @param fields those that can be translated here
 */
export async function translationsFrom(rawArgs: readonly string[], fields: readonly FieldName[]) {
  const translations: Record<string, Record<string, string>> = {};
  for (const given of allOf(rawArgs, '--translation')) {
    const [, key = '', value] = /^([^=]*)=(.*)$/s.exec(given) ?? [];
    if (value === undefined)
      throw new StartError(
        `--translation: expected locale=text, such as es="No se ha perdido nada.", found "${given}".`,
      );
    const [tag = '', named = 'body'] = key.split('.', 2);
    const locale = localeFrom('--translation', tag);
    const field = fieldNames[oneOf('--translation', named, fields, 'after the language one of')];
    const known = translations[locale] ?? {};
    if (known[field] !== undefined) throw new StartError(`--translation: ${key} is there twice.`);
    translations[locale] = { ...known, [field]: await textFrom('--translation', value) };
  }
  return Object.keys(translations).length === 0 ? {} : { translations };
}

/** What a word is written in, as far as it was given. */
export function languageFrom({ language }: { language?: string | undefined }) {
  return language === undefined ? {} : { language: localeFrom('--language', language) };
}
