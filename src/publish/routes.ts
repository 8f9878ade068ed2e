import { isOpen } from '#core/incident.ts';
import type { Snapshot, SnapshotComponent, SnapshotIncident } from '#core/snapshot.ts';
import { badgeFormats, badgesOf, badgeText, badgeTypes, staleBadgeText } from './badge.ts';
import { embedScript } from './embed.ts';
import { type FeedFormat, feedAddress, feedPaths } from './feedAddress.ts';
import { feedText } from './feeds.ts';
import type { PageKind } from './headers.ts';
import { componentKey, digest, frameKey, incidentKey, postmortemKey, wholeKey } from './keys.ts';
import { pageRoute, type Route, textRoute } from './route.ts';
import { robotsText, securityText, sitemapText } from './sitemap.ts';
import { statuspageWriters } from './statuspage.ts';

/** What the keys of routes are made of, worked out once for a snapshot. */
type Keys = {
  build: string;
  /** What every page shows. */
  frame: string;
  /** That, and the state of the whole. */
  whole: string;
  /** Everything that says how things are now. */
  now: string;
  /** All incidents. */
  incidents: string;
  /** All postmortems. */
  lessons: string;
  /** The postmortem of an incident, by its id. */
  lessonOf: ReadonlyMap<string | null, string>;
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
  const incidents = listKey(snapshot.incidents);
  return {
    build,
    frame,
    whole,
    now: digest([whole, ...snapshot.components.map(componentKey), incidents]),
    incidents,
    lessons: digest(snapshot.postmortems.map(postmortemKey)),
    lessonOf: new Map(snapshot.postmortems.map(({ incident, slug }) => [incident, slug])),
  };
}

const closedRoutes = new WeakMap<SnapshotIncident, { frame: string; lesson: string; route: Route }>();

/** The page of an incident that is over: the same value until something changes that it shows. */
function closedRoute(incident: SnapshotIncident, { frame, lessonOf }: Keys): Route {
  const lesson = lessonOf.get(incident.id) ?? '';
  const known = closedRoutes.get(incident);
  if (known?.frame === frame && known.lesson === lesson) return known.route;
  const key = digest([frame, incidentKey(incident), lesson]);
  const route = pageRoute({ path: `/incidents/${incident.id}`, key });
  closedRoutes.set(incident, { frame, lesson, route });
  return route;
}

function feedRoutes(component: SnapshotComponent | null, key: string): Route[] {
  const concerns = ({ components }: SnapshotIncident) => components.some(({ id }) => id === component?.id);
  return formats.flatMap((format) =>
    [false, true].map((perUpdate) => {
      const choice = { component: component?.slug ?? null, perUpdate };
      return textRoute({
        path: feedAddress(feedPaths[format], choice),
        key,
        kind: 'feed',
        contentType: feedTypes[format],
        text: (snapshot) =>
          feedText(format, snapshot, component ? snapshot.incidents.filter(concerns) : snapshot.incidents, choice),
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
function componentRoutes({ components, incidents }: Snapshot, { frame, lessons }: Keys): Route[] {
  const ownIncidents = Map.groupBy(
    incidents.flatMap((incident) => incident.components.map(({ id }) => ({ id, key: incidentKey(incident) }))),
    ({ id }) => id,
  );
  return components.flatMap((component) => {
    const key = digest([frame, lessons, ...(ownIncidents.get(component.id) ?? []).map((own) => own.key)]);
    return [
      pageRoute({ path: `/components/${component.slug}`, key: digest([componentKey(component), key]) }),
      ...feedRoutes(component, key),
    ];
  });
}

function postmortemRoutes({ postmortems, incidents }: Snapshot, { whole, lessons }: Keys): Route[] {
  const known = new Set<string | null>(incidents.map(({ id }) => id));
  return [
    pageRoute({ path: '/postmortems', key: digest([whole, lessons]) }),
    ...postmortems.map((postmortem) =>
      pageRoute({
        path: `/postmortems/${postmortem.slug}`,
        key: digest([whole, postmortemKey(postmortem), String(known.has(postmortem.incident))]),
      }),
    ),
  ];
}

function formRoutes({ whole }: Keys): Route[] {
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
  return forms.map((form) => pageRoute({ ...form, key: whole }));
}

/** What programs that wander about read. */
function wandererRoutes({ page }: Snapshot, { frame, incidents, lessons }: Keys): Route[] {
  const plain = 'text/plain; charset=utf-8';
  return [
    textRoute({
      path: '/sitemap.xml',
      key: digest([frame, incidents, lessons]),
      contentType: 'application/xml; charset=utf-8',
      text: sitemapText,
    }),
    ...(page.supportUrl === null
      ? []
      : [textRoute({ path: '/.well-known/security.txt', key: frame, contentType: plain, text: securityText })]),
    textRoute({ path: '/robots.txt', key: frame, contentType: plain, text: robotsText }),
  ];
}

/**
 * Every public file, most urgent first: what says how things are now and what changed last, then the rest. Nothing is
 * rendered yet.
 * @param build what the code is called that renders them
 */
export function routesOf(snapshot: Snapshot, build = ''): Route[] {
  const keys = keysOf(snapshot, build);
  const { now, whole, incidents } = keys;
  const [open, over] = [snapshot.incidents.filter(isOpen), snapshot.incidents.filter((each) => !isOpen(each))];
  const closed = over.toSorted((a, b) => b.updatedAt - a.updatedAt).map((incident) => closedRoute(incident, keys));
  return [
    pageRoute({ path: '/', live: true, key: now }),
    ...open.map(({ id }) => pageRoute({ path: `/incidents/${id}`, live: true, key: now })),
    ...closed.slice(0, freshCount),
    ...apiRoutes(keys),
    pageRoute({ path: '/embed/frame', kind: 'frame', live: true, key: now }),
    textRoute({
      path: '/embed/script.js',
      key: digest([build]),
      contentType: 'text/javascript; charset=utf-8',
      text: () => embedScript,
    }),
    ...feedRoutes(null, digest([keys.frame, incidents, keys.lessons])),
    ...formRoutes(keys),
    ...badgeRoutes(snapshot, keys),
    pageRoute({ path: '/history', key: digest([whole, incidents]) }),
    ...componentRoutes(snapshot, keys),
    ...postmortemRoutes(snapshot, keys),
    ...wandererRoutes(snapshot, keys),
    ...closed.slice(freshCount),
  ];
}
