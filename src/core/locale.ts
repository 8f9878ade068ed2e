import { z } from 'zod';

/** The languages that the product speaks, as BCP 47 tags. */
export const locales = ['en', 'es', 'fr', 'de', 'pt', 'it', 'ru'] as const;
export type Locale = (typeof locales)[number];
export const localeSchema = z.enum(locales);

/** The languages of a page, its default first. */
export type PageLocales = readonly [Locale, ...Locale[]];

/** Staff text in languages besides the one that it was written in. */
export const translationsSchema = z.partialRecord(localeSchema, z.string());
export type Translations = z.infer<typeof translationsSchema>;

/** Staff text that may exist in several languages. */
export const translatedTextSchema = z.object({
  text: z.string(),
  language: localeSchema.nullable().describe('that of the text; null: the first of the page'),
  translations: translationsSchema,
});
export type TranslatedText = z.infer<typeof translatedTextSchema>;

/** What `status.yaml` calls a component in other languages. */
export const componentTranslationsSchema = z.partialRecord(
  localeSchema,
  z.object({ name: z.string().exactOptional(), description: z.string().exactOptional() }),
);
export type ComponentTranslations = z.infer<typeof componentTranslationsSchema>;

/**
 * The address of a page in a language: the default language has none of its own.
 * @param path without a language, from the root: `/history`
 */
export function localePath(locale: Locale, defaultLocale: Locale, path: string): string {
  if (locale === defaultLocale) return path;
  return path === '/' ? `/${locale}` : `/${locale}${path}`;
}

/** Staff text as a reader gets it: in the reader's language where it exists, else as it was written. */
export function textFor(
  { text, language, translations }: TranslatedText,
  locale: Locale,
  defaultLocale: Locale,
): { text: string; language: Locale } {
  const own = translations[locale];
  return own === undefined ? { text, language: language ?? defaultLocale } : { text: own, language: locale };
}
