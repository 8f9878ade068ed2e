import { makePageNow, type Page } from './bytes.ts';

/** Without a heartbeat for this long, pages say that updates may be delayed. */
export const staleMs = 180_000;

/** The layout shows its warning where the page is marked as old. */
const opening = /<html lang="[^"]*"/;
const stalePages = new WeakMap<Page, Page>();

function withWarning(page: Page): Page {
  return makePageNow(page, page.bodies.identity.toString().replace(opening, '$& class="stale"'));
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
