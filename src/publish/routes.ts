import { cardedIncidents, type PaintCard } from '#core/card.ts';
import { type Locale, localePath } from '#core/locale.ts';
import { openIncidents, type Snapshot, type SnapshotIncident } from '#core/snapshot.ts';
import { badgeFormats, badgesOf, badgeText, badgeTypes } from './badge.ts';
import { cardRoutes } from './cardRoutes.ts';
import { embedScript } from './embed.ts';
import { type FeedFormat, feedAddress, feedPaths } from './feedAddress.ts';
import { feedText } from './feeds.ts';
import { closedPolicy, type PageKind } from './headers.ts';
import { componentHistoryPage, historyPages, neighbourKey } from './historyRoutes.ts';
import { componentKey, digest, frameKey, incidentKey, postmortemKey, wholeKey } from './keys.ts';
import {
  robotsText,
  type SitemapFile,
  securityText,
  sitemapFiles,
  sitemapIndexText,
  sitemapPath,
  sitemapText,
} from './sitemap.ts';
import { statuspageWriters } from './statuspage.ts';

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
const jsonType = 'application/json; charset=utf-8';
const feedTypes: Record<FeedFormat, string> = {
  rss: 'application/rss+xml; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
  json: 'application/feed+json; charset=utf-8',
};

type Draft = { path: string; key: string; kind?: PageKind; live?: boolean };

