import { Hono } from 'hono';
import { parseAccept } from 'hono/utils/accept';
import { type Locale, localePath } from '#core/locale.ts';

export type LanguageDeps = {
  /** The languages of the page, the default first. */
  locales: () => readonly Locale[];
  /** True for an address of ours that visitors can read at this moment. */
  isPublished: (path: string) => boolean;
};

/** Browsers send a handful of languages in a hundred characters; of more than this, only the beginning is read. */
const headerLimit = 1_000;

function beginningOf(header: string): string {
  if (header.length <= headerLimit) return header;
  const whole = header.slice(0, headerLimit);
  return whole.slice(0, Math.max(0, whole.lastIndexOf(',')));
}

/**
 * The language to answer in, by Accept-Language (RFC 9110 section 12.5.4): the one the reader likes best among ours,
 * looked up as in RFC 4647 section 3.4 (`es-MX` is answered in `es`); our default where there is none.
 * @param locales ours, the default first
 */
export function preferredLocale(header: string, locales: readonly Locale[]): Locale {
  const [first = 'en'] = locales;
  const wanted = parseAccept(beginningOf(header))
    .filter(({ q }) => q > 0)
    .map(({ type }) => type.toLowerCase().split('-')[0]);
  const best = wanted.find((language) => locales.some((locale) => locale === language));
  return locales.find((locale) => locale === best) ?? first;
}

/**
 * `/language`: home in the language that the browser asks for; `/language?to=/history`: that page. It leads to what is
 * published here and to nothing else, so that no link to us can lead elsewhere. Pages themselves never look at the
 * header: one address is one text, in every cache.
 */
export function languageRoutes({ locales, isPublished }: LanguageDeps) {
  const app = new Hono();
  app.get('/language', (c) => {
    const ours = locales();
    const [first = 'en'] = ours;
    const locale = preferredLocale(c.req.header('accept-language') ?? '', ours);
    const there = localePath(locale, first, c.req.query('to') ?? '/');
    const home = localePath(locale, first, '/');
    c.header('vary', 'Accept-Language');
    c.header('cache-control', 'no-store');
    return c.redirect([there, home].find(isPublished) ?? '/', 303);
  });
  return app;
}
