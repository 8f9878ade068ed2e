import type { Locale } from '#core/locale.ts';

/** Open Graph names a language with a country (https://ogp.me); where several speak it, the one it is named after. */
export const openGraphLocales: Record<Locale, string> = {
  en: 'en_GB',
  es: 'es_ES',
  fr: 'fr_FR',
  de: 'de_DE',
  pt: 'pt_PT',
  it: 'it_IT',
  ru: 'ru_RU',
};
