import { type Locale, localePath } from '#core/locale.ts';
import type { Snapshot } from '#core/snapshot.ts';
import { closedPolicy, type PageKind } from './headers.ts';

/** Renders one page with the given snapshot: Astro's part, handed in. */
export type RenderPage = (path: string, asked: { snapshot: Snapshot; locale: Locale }) => Promise<Response>;

/** What a render gave: the text or the bytes, what is said in its place once it may be old, and the policy that fits it. */
export type Rendered = { body: string | Uint8Array; staleBody: string | null; policy: string };

/** One public file. It holds no snapshot, so that what did not change is the same value from one publish to the next. */
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
  render: (snapshot: Snapshot, renderPage: RenderPage) => Promise<Rendered>;
};

const htmlType = 'text/html; charset=utf-8';

type PageDraft = { path: string; key: string; kind?: PageKind; live?: boolean };

/**
 * A page of Astro's in one language.
 * @param locales those of the site, the default first: it has the plain address
 */
export function pageRoute(draft: PageDraft, locale: Locale, [first = locale]: readonly Locale[]): Route {
  const { path, key, kind = 'page', live = false } = draft;
  const expectedStatus = kind === 'missing' ? 404 : 200;
  return {
    path: localePath(locale, first, path),
    kind,
    contentType: htmlType,
    live,
    key,
    async render(snapshot, renderPage) {
      const response = await renderPage(path, { snapshot, locale });
      const body = await response.text();
      // Whichever status its template gives, the page for what does not exist is what was asked for.
      if (response.status !== expectedStatus && response.status !== 200)
        throw new Error(`the render of ${path} answered ${response.status}`);
      if (body.trim() === '') throw new Error(`the render of ${path} is empty`);
      return { body, staleBody: null, policy: response.headers.get('content-security-policy') ?? "base-uri 'none'" };
    },
  };
}

/** A page in each language, the default one first. */
export function pageRoutes(draft: PageDraft, locales: readonly Locale[]): Route[] {
  return locales.map((locale) => pageRoute(draft, locale, locales));
}

type TextDraft = {
  path: string;
  key: string;
  kind?: PageKind;
  live?: boolean;
  contentType: string;
  text: (snapshot: Snapshot) => string;
  /** For what shows no age, and must not go on saying what it says. */
  staleText?: (snapshot: Snapshot) => string;
};

/** A file that we write ourselves. */
export function textRoute({ text, staleText, ...draft }: TextDraft): Route {
  return {
    kind: 'file',
    live: false,
    ...draft,
    render: async (snapshot) => ({
      body: text(snapshot),
      staleBody: staleText?.(snapshot) ?? null,
      policy: closedPolicy,
    }),
  };
}
