import { type Impact, type IncidentRole, type IncidentStatus, listNames } from '#core/incident.ts';
import { openIncidents, type Snapshot, type SnapshotComponent, type SnapshotDay } from '#core/snapshot.ts';
import { type ComponentState, isFailing } from '#core/status.ts';
import type { UptimeWeights } from '#core/uptime.ts';
import type { ProbeState } from '#core/verdict.ts';

/** Every word that a reader meets, in English: on pages, in feeds, in mail. */

export const language = 'en';

export const stateWords: Record<ComponentState, string> = {
  operational: 'Operational',
  degraded: 'Degraded',
  partial_outage: 'Partial outage',
  major_outage: 'Major outage',
  maintenance: 'Maintenance',
  unknown: 'Unknown',
};

export const statusWords: Record<IncidentStatus, string> = {
  investigating: 'Investigating',
  identified: 'Identified',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
};

export const impactWords: Record<Impact, string> = {
  none: 'No impact',
  minor: 'Minor impact',
  major: 'Major impact',
  critical: 'Critical impact',
};

export const roleWords: Record<IncidentRole, string> = {
  cause: 'The cause',
  suspected: 'Suspected as the cause',
  affected: 'Affected',
};

/** How a location sees a target. */
export const sightWords: Record<ProbeState, string> = {
  up: 'Up',
  degraded: 'Slow',
  down: 'Down',
  unknown: 'Not known',
};

