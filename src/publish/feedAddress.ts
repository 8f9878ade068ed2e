/** Where the feeds are, by format. */
export const feedPaths = { rss: '/history.rss', atom: '/history.atom', json: '/feed.json' } as const;
export type FeedFormat = keyof typeof feedPaths;

const feedPath = new RegExp(`^(/[a-z]{2})?(${Object.values(feedPaths).join('|')})$`.replaceAll('.', '\\.'));

/** True for the path of a feed, with or without a language: whether it is one of ours shows where it is looked for. */
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

/** What a query string asks of a feed; whatever else is in it says nothing to us. */
export function feedChoice(query: string): FeedChoice {
  const parameters = new URLSearchParams(query);
  return { component: parameters.get('component'), perUpdate: parameters.get('per') === 'update' };
}
