import { makePageNow, type Page } from './bytes.ts';

/** Without a heartbeat for this long, pages say that updates may be delayed. */
export const staleMs = 180_000;

/** The place the layout leaves for the warning: an empty paragraph that carries its words, `#` for the age. */
const place = /(<p\b[^>]*\bdata-stale="([^"#]*)#([^"]*)"[^>]*>)(?=<\/p>)/;
const stalePages = new WeakMap<Page, Page>();

/** The same page with the warning in it, for readers without scripts. Made when first asked for, then kept. */
export function stalePage(page: Page): Page {
  if (page.kind !== 'page') return page;
  const made = stalePages.get(page);
  if (made) return made;
  const html = page.bodies.identity.toString();
  const age = `more than ${staleMs / 60_000} min`;
  const stale = place.test(html)
    ? makePageNow(
        page,
        html.replace(place, (_, element, before, after) => `${element}${before}${age}${after}`),
      )
    : page;
  stalePages.set(page, stale);
  return stale;
}