const minuteMs = 60_000;
const utc = { timeZone: 'UTC', hourCycle: 'h23' } as const;
const clockFormat = new Intl.DateTimeFormat('en-GB', { ...utc, hour: '2-digit', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat('en-GB', { ...utc, day: 'numeric', month: 'short' });
const monthFormat = new Intl.DateTimeFormat('en-GB', { ...utc, month: 'long', year: 'numeric' });
const countFormat = new Intl.NumberFormat('en-GB');

/** "1,234" */
function count(value: number): string {
  return countFormat.format(value);
}

/** "1 service", "12 services" */
function counted(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** "02:40 UTC" */
export function clock(at: number): string {
  return `${clockFormat.format(at)} UTC`;
}

/** "22 Nov", with the year where it is not the year of `now`. */
export function day(at: number, now: number): string {
  const year = new Date(at).getUTCFullYear();
  return year === new Date(now).getUTCFullYear() ? dayFormat.format(at) : `${dayFormat.format(at)} ${year}`;
}

/** "22 Nov, 23:31 UTC" */
export function instant(at: number, now: number): string {
  return `${day(at, now)}, ${clock(at)}`;
}

/** "November 2026" */
export function month(at: number): string {
  return monthFormat.format(at);
}

/** "less than a minute", "14 min", "3 h 05 min", "2 d 4 h" */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / minuteMs);
  if (minutes < 1) return 'less than a minute';
  const hours = Math.floor(minutes / 60);
  if (hours < 1) return `${minutes} min`;
  const days = Math.floor(hours / 24);
  if (days < 1) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${days} d ${hours % 24} h`;
}

/** One component's state as a sentence: "Payments is not available." */
export function componentSentence({ name, state }: { name: string; state: ComponentState }): string {
  switch (state) {
    case 'operational':
      return `${name} is working.`;
    case 'degraded':
      return `${name} works, but not as it should.`;
    case 'partial_outage':
      return `${name} works only in part.`;
    case 'major_outage':
      return `${name} is not available.`;
    case 'maintenance':
      return `Planned work is under way on ${name}.`;
    case 'unknown':
      return `We cannot see ${name} at the moment.`;
  }
}

function subject(names: readonly string[], total: number): string {
  return names.length <= 2 ? listNames(names) : `${names.length} of ${total} services`;
}

function failingSentence(components: readonly SnapshotComponent[]): string {
  const total = components.length;
  const namesIn = (state: ComponentState) =>
    components.filter((component) => component.state === state).map((component) => component.name);
  const [out, inPart, degraded] = [namesIn('major_outage'), namesIn('partial_outage'), namesIn('degraded')];
  if (total > 1 && out.length === total) return 'No service is available.';
  const clauses: string[] = [];
  if (out.length > 0) clauses.push(`${subject(out, total)} ${out.length === 1 ? 'is' : 'are'} not available`);
  if (inPart.length > 0)
    clauses.push(`${subject(inPart, total)} ${inPart.length === 1 ? 'works' : 'work'} only in part`);
  if (degraded.length > 0)
    clauses.push(
      `${subject(degraded, total)} ${degraded.length === 1 ? 'works, but not as it should' : 'work, but not as they should'}`,
    );
  return `${clauses.join('; ')}.`;
}

/** One sentence on the whole state: what a visitor came to learn. */
export function wholeSentence(snapshot: Snapshot): string {
  const { components } = snapshot;
  if (components.length === 0) return 'No service is shown here yet.';
  if (components.some((component) => isFailing(component.state))) return failingSentence(components);
  if (components.every((component) => component.state === 'unknown'))
    return 'We cannot see our services at the moment.';
  const open = openIncidents(snapshot);
  if (open.length > 0 && open.every((incident) => incident.status === 'monitoring'))
    return 'Everything works again; we are still watching.';
  if (open.length > 0)
    return `Our probes see no failure, but ${open.length === 1 ? 'an incident is' : 'incidents are'} open.`;
  const inWork = components.filter((component) => component.state === 'maintenance').map((component) => component.name);
  if (inWork.length > 0) return `Planned work is under way on ${subject(inWork, components.length)}.`;
  return 'Everything is working.';
}

const dateOf = (date: string) => Date.parse(`${date}T00:00:00Z`);

/** One day of a component in words: "12 Oct: major outage, failing for 3 h 05 min". */
export function daySentence({ date, state, failingMs }: SnapshotDay, now: number): string {
  const failing = failingMs > 0 ? `, failing for ${duration(failingMs)}` : '';
  return `${day(dateOf(date), now)}: ${stateWords[state].toLowerCase()}${failing}`;
}

/** The bars of a component in words, for those who do not see them. */
export function daysSummary(days: readonly SnapshotDay[], now: number): string {
  const failing = days.filter((one) => isFailing(one.state));
  const unseen = days.filter((one) => one.state === 'unknown').length;
  const first = `Last ${days.length} days: ${failing.length === 0 ? 'no failure' : counted(failing.length, 'day with a failure', 'days with a failure')}`;
  const details = failing.slice(-5).map((one) => daySentence(one, now));
  const earlier = failing.length > details.length ? `${failing.length - details.length} earlier` : '';
  const blind = unseen > 0 ? `${counted(unseen, 'day', 'days')} not known` : '';
  return `${[first, ...details.toReversed(), earlier, blind].filter(Boolean).join('; ')}.`;
}

export const feedNames = { atom: 'Atom feed', rss: 'RSS feed', json: 'JSON feed' };

/** "1,234 people will get this." */
export function reach(subscribers: number): string {
  if (subscribers === 0) return 'Nobody is subscribed yet; this appears on the page and in the feeds.';
  return `${counted(subscribers, 'person', 'people')} will get this.`;
}

/** "in full", "30 %", "not at all" */
function weightWords(weight: number): string {
  if (weight === 0) return 'not at all';
  return weight === 1 ? 'in full' : `${Math.round(weight * 1_000) / 10} %`;
}

export const words = {
  skip: 'Skip to the content',
  nav: { label: 'Pages', now: 'Now', history: 'History', subscribe: 'Subscribe' },
  siteTitle: (name: string) => `${name} status`,
  nextUpdate: { before: 'Next update by', late: 'Late: an update was promised by' },
  standsOn: 'Stands on',
  components: 'Services',
  otherComponents: 'Other services',
  days: (length: number) => `Last ${length} days`,
  uptime: 'Uptime',
  uptimeUnknown: 'not known',
  recent: 'Lately',
  recentNone: (days: number) => `No incidents in the last ${days} days.`,
  allHistory: 'All incidents',
  allPostmortems: 'Postmortems',
  automatic: 'Noticed automatically',
  resolvedAfter: (ms: number) => `Resolved after ${duration(ms)}`,
  updates: 'Updates',
  affected: 'Affected services',
  asOf: 'As of',
  pageMade: 'This page shows what we knew at',
  stale: 'This page is # old; updates may be delayed.',
  formula: ({ major_outage, partial_outage, degraded }: UptimeWeights) =>
    `Uptime is the share of the time we could see in which a service worked. A major outage counts ${weightWords(major_outage)}, a partial outage ${weightWords(partial_outage)}, a degraded state ${weightWords(degraded)}; planned work and hours we could not see are left out.`,
  feeds: 'Feeds',
  support: 'Help from our people',
  byMail: 'Updates by mail',
  carries: 'Carries',
  incidents: 'Incidents',
  noIncidents: 'No incident has named this service.',
  earlierUpdates: (earlier: number) => counted(earlier, 'earlier update', 'earlier updates'),
  toNow: 'How things are now',
  facts: {
    state: 'State',
    since: 'Since',
    began: 'Began',
    monitoring: 'Repaired, being watched',
    resolved: 'Resolved',
    lasted: 'Lasted',
  },
  history: {
    title: 'History',
    description: 'Every incident, month by month, with everything that was said about it.',
    none: 'No incident so far.',
  },
  postmortems: {
    title: 'Postmortems',
    description: 'What happened, what we learned from it and what we promised, told when it is over.',
    none: 'None is published yet. Until then, the history has every word that was said about each incident.',
  },
  postmortem: {
    name: 'Postmortem',
    incident: 'The incident, as it was told while it lasted',
    loss: {
      title: 'What was lost',
      none: 'Nothing was lost.',
      from: 'From',
      to: 'To',
      what: 'What is missing',
      recovery: 'What comes back',
    },
    timeline: 'What happened when',
    drawing: 'The moments of the list below on a line, by their numbers',
    factors: 'What made it possible',
    well: 'What went well',
    badly: 'What went badly',
    luck: 'Where luck helped',
    notKnown: 'What is not known',
    actions: {
      title: 'What was promised',
      none: 'No promise is recorded.',
      states: { open: 'Open', done: 'Done', dropped: 'Dropped' },
      due: 'due',
      noDay: 'no day was given',
    },
    share: 'Send by mail',
    all: 'All postmortems',
    read: 'What we learned from it',
  },
  frame: { more: 'How things are', close: 'Close' },
  badge: {
    title: 'Badge',
    text: 'A small picture of the state for your own pages. When we cannot be sure of it, it says so.',
    image: 'SVG',
    json: 'shields.io',
  },
  embed: {
    title: 'A note on your own pages',
    text: 'One line of HTML, and a note stands in the corner while something is wrong. It sets no cookie and keeps nothing.',
  },
  notFound: {
    title: 'There is no such page',
    text: 'The address may be mistyped, or the page has never existed. This is how things are:',
  },
  subscribe: {
    title: 'Subscribe',
    lead: 'Be told when something breaks, what we know, and when it works again.',
    byMail: 'By mail',
    byMailText:
      'One mail when an incident begins, one for each update, one when it is resolved. Each exactly once, and nothing else.',
    email: 'Your mail address',
    button: 'Subscribe',
    privacy:
      'We first send you a mail to confirm the address. It is used for these notices only, and every mail has a link that ends them at once.',
    feedsText: 'The same words without an address, for a feed reader or a chat channel.',
    atom: 'One entry for each incident, rewritten with every update.',
    rss: 'The same, for readers that prefer RSS.',
    json: 'The same as JSON, for programs.',
    sent: {
      title: 'Look into your mail',
      text: 'We have sent you a link. Open it and press the button there; until then you get nothing from us.',
    },
    confirm: {
      title: 'Confirm your address',
      text: 'Press the button to be told of incidents by mail.',
      button: 'Confirm',
    },
    confirmed: { title: 'You are subscribed', text: 'The next incident and each of its updates will come by mail.' },
    expired: {
      title: 'This link is no longer valid',
      text: 'It was used, replaced by a newer one, or is older than two days. Ask for a new one; it takes a moment.',
      again: 'Subscribe again',
    },
    unsubscribe: {
      title: 'Stop the mails',
      text: 'Press the button and you get no further notices, also not about incidents that are open.',
      button: 'Stop the mails',
    },
    unsubscribed: {
      title: 'The mails have stopped',
      text: 'You get no further notices. You can subscribe again at any time.',
    },
  },
  desk: {
    title: 'Desk',
    signInTitle: 'Sign in',
    signInLead: 'For the people who write here.',
    name: 'Name',
    password: 'Password',
    signIn: 'Sign in',
    signOut: 'Sign out',
    signedInAs: 'Signed in as',
    asOf: 'As of',
    reload: 'Reload',
    failing: 'Failing now',
    nothingFails: 'Nothing fails.',
    since: 'since',
    flapping: 'goes up and down; subscribers hear of it when it is steady',
    impaired: 'Monitoring impaired',
    impairedHint:
      'Our own network is in trouble: what the probes cannot reach is shown as unknown, and nobody is told.',
    unmade: 'Pages that could not be made',
    unmadeHint: 'Readers get the last good version of these. It is tried again by itself.',
    sights: 'Seen from',
    sightsHint: 'What each location last saw. One that says nothing is not known and has no vote.',
    location: 'Location',
    sees: 'Sees',
    lastLook: 'Last look',
    neverLooked: 'none yet',
    tookMs: (ms: number) => `${count(ms)} ms`,
    open: 'Open incidents',
    nothingOpen: 'No incident is open.',
    warnings: 'Shared fate',
    newIncident: 'Open an incident',
    incidentTitle: 'Title',
    titleHint: 'What visitors feel, in one line: “Payments are refused”.',
    status: 'Status',
    body: 'What to say',
    firstBodyHint: 'What is felt, not why. Markdown.',
    bodyHint: 'What changed, what to do meanwhile. No time of repair without a reason for it. Markdown.',
    promise: 'Next update in',
    minutes: 'minutes',
    noPromise: 'Empty: no promise.',
    components: 'Services that fail',
    state: 'They are',
    post: 'Post the update',
    publish: 'Open the incident',
    resolve: 'Resolve',
    resolveThis: 'Resolve this incident',
    resolutionBody: 'The last word',
    resolutionHint: 'Say what was lost, or that nothing was lost.',
    stillFailing: (names: string) => `Still failing: ${names}.`,
    resolveConsequence: 'It cannot be opened again.',
  },
};
