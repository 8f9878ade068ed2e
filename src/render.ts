import { astro, FetchState } from 'astro/fetch';
import { localePath } from '#core/locale.ts';
import { wordsIn } from './i18n/words.ts';

/**
 * Renders one Astro page in one language. Handed to whoever needs pages; nobody else knows Astro.
 * @param path the address without a language: pages are the same in all of them
 */
export async function renderPage(path: string, { locale, ...asked }: Asked): Promise<Response> {
  const [first = 'en'] = asked.snapshot.page.locales;
  const spoken = locale ?? first;
  const state = new FetchState(new Request(new URL(path, 'http://intermission.invalid')));
  Object.assign(state.locals, asked, {
    words: wordsIn(spoken),
    link: (address: string) => localePath(spoken, first, address),
  } satisfies Pick<App.Locals, 'words' | 'link'>);
  return astro(state);
}
