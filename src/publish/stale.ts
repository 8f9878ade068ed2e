import { makePageNow, type Page } from './bytes.ts';

/** Without a heartbeat for this long, pages say that updates may be delayed. */
export const staleMs = 180_000;

/** The place the layout leaves for the warning: an empty paragraph that carries its words, `#` for the age. */
const place = /(<p\b[^>]*\bdata-stale="([^"#]*)#([^"]*)"[^>]*>)(?=<\/p>)/;
const stalePages = new WeakMap<Page, Page>();

function withWarning(page: Page): Page {
  const html = page.bodies.identity.toString();
  const age = `more than ${staleMs / 60_000} min`;
  if (!place.test(html)) return page;
  return makePageNow(
    page,
    html.replace(place, (_, element, before, after) => `${element}${before}${age}${after}`),
  );
}

/**
 * The same page as it is once it may be old: with the warning in it, for readers without scripts, or with what its
 * render left for that. Made when first asked for, then kept.
 */
export function stalePage(page: Page): Page {
  if (page.staleBody === null && page.kind !== 'page' && page.kind !== 'frame') return page;
  const made = stalePages.get(page);
  if (made) return made;
  const stale = page.staleBody === null ? withWarning(page) : makePageNow(page, page.staleBody);
  stalePages.set(page, stale);
  return stale;
}
