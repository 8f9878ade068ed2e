import { z } from 'zod';
import { DomainError, type FieldProblem } from './error.ts';
import { type Locale, localeSchema, type PageLocales, type TranslatedText, type Translations } from './locale.ts';
import { type Loss, recoveries } from './loss.ts';
import { bodySchema, lossWhatSchema, titleSchema, workaroundSchema } from './staffText.ts';

// RFC 3339 section 5.6: with seconds and zone.
const instantSchema = z.iso.datetime({ offset: true, error: 'an instant such as 2026-11-19T08:00:00Z' });

/** Input of the loss window, its instants as ISO 8601 with their zone. */
const lossInputSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none').describe('nothing was lost') }),
  z
    .strictObject({
      kind: z.literal('window'),
      from: instantSchema.describe('the oldest moment that is missing'),
      to: instantSchema.describe('the newest moment that is missing'),
      what: lossWhatSchema.describe('what is missing, one line'),
      recovery: z.enum(recoveries).describe('what comes back'),
    })
    .refine(({ from, to }) => Date.parse(from) <= Date.parse(to), {
      path: ['to'],
      error: 'an instant that is not before "from"',
    }),
]);

const translationSchema = z.strictObject({
  title: titleSchema.optional(),
  body: bodySchema.optional(),
  workaround: workaroundSchema.optional(),
  lossWhat: lossWhatSchema.optional(),
});

/** The fields that every word about an incident may carry beside its text. */
export const factFields = {
  language: localeSchema.optional().describe('of what is written here; default: the first of the page'),
  workaround: workaroundSchema
    .nullable()
    .optional()
    .describe('what readers can do meanwhile, Markdown; null takes it back'),
  loss: lossInputSchema.nullable().optional().describe('what of the data is lost; null: that is not known any more'),
};

/** The same words in other languages, by language; the title is the incident's and is said once. */
export const titledTranslations = z.partialRecord(localeSchema, translationSchema).optional();
export const untitledTranslations = z.partialRecord(localeSchema, translationSchema.omit({ title: true })).optional();

/** Input of a translation that is added to an update later. */
export const newTranslationSchema = z.strictObject({
  locale: localeSchema.describe('one of the languages of the page'),
  body: bodySchema,
  title: titleSchema.optional().describe('of the incident, where it has none in this language'),
  workaround: workaroundSchema.optional(),
  lossWhat: lossWhatSchema.optional(),
});
export type NewTranslation = z.infer<typeof newTranslationSchema>;

type Translation = z.infer<typeof translationSchema>;

/** What somebody says about an incident, parsed. */
type WordsInput = {
  body: string;
  language?: Locale | undefined;
  workaround?: string | null | undefined;
  loss?: z.infer<typeof lossInputSchema> | null | undefined;
  translations?: Partial<Record<Locale, Translation>> | undefined;
};

/** The same as it is kept: each text with its languages. What is absent stays as it was. */
export type IncidentWords = {
  body: TranslatedText;
  workaround?: TranslatedText | null;
  loss?: Loss | null;
};

/** A refusal that names each field, in the form of every other one. */
export function refused(problems: readonly FieldProblem[]): DomainError {
  const words = problems.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
  return new DomainError('invalid', `The request does not fit: ${words}.`, problems);
}

/** The sentence for a language that the page does not have; null for one that it has. */
export function foreignLocale(locale: Locale, pageLocales: PageLocales): string | null {
  return pageLocales.includes(locale) ? null : `expected a language of the page, one of ${pageLocales.join(', ')}`;
}

function problemsOf(input: WordsInput, language: Locale, pageLocales: PageLocales, now: number): FieldProblem[] {
  const { loss, workaround, translations = {} } = input;
  const foreign = foreignLocale(language, pageLocales);
  const problems: FieldProblem[] = foreign === null ? [] : [{ pointer: '/language', detail: foreign }];
  // A window that is not over cannot be told as a fact; a minute is what clocks may differ.
  if (loss?.kind === 'window' && Date.parse(loss.to) > now + 60_000)
    problems.push({ pointer: '/loss/to', detail: 'expected an instant that has passed' });
  for (const locale of localeSchema.options) {
    const part = translations[locale];
    if (part === undefined) continue;
    const pointer = `/translations/${locale}`;
    const strange = foreignLocale(locale, pageLocales);
    if (strange !== null) problems.push({ pointer, detail: strange });
    else if (locale === language) problems.push({ pointer, detail: 'the text itself is in this language' });
    if (part.workaround !== undefined && !workaround)
      problems.push({ pointer: `${pointer}/workaround`, detail: 'there is no workaround here to translate' });
    if (part.lossWhat !== undefined && loss?.kind !== 'window')
      problems.push({ pointer: `${pointer}/lossWhat`, detail: 'there is no loss window here to translate' });
  }
  return problems;
}

/** One text of an input with its translations. */
export function translated(
  { language, translations = {} }: Pick<WordsInput, 'language' | 'translations'>,
  field: keyof Translation,
  text: string,
  pageLocales: PageLocales,
): TranslatedText {
  const others: Translations = {};
  for (const locale of pageLocales) {
    const own = translations[locale]?.[field];
    if (own !== undefined) others[locale] = own;
  }
  return { text, language: language ?? pageLocales[0], translations: others };
}

/**
 * The words of an input with their languages, as they are kept.
 * @param pageLocales the languages of the page, its default first
 * @throws DomainError `invalid` for a language that the page does not have, a translation of what is not said, and a
 * loss window that ends in the future
 */
export function wordsOf(input: WordsInput, pageLocales: PageLocales, now: number): IncidentWords {
  const { body, workaround, loss } = input;
  const problems = problemsOf(input, input.language ?? pageLocales[0], pageLocales, now);
  if (problems.length > 0) throw refused(problems);
  const told = (field: keyof Translation) => (text: string) => translated(input, field, text, pageLocales);
  return {
    body: told('body')(body),
    ...(workaround === undefined ? {} : { workaround: workaround === null ? null : told('workaround')(workaround) }),
    ...(loss === undefined ? {} : { loss: loss && keptLoss(loss, told('lossWhat')) }),
  };
}

function keptLoss(loss: z.infer<typeof lossInputSchema>, told: (what: string) => TranslatedText): Loss {
  if (loss.kind === 'none') return loss;
  const { from, to, what, recovery } = loss;
  return { kind: 'window', fromAt: Date.parse(from), toAt: Date.parse(to), what: told(what), recovery };
}
