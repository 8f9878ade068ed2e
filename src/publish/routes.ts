import { cardedIncidents, type PaintCard } from '#core/card.ts';
import { isOpen } from '#core/incident.ts';
import { type Locale, localePath } from '#core/locale.ts';
import type { Snapshot, SnapshotComponent, SnapshotIncident } from '#core/snapshot.ts';
import { badgeFormats, badgesOf, badgeText, badgeTypes, staleBadgeText } from './badge.ts';
import { cardRoutes } from './cardRoutes.ts';
import { embedScript } from './embed.ts';
import { type FeedFormat, feedAddress, feedPaths } from './feedAddress.ts';
import { feedText } from './feeds.ts';
import type { PageKind } from './headers.ts';
import { componentHistoryPage, historyPages, neighbourKey } from './historyRoutes.ts';
import { componentKey, digest, frameKey, incidentKey, postmortemKey, wholeKey } from './keys.ts';
import { maintenanceRoutes, plannedKey } from './maintenanceRoutes.ts';
import { pageRoute, pageRoutes, type Route, textRoute } from './route.ts';
import { statuspageWriters } from './statuspage.ts';
import { sitemapRoutes, wandererRoutes } from './wandererRoutes.ts';

/** What the keys of routes are made of, worked out once for a snapshot. */
type Keys = {
  build: string;
  /** Languages of the page, the default first. */
  locales: readonly Locale[];
  /** What every page shows. */
  frame: string;
  /** That, and the state of the whole. */
  whole: string;
  /** Everything that says how things are now. */
  now: string;
  /** All incidents and planned work. */
  matters: string;
  /** All postmortems. */
  lessons: string;
  /** The postmortem of an incident, by its id. */
  lessonOf: ReadonlyMap<string | null, string>;
  /** Incidents that have a card of their own. */
  carded: ReadonlySet<SnapshotIncident>;
};

const feedTypes: Record<FeedFormat, string> = {
  rss: 'application/rss+xml; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
  json: 'application/feed+json; charset=utf-8',
};
const jsonType = 'application/json; charset=utf-8';
const formats = ['rss', 'atom', 'json'] as const;
/** Incidents that are over and changed last: somebody may be waiting for these. */
const freshCount = 3;

const digestOf = (incidents: readonly SnapshotIncident[]) => digest(incidents.map(incidentKey));
const listKeys = new WeakMap<readonly SnapshotIncident[], string>();

/** The list of all incidents is one value as long as none of them changes. */
function listKey(incidents: readonly SnapshotIncident[]): string {
  const key = listKeys.get(incidents) ?? digestOf(incidents);
  listKeys.set(incidents, key);
  return key;
}

function keysOf(snapshot: Snapshot, build: string): Keys {
  const frame = frameKey(snapshot, build);
  const whole = digest([frame, wholeKey(snapshot)]);
  const matters = digest([listKey(snapshot.incidents), plannedKey(snapshot.maintenances)]);
  return {
    build,
    locales: snapshot.page.locales,
    frame,
    whole,
    now: digest([whole, ...snapshot.components.map(componentKey), matters]),
    matters,
    lessons: digest(snapshot.postmortems.map(postmortemKey)),
    lessonOf: new Map(snapshot.postmortems.map(({ incident, slug }) => [incident, slug])),
    carded: new Set(cardedIncidents(snapshot)),
  };
}

const closedRoutes = new WeakMap<SnapshotIncident, { key: string; routes: Route[] }>();

/** The pages of an incident that is over: the same values until something changes that they show. */
function closedIncident(incident: SnapshotIncident, { frame, lessonOf, carded, locales }: Keys): Route[] {
  const lesson = lessonOf.get(incident.id) ?? '';
  const key = digest([frame, incidentKey(incident), lesson, carded.has(incident) ? 'card' : '']);
  const known = closedRoutes.get(incident);
  if (known?.key === key) return known.routes;
  const routes = pageRoutes({ path: `/incidents/${incident.id}`, key }, locales);
  closedRoutes.set(incident, { key, routes });
  return routes;
}

function feedRoutes(component: SnapshotComponent | null, key: string, locale: Locale, first: Locale): Route[] {
  const concerns = ({ components }: SnapshotIncident) => components.some(({ id }) => id === component?.id);
  return formats.flatMap((format) =>
    [false, true].map((perUpdate) => {
      const choice = { component: component?.slug ?? null, perUpdate };
      return textRoute({
        path: feedAddress(localePath(locale, first, feedPaths[format]), choice),
        key,
        kind: 'feed',
        contentType: feedTypes[format],
        text: (snapshot) =>
          feedText(
            format,
            snapshot,
            component ? snapshot.incidents.filter(concerns) : snapshot.incidents,
            choice,
            locale,
          ),
      });
    }),
  );
}

function apiRoutes({ now }: Keys): Route[] {
  return Object.entries(statuspageWriters).map(([file, write]) =>
    textRoute({
      path: `/api/v2/${file}`,
      key: now,
      kind: 'api',
      live: true,
      contentType: jsonType,
      text: (snapshot) => JSON.stringify(write(snapshot)),
    }),
  );
}

function badgeRoutes(snapshot: Snapshot, { build }: Keys): Route[] {
  return badgesOf(snapshot).flatMap(({ path, badge }) =>
    badgeFormats.map((format) =>
      textRoute({
        path: `${path}.${format}`,
        key: digest([build, JSON.stringify(badge)]),
        kind: 'badge',
        contentType: badgeTypes[format],
        text: () => badgeText(format, badge),
        staleText: () => staleBadgeText(format, badge),
      }),
    ),
  );
}

