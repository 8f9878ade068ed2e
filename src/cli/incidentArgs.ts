import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { StartError } from '#core/error.ts';
import { type Locale, locales } from '#core/locale.ts';
import { recoveries } from '#core/loss.ts';
import { nearest } from '../config/nearest.ts';

/** What staff say of an incident, as options of the command line. */

export const bodyArg = {
  type: 'string',
  description: 'The update in Markdown; - reads it from stdin, @FILE from a file',
  required: true,
} as const;

const recoveryWords: string[] = [...recoveries];

/** The facts that every word about an incident may carry. */
export const factArgs = {
  workaround: {
    type: 'string',
    description: 'What readers can do meanwhile, Markdown or @FILE; "none" takes it back',
    valueHint: 'text',
  },
  loss: {
    type: 'string',
    description: '"none" says that nothing was lost, "unknown" that nobody can say any more',
    valueHint: 'none|unknown',
  },
  'loss-from': { type: 'string', description: 'The oldest moment that is missing', valueHint: 'instant' },
  'loss-to': { type: 'string', description: 'The newest moment that is missing', valueHint: 'instant' },
  'loss-what': { type: 'string', description: 'What is missing, in one line', valueHint: 'text' },
  recovery: { type: 'enum', description: 'What of it comes back', options: recoveryWords },
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
export function allOf(rawArgs: readonly string[], option: string): string[] {
  return rawArgs.flatMap((arg, index) => {
    if (arg.startsWith(`${option}=`)) return [arg.slice(option.length + 1)];
    return arg === option ? [rawArgs[index + 1] ?? ''] : [];
  });
}

function oneOf<Word extends string>(option: string, found: string, words: readonly Word[], noun: string): Word {
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
type FieldName = keyof typeof fieldNames;

/**
 * Every `--translation locale[.field]=text`.
 * @param fields those that can be translated here
 */
async function translationsFrom(rawArgs: readonly string[], fields: readonly FieldName[]) {
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

/** What citty makes of the options above. */
type Facts = {
  workaround?: string | undefined;
  loss?: string | undefined;
  'loss-from'?: string | undefined;
  'loss-to'?: string | undefined;
  'loss-what'?: string | undefined;
  recovery?: string | undefined;
  language?: string | undefined;
};

const windowParts = ['loss-from', 'loss-to', 'loss-what', 'recovery'] as const;

/** An instant with its zone: a time without one is another instant for whoever reads it elsewhere. */
function instantFrom(option: string, given: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(given) && !Number.isNaN(Date.parse(given)))
    return new Date(given).toISOString();
  throw new StartError(`--${option}: expected an instant with its zone, such as 2026-11-19T08:00Z, found "${given}".`);
}

function lossFrom(args: Facts) {
  const given = windowParts.filter((part) => args[part] !== undefined);
  if (args.loss !== undefined) {
    if (given.length > 0) throw new StartError(`--loss ${args.loss}: there is no --${given[0]} to it.`);
    return oneOf('--loss', args.loss, ['none', 'unknown'], 'one of') === 'none' ? { kind: 'none' } : null;
  }
  if (given.length === 0) return undefined;
  const { 'loss-from': from, 'loss-to': to, 'loss-what': what, recovery = 'unknown' } = args;
  if (from === undefined || to === undefined || what === undefined) {
    const missing = windowParts.filter((part) => part !== 'recovery' && args[part] === undefined);
    throw new StartError(
      `A loss window is told whole: ${missing.map((part) => `--${part}`).join(' and ')} is missing.`,
    );
  }
  return { kind: 'window', from: instantFrom('loss-from', from), to: instantFrom('loss-to', to), what, recovery };
}

/** The facts as the API takes them; what was not given is not there. */
async function factsFrom(args: Facts) {
  const loss = lossFrom(args);
  const { workaround, language } = args;
  return {
    ...(workaround === undefined
      ? {}
      : { workaround: workaround === 'none' ? null : await textFrom('--workaround', workaround) }),
    ...(loss === undefined ? {} : { loss }),
    ...(language === undefined ? {} : { language: localeFrom('--language', language) }),
  };
}

/**
 * Everything that a word says.
 * @param alsoTranslated fields with translations besides those that every word has
 */
export async function wordsFrom(
  args: Facts & { body: string },
  rawArgs: readonly string[],
  alsoTranslated: readonly FieldName[] = [],
) {
  return {
    body: await bodyFrom(args.body),
    ...(await factsFrom(args)),
    ...(await translationsFrom(rawArgs, ['body', ...alsoTranslated, 'workaround', 'loss-what'])),
  };
}
