import { localePath, type TranslatedText, textFor } from '#core/locale.ts';
import { defaultLocale, type Snapshot } from '#core/snapshot.ts';
import type { Words } from '../i18n/words.ts';

/** Whose words a feed speaks: those of its language, over texts of which some are in the page's first language only. */
export type Telling = { snapshot: Snapshot; words: Words };

/** What staff wrote in the language of the feed, where it exists. */
export function told({ snapshot, words }: Telling, text: TranslatedText): string {
  return textFor(text, words.locale, defaultLocale(snapshot)).text;
}

/**
 * The address of a page in the language of the feed.
 * @param path without a language
 */
export function addressOf({ snapshot, words }: Telling, path: string): string {
  return snapshot.page.url + localePath(words.locale, defaultLocale(snapshot), path);
}

/** The host of the page, by which its tags (RFC 4151) are its own. */
export const hostOf = ({ page }: Snapshot) => new URL(page.url).hostname;

/** The same thing told in another language is another entry, for readers that follow both; the default has no mark. */
export function tagOf({ snapshot, words }: Telling, name: string): string {
  const language = words.locale === defaultLocale(snapshot) ? '' : `${words.locale}/`;
  return `tag:${hostOf(snapshot)},2005:${language}${name}`;
}
