import { type Locale, localePath } from '#core/locale.ts';
import type { Snapshot } from '#core/snapshot.ts';
import { closedPolicy, type PageKind } from './headers.ts';

/** Renders one page with the given snapshot: Astro's part, handed in. */
export type RenderPage = (path: string, asked: { snapshot: Snapshot; locale: Locale }) => Promise<Response>;

/** What a render gave: the text or the bytes, and the Content-Security-Policy that fits them. */
export type Rendered = { body: string | Uint8Array; policy: string };

/** One public file. */
export type Route = {
  /** Address, with the query where it has one. */
  path: string;
  kind: PageKind;
  contentType: string;
  /** It says how things are at this moment, so that the heartbeat renders it too. */
  live: boolean;
  /** Set where it takes long and nobody waits for it: it is rendered when everything else is published. */
  late?: true;
  /** What its bytes depend on; it is rendered again when this changes. */
  key: string;
  render: (renderPage: RenderPage) => Promise<Rendered>;
};

const htmlType = 'text/html; charset=utf-8';

type Draft = { path: string; key: string; kind?: PageKind; live?: boolean };

/** A page in one language. */
export function pageRoute(
  snapshot: Snapshot,
  locale: Locale,
  { path, key, kind = 'page', live = false }: Draft,
): Route {
  const expectedStatus = kind === 'missing' ? 404 : 200;
  const [first = locale] = snapshot.page.locales;
  return {
    path: localePath(locale, first, path),
    kind,
    contentType: htmlType,
    live,
    key,
    async render(renderPage) {
      const response = await renderPage(path, { snapshot, locale });
      const body = await response.text();
      // Whichever status its template gives, the page for what does not exist is what was asked for.
      if (response.status !== expectedStatus && response.status !== 200)
        throw new Error(`the render of ${path} answered ${response.status}`);
      if (body.trim() === '') throw new Error(`the render of ${path} is empty`);
      return { body, policy: response.headers.get('content-security-policy') ?? "base-uri 'none'" };
    },
  };
}

/** A page in each language, the default one first. */
export function pageRoutes(snapshot: Snapshot, draft: Draft): Route[] {
  return snapshot.page.locales.map((locale) => pageRoute(snapshot, locale, draft));
}

/** A file that we write ourselves. */
export function textRoute(draft: Draft & { contentType: string }, text: () => string): Route {
  return { kind: 'file', live: false, ...draft, render: async () => ({ body: text(), policy: closedPolicy }) };
}
