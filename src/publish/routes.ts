import { cardedIncidents, type PaintCard } from '#core/card.ts';
import { type Locale, localePath } from '#core/locale.ts';
import { openIncidents, type Snapshot, type SnapshotIncident } from '#core/snapshot.ts';
import { badgeFormats, badgesOf, badgeText, badgeTypes } from './badge.ts';
import { cardRoutes } from './cardRoutes.ts';
import { embedScript } from './embed.ts';
import { type FeedFormat, feedAddress, feedPaths } from './feedAddress.ts';
import { feedText } from './feeds.ts';
import type { PageKind } from './headers.ts';
import { componentKey, digest, frameKey, incidentKey, postmortemKey, wholeKey } from './keys.ts';
import { maintenanceRoutes, plannedKey } from './maintenanceRoutes.ts';
import { pageRoute, pageRoutes, type Route, textRoute } from './route.ts';
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

const jsonType = 'application/json; charset=utf-8';
const feedTypes: Record<FeedFormat, string> = {
  rss: 'application/rss+xml; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
  json: 'application/feed+json; charset=utf-8',
};

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
  const allKey = keyOf(snapshot.incidents) + plannedKey(snapshot.maintenances);
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
    ...maintenanceRoutes(snapshot, { frame, now: nowKey }),
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
    ...pageRoutes(snapshot, { path: '/history', key: whole + allKey }),
    ...snapshot.components.flatMap((component, index) => {
      const incidents = incidentsByComponent.get(component.id)?.map(({ incident }) => incident) ?? [];
      const planned = snapshot.maintenances.filter(({ componentIds }) => componentIds.includes(component.id));
      const key = frame + keyOf(incidents) + plannedKey(planned) + learnedKey;
      return [
        ...pageRoutes(snapshot, {
          path: `/components/${component.slug}`,
          live: true,
          key: `${whole}${componentStates[index]}${key}`,
        }),
        ...feedRoutes(snapshot, incidents, component.slug, key),
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