/** A component's page shows its own state and incidents, and the names of those that it stands on. */
function componentRoutes(
  { components, incidents, maintenances }: Snapshot,
  { frame, lessons, locales }: Keys,
): Route[] {
  const [first = 'en'] = locales;
  const ownIncidents = Map.groupBy(
    incidents.flatMap((incident) => incident.components.map(({ id }) => ({ id, incident }))),
    ({ id }) => id,
  );
  return components.flatMap((component) => {
    const own = ownIncidents.get(component.id)?.map(({ incident }) => incident) ?? [];
    const planned = maintenances.filter(({ componentIds }) => componentIds.includes(component.id));
    const key = digest([frame, digestOf(own), plannedKey(planned)]);
    const neighbours = neighbourKey(component, components);
    return [
      ...pageRoutes(
        { path: `/components/${component.slug}`, key: digest([componentKey(component), neighbours, key]) },
        locales,
      ),
      ...pageRoutes(componentHistoryPage(component, key), locales),
      ...feedRoutes(component, digest([key, lessons]), first, first),
    ];
  });
}

function postmortemRoutes({ postmortems, incidents }: Snapshot, { whole, lessons, locales }: Keys): Route[] {
  const keyOf = new Map(incidents.map((incident): [string | null, string] => [incident.id, incidentKey(incident)]));
  return [
    ...pageRoutes({ path: '/postmortems', key: digest([whole, lessons]) }, locales),
    ...postmortems.flatMap((postmortem) =>
      pageRoutes(
        {
          path: `/postmortems/${postmortem.slug}`,
          key: digest([whole, postmortemKey(postmortem), keyOf.get(postmortem.incident) ?? '']),
        },
        locales,
      ),
    ),
  ];
}

function formRoutes({ whole, locales }: Keys): Route[] {
  const forms: { path: string; kind?: PageKind }[] = [
    { path: '/404', kind: 'missing' },
    { path: '/subscribe' },
    { path: '/subscribe/sent' },
    { path: '/subscribe/confirm', kind: 'token' },
    { path: '/subscribe/confirmed' },
    { path: '/subscribe/expired' },
    { path: '/subscribe/unsubscribe', kind: 'token' },
    { path: '/subscribe/unsubscribed' },
  ];
  return forms.flatMap((form) => pageRoutes({ ...form, key: whole }, locales));
}

/** Where no server can look up the reader's language, as on a static host: the list of languages to choose from. */
function languageRoutes({ whole, locales }: Keys): Route[] {
  const [first = 'en', ...others] = locales;
  return others.length === 0 ? [] : [pageRoute({ path: '/language', kind: 'fallback', key: whole }, first, locales)];
}

/** What says how things are now, in all languages: first everything in the default one, which most people read. */
function liveRoutes(open: readonly SnapshotIncident[], fresh: readonly Route[][], keys: Keys): Route[] {
  const { now, locales } = keys;
  return locales.flatMap((locale, index) => {
    const live = (path: string, kind: PageKind = 'page') =>
      pageRoute({ path, kind, live: true, key: now }, locale, locales);
    return [
      live('/'),
      ...open.map(({ id }) => live(`/incidents/${id}`)),
      ...fresh.flatMap((routes) => routes[index] ?? []),
      ...(index === 0 ? apiRoutes(keys) : []),
      live('/embed/frame', 'frame'),
    ];
  });
}

/** Every public file. Nothing is rendered yet. */
export type Routes = {
  /** What says how things are now, and what changed last. */
  urgent: Route[];
  /** All the others: on a site with a long past they take a while to name. */
  rest: () => Route[];
};

function restRoutes(snapshot: Snapshot, closed: readonly SnapshotIncident[], keys: Keys): Route[] {
  const { build, matters, locales } = keys;
  const [first = 'en'] = locales;
  const feedKey = digest([keys.frame, matters, keys.lessons]);
  return [
    textRoute({
      path: '/embed/script.js',
      key: digest([build]),
      contentType: 'text/javascript; charset=utf-8',
      text: () => embedScript,
    }),
    ...maintenanceRoutes(snapshot, keys),
    ...locales.flatMap((locale) => feedRoutes(null, feedKey, locale, first)),
    ...formRoutes(keys),
    ...badgeRoutes(snapshot, keys),
    ...historyPages(snapshot, keys).flatMap((page) => pageRoutes(page, locales)),
    ...componentRoutes(snapshot, keys),
    ...postmortemRoutes(snapshot, keys),
    ...languageRoutes(keys),
    ...wandererRoutes(snapshot, keys.frame),
    ...sitemapRoutes(snapshot, build),
    ...closed.flatMap((incident) => closedIncident(incident, keys)),
  ];
}

/**
 * @param build what the code is called that renders them
 * @param paintCard null where no cards are drawn
 */
export function routesOf(snapshot: Snapshot, build = '', paintCard: PaintCard | null = null): Routes {
  const keys = keysOf(snapshot, build);
  const open = snapshot.incidents.filter(isOpen);
  const closed = snapshot.incidents.filter((each) => !isOpen(each)).toSorted((a, b) => b.updatedAt - a.updatedAt);
  const fresh = closed.slice(0, freshCount).map((incident) => closedIncident(incident, keys));
  return {
    urgent: liveRoutes(open, fresh, keys),
    rest: () => [
      ...restRoutes(snapshot, closed.slice(freshCount), keys),
      ...(paintCard ? cardRoutes(snapshot, paintCard) : []),
    ],
  };
}
