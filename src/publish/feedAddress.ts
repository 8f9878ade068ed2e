/** Where the feeds are, by format. */
export const feedPaths = { rss: '/history.rss', atom: '/history.atom', json: '/feed.json' } as const;
export type FeedFormat = keyof typeof feedPaths;

/** Where the calendar of planned work is, of everything or of one component. */
export const calendarPath = '/calendar.ics';

const feedPath = new RegExp(
  `^((/[a-z]{2})?(${Object.values(feedPaths).join('|')})|${calendarPath})$`.replaceAll('.', '\\.'),
);

/**
 * True for the path of a feed, with or without a language, and for that of the calendar. Whether the language is one of
 * ours shows where the feed is looked for.
 */
export function isFeedPath(path: string): boolean {
  return feedPath.test(path);
}

/** A feed of everything or of one component; an item an incident, or an item an update. */
export type FeedChoice = { component: string | null; perUpdate: boolean };

/**
 * The address of a feed in its one canonical form; it is also the key it is published under.
 * @param path with its language, where it has one
 */
export function feedAddress(path: string, { component, perUpdate }: FeedChoice): string {
  const query = [
    ...(component === null ? [] : [`component=${encodeURIComponent(component)}`]),
    ...(perUpdate ? ['per=update'] : []),
  ].join('&');
  return query ? `${path}?${query}` : path;
}

/** What a query string asks of the feed at a path; whatever else is in it says nothing to us. */
export function feedChoice(path: string, query: string): FeedChoice {
  const parameters = new URLSearchParams(query);
  const perUpdate = path !== calendarPath && parameters.get('per') === 'update';
  return { component: parameters.get('component'), perUpdate };
}