function pageRoute(snapshot: Snapshot, locale: Locale, { path, key, kind = 'page', live = false }: Draft): Route {
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
function pageRoutes(snapshot: Snapshot, draft: Draft): Route[] {
  return snapshot.page.locales.map((locale) => pageRoute(snapshot, locale, draft));
}

function textRoute(draft: Draft & { contentType: string }, text: () => string): Route {
  return { kind: 'file', live: false, ...draft, render: async () => ({ body: text(), policy: closedPolicy }) };
}

function feedRoutes(
  snapshot: Snapshot,
  incidents: readonly SnapshotIncident[],
  component: string | null,
  key: string,
  locale?: Locale,
): Route[] {
  const [first = 'en'] = snapshot.page.locales;
  return (['rss', 'atom', 'json'] as const).flatMap((format) =>
    [false, true].map((perUpdate) => {
      const choice = { component, perUpdate };
      const path = feedAddress(localePath(locale ?? first, first, feedPaths[format]), choice);
      return textRoute({ path, key, kind: 'feed', contentType: feedTypes[format] }, () =>
        feedText(format, snapshot, incidents, choice, locale),
      );
    }),
  );
}

function apiRoutes(snapshot: Snapshot, key: string): Route[] {
  return Object.entries(statuspageWriters).map(([file, write]) =>
    textRoute({ path: `/api/v2/${file}`, key, kind: 'api', live: true, contentType: jsonType }, () =>
      JSON.stringify(write(snapshot)),
    ),
  );
}

function postmortemRoutes(snapshot: Snapshot, key: string, incidentKeys: ReadonlyMap<string, string>): Route[] {
  const { postmortems } = snapshot;
  return [
    ...pageRoutes(snapshot, { path: '/postmortems', key: key + digest(postmortems.map(postmortemKey)) }),
    ...postmortems.flatMap((postmortem) =>
      pageRoutes(snapshot, {
        path: `/postmortems/${postmortem.slug}`,
        key: key + postmortemKey(postmortem) + incidentKeys.get(postmortem.incident ?? ''),
      }),
    ),
  ];
}

function badgeRoutes(snapshot: Snapshot): Route[] {
  return badgesOf(snapshot).flatMap(({ path, badge }) =>
    badgeFormats.map((format) =>
      textRoute(
        {
          path: `${path}.${format}`,
          key: digest([JSON.stringify(badge)]),
          kind: 'badge',
          contentType: badgeTypes[format],
        },
        () => badgeText(format, badge),
      ),
    ),
  );
}

function formRoutes(snapshot: Snapshot, key: string): Route[] {
  const forms: { path: string; kind?: PageKind }[] = [
    { path: '/subscribe' },
    { path: '/subscribe/sent' },
    { path: '/subscribe/confirm', kind: 'token' },
    { path: '/subscribe/confirmed' },
    { path: '/subscribe/expired' },
    { path: '/subscribe/unsubscribe', kind: 'token' },
    { path: '/subscribe/unsubscribed' },
    { path: '/404', kind: 'missing' },
  ];
  return forms.flatMap((form) => pageRoutes(snapshot, { ...form, key }));
}

function sitemapRoutes(snapshot: Snapshot): Route[] {
  const files = sitemapFiles(snapshot);
  const contentType = 'application/xml; charset=utf-8';
  const frame = JSON.stringify([snapshot.page.url, snapshot.page.locales]);
  const keyOf = (files: readonly SitemapFile[]) => digest([frame, JSON.stringify(files)]);
  return [
    textRoute({ path: sitemapPath, key: keyOf(files), contentType }, () => sitemapIndexText(snapshot, files)),
    ...files.map((file) =>
      textRoute({ path: file.path, key: keyOf([file]), contentType }, () => sitemapText(snapshot, file)),
    ),
  ];
}

/** Where no server can look up the reader's language, as on a static host: the list of languages to choose from. */
function languageRoutes(snapshot: Snapshot, key: string): Route[] {
  const [first = 'en', ...others] = snapshot.page.locales;
  return others.length === 0 ? [] : [pageRoute(snapshot, first, { path: '/language', kind: 'fallback', key })];
}

/**
 * Every public file, most urgent first: what says how things are now, then what changed last, then the rest.
 * Nothing is rendered yet.
 * @param paintCard null where no cards are drawn
 */
export function routesOf(snapshot: Snapshot, paintCard: PaintCard | null = null): Route[] {
  const frame = frameKey(snapshot);
  const whole = digest([frame, wholeKey(snapshot)]);
  const learned = new Map(snapshot.postmortems.map(({ incident, slug }) => [incident, slug]));
  const learnedKey = digest(snapshot.postmortems.map(postmortemKey));
  const carded = new Set(cardedIncidents(snapshot));
  const incidentKeys = new Map(
    snapshot.incidents.map((incident) => [
      incident.id,
      incidentKey(incident) + (learned.get(incident.id) ?? '') + (carded.has(incident) ? 'card' : ''),
    ]),
  );
  const keyOf = (incidents: readonly SnapshotIncident[]) => digest(incidents.map(({ id }) => incidentKeys.get(id)));
  const keys = { frame, whole, keyOf };
  const allKey = keyOf(snapshot.incidents);
  const incidentsByComponent = Map.groupBy(
    snapshot.incidents.flatMap((incident) => incident.components.map(({ id }) => ({ id, incident }))),
    ({ id }) => id,
  );
  const componentStates = snapshot.components.map(componentKey);
  const nowKey = digest([whole, ...componentStates, allKey]);
  const open = openIncidents(snapshot);
  const closed = snapshot.incidents.filter(({ status }) => status === 'resolved');
  const incidentRoutes = ({ id }: SnapshotIncident, draft: { live: boolean; key: string }) =>
    pageRoutes(snapshot, { path: `/incidents/${id}`, ...draft });

  return [
    ...pageRoutes(snapshot, { path: '/', live: true, key: nowKey }),
    ...open.flatMap((incident) => incidentRoutes(incident, { live: true, key: nowKey })),
    ...apiRoutes(snapshot, nowKey),
    ...pageRoutes(snapshot, { path: '/embed/frame', kind: 'frame', live: true, key: nowKey }),
    textRoute(
      { path: '/embed/script.js', key: 'embed', contentType: 'text/javascript; charset=utf-8' },
      () => embedScript,
    ),
    ...badgeRoutes(snapshot),
    ...snapshot.page.locales.flatMap((locale) =>
      feedRoutes(snapshot, snapshot.incidents, null, frame + allKey + learnedKey, locale),
    ),
    ...closed
      .toSorted((a, b) => b.updatedAt - a.updatedAt)
      .flatMap((incident) => incidentRoutes(incident, { live: false, key: frame + incidentKeys.get(incident.id) })),
    ...historyPages(snapshot, keys).flatMap((page) => pageRoutes(snapshot, page)),
    ...snapshot.components.flatMap((component, index) => {
      const incidents = incidentsByComponent.get(component.id)?.map(({ incident }) => incident) ?? [];
      const key = frame + keyOf(incidents);
      return [
        ...pageRoutes(snapshot, {
          path: `/components/${component.slug}`,
          live: true,
          key: `${componentStates[index]}${neighbourKey(component, snapshot.components)}${key}`,
        }),
        ...pageRoutes(snapshot, componentHistoryPage(component, incidents, keys)),
        ...feedRoutes(snapshot, incidents, component.slug, key + learnedKey),
      ];
    }),
    ...postmortemRoutes(snapshot, whole, incidentKeys),
    ...formRoutes(snapshot, whole),
    ...sitemapRoutes(snapshot),
    ...languageRoutes(snapshot, whole),
    ...(snapshot.page.supportUrl === null
      ? []
      : [
          textRoute({ path: '/.well-known/security.txt', key: frame, contentType: 'text/plain; charset=utf-8' }, () =>
            securityText(snapshot),
          ),
        ]),
    textRoute({ path: '/robots.txt', key: frame, contentType: 'text/plain; charset=utf-8' }, () =>
      robotsText(snapshot),
    ),
    ...(paintCard ? cardRoutes(snapshot, paintCard) : []),
  ];
}
