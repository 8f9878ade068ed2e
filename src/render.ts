import { astro, FetchState } from 'astro/fetch';
import { type Locale, localePath } from '#core/locale.ts';
import { defaultLocale, inLanguage, type Snapshot } from '#core/snapshot.ts';
import { wordsIn } from './i18n/words.ts';

/** A snapshot has one value in a language, however many pages are made of it. */
const known = new WeakMap<Snapshot, Map<Locale, Snapshot>>();

function snapshotIn(snapshot: Snapshot, locale: Locale): Snapshot {
  const before = known.get(snapshot);
  const made = before?.get(locale) ?? inLanguage(snapshot, locale);
  known.set(snapshot, (before ?? new Map()).set(locale, made));
  return made;
}

/**
 * Renders one Astro page in one language. Handed to whoever needs pages; nobody else knows Astro.
 * @param path the address without a language: pages are the same in all of them
 */
export async function renderPage(path: string, { locale, snapshot, ...asked }: Asked): Promise<Response> {
  const first = defaultLocale(snapshot);
  const spoken = locale ?? first;
  const state = new FetchState(new Request(new URL(path, 'http://intermission.invalid')));
  Object.assign(state.locals, asked, {
    snapshot: snapshotIn(snapshot, spoken),
    words: wordsIn(spoken),
    link: (address: string) => localePath(spoken, first, address),
  } satisfies Pick<App.Locals, 'snapshot' | 'words' | 'link'>);
  return astro(state);
}
