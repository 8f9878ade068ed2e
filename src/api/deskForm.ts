import { locales } from '#core/locale.ts';

/** A form as Hono parses it. */
export type Form = Record<string, unknown>;

/** The text in a field; an absent field is an empty one. */
export function textOf(form: Form, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value : '';
}

/** Every text of a field that may be there several times. */
export function listOf(form: Form, name: string): string[] {
  return [form[name] ?? []].flat().filter((value): value is string => typeof value === 'string');
}

/** A field that says nothing when it is empty. */
function filled<Name extends string>(form: Form, name: string, as: Name): Partial<Record<Name, string>> {
  const text = textOf(form, name);
  return text.trim() === '' ? {} : ({ [as]: text } as Record<Name, string>);
}

/** Browsers send line breaks in a form of their own. */
const plain = (text: string) => text.replaceAll('\r\n', '\n').trim();

/** A workaround that stands in its field as it was shown is left alone; one that was wiped out is taken back. */
function workaroundOf(form: Form): { workaround?: string | null } {
  const text = textOf(form, 'workaround');
  if (plain(text) === plain(textOf(form, 'workaroundShown'))) return {};
  return { workaround: plain(text) === '' ? null : text };
}

/** What `datetime-local` gives is read as UTC, which its label says. What is not of that form is refused. */
export function instantOf(form: Form, name: string): string {
  const text = textOf(form, name);
  // Browsers leave out seconds that are 0.
  return /T\d\d:\d\d$/.test(text) ? `${text}:00Z` : `${text}Z`;
}

function lossOf(form: Form) {
  switch (textOf(form, 'loss')) {
    case 'none':
      return { loss: { kind: 'none' } };
    case 'unknown':
      return { loss: null };
    case 'window': {
      const { recovery = 'unknown' } = filled(form, 'recovery', 'recovery');
      const instants = { from: instantOf(form, 'lossFrom'), to: instantOf(form, 'lossTo') };
      return { loss: { kind: 'window', ...instants, what: textOf(form, 'lossWhat'), recovery } };
    }
    default:
      return {};
  }
}

/** The fields of translations, named `translation.es.body`. */
function translationsOf(form: Form) {
  const translations = locales.flatMap((locale) => {
    const of = (field: string) => filled(form, `translation.${locale}.${field}`, field);
    const texts = { ...of('title'), ...of('body'), ...of('workaround'), ...of('lossWhat') };
    return Object.keys(texts).length === 0 ? [] : [[locale, texts] as const];
  });
  return translations.length === 0 ? {} : { translations: Object.fromEntries(translations) };
}

/** The fields that every word may have, as the verbs take them: what was left empty is not there. */
export function wordsInput(form: Form) {
  return {
    body: textOf(form, 'body'),
    ...filled(form, 'language', 'language'),
    ...workaroundOf(form),
    ...lossOf(form),
    ...translationsOf(form),
  };
}

/** The fields of an update. */
export function updateInput(form: Form) {
  const minutes = textOf(form, 'nextUpdateMinutes');
  return {
    ...wordsInput(form),
    ...filled(form, 'status', 'status'),
    ...(minutes ? { nextUpdateMinutes: Number(minutes) } : {}),
  };
}

/** The fields of a translation that is added later. */
export function translationInput(form: Form) {
  return {
    locale: textOf(form, 'locale'),
    body: textOf(form, 'body'),
    ...filled(form, 'title', 'title'),
    ...filled(form, 'workaround', 'workaround'),
    ...filled(form, 'lossWhat', 'lossWhat'),
  };
}

/**
 * Everything that was typed, to be given back with a refusal.
 * @param path the address of the form
 */
export function draftOf(form: Form, path: string) {
  const typed = Object.fromEntries(Object.keys(form).map((name) => [name, textOf(form, name)]));
  return { form: path, typed, components: listOf(form, 'component') };
}
