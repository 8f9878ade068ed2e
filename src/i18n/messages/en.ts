/**
 * Every word that a reader meets on the page, in its feeds and on its badges, as ICU messages
 * (https://unicode-org.github.io/icu/userguide/format_parse/messages/). The other languages have the same keys with the
 * same placeholders; an apostrophe is written ’ here, since ' quotes in this notation.
 */
export const en = {
  states: {
    operational: 'Operational',
    degraded: 'Degraded',
    partial_outage: 'Partial outage',
    major_outage: 'Major outage',
    maintenance: 'Maintenance',
    unknown: 'Unknown',
  },
  /** The same inside a sentence. */
  statesInline: {
    operational: 'operational',
    degraded: 'degraded',
    partial_outage: 'partial outage',
    major_outage: 'major outage',
    maintenance: 'maintenance',
    unknown: 'unknown',
  },
  statuses: {
    investigating: 'Investigating',
    identified: 'Identified',
    monitoring: 'Monitoring',
    resolved: 'Resolved',
  },
  impacts: {
    none: 'No impact',
    minor: 'Minor impact',
    major: 'Major impact',
    critical: 'Critical impact',
  },
  roles: {
    cause: 'The cause',
    suspected: 'Suspected as the cause',
    affected: 'Affected',
  },
  durations: {
    moment: 'less than a minute',
    minutes: '{minutes} min',
    hours: '{hours} h {minutes} min',
    days: '{days} d {hours} h',
  },
  /** One component’s state as a sentence. */
  component: {
    operational: '{name} is working.',
    degraded: '{name} works, but not as it should.',
    partial_outage: '{name} works only in part.',
    major_outage: '{name} is not available.',
    maintenance: 'Planned work is under way on {name}.',
    unknown: 'We cannot see {name} at the moment.',
  },
  /** The one sentence on the whole state. `subject` is one or two names, or `someServices`. */
  whole: {
    empty: 'No service is shown here yet.',
    nothingWorks: 'No service is available.',
    someServices: '{count} of {total} services',
    major_outage: '{count, plural, one {{subject} is not available} other {{subject} are not available}}',
    partial_outage: '{count, plural, one {{subject} works only in part} other {{subject} work only in part}}',
    degraded:
      '{count, plural, one {{subject} works, but not as it should} other {{subject} work, but not as they should}}',
    unseen: 'We cannot see our services at the moment.',
    watching: 'Everything works again; we are still watching.',
    openOnly: 'Our probes see no failure, but {count, plural, one {an incident is} other {incidents are}} open.',
    planned: 'Planned work is under way on {subject}.',
    works: 'Everything is working.',
  },
  /** The days of a component. */
  days: {
    title: 'Last {days} days',
    calm: '{day}: {state}',
    failing: '{day}: {state}, failing for {duration}',
    none: 'Last {days} days: no failure',
    some: 'Last {days} days: {count, plural, one {# day with a failure} other {# days with a failure}}',
    earlier: '{count} earlier',
    unseen: '{count, plural, one {# day} other {# days}} not known',
  },
  /** What a feed says of itself. `update` heads an update that leaves the status as it was. */
  feed: { title: '{name} - Incident History', about: 'Incidents and updates of {name}', update: 'Update' },
  /** Two clauses as one. */
  clauses: '{before}; {after}',
  feedNames: { atom: 'Atom feed', rss: 'RSS feed', json: 'JSON feed' },
  skip: 'Skip to the content',
  nav: { label: 'Pages', now: 'Now', history: 'History', subscribe: 'Subscribe' },
  /** `offer` is read by someone whose browser asks for this language, on a page in another one. */
  languages: {
    name: 'English',
    label: 'Languages',
    offer: 'This page is also in English',
    mine: 'In my browser’s language',
    choose: 'Choose a language',
  },
  siteTitle: '{name} status',
  status: 'status',
  /** An instant follows. */
  nextUpdate: { before: 'Next update by', late: 'Late: an update was promised by' },
  standsOn: 'Stands on',
  components: 'Services',
  otherComponents: 'Other services',
  uptime: 'Uptime',
  uptimeUnknown: 'not known',
  recent: 'Lately',
  recentNone: 'No incidents in the last {days} days.',
  allHistory: 'All incidents',
  allPostmortems: 'Postmortems',
  automatic: 'Noticed automatically',
  resolvedAfter: 'Resolved after {duration}',
  updates: 'Updates',
  affected: 'Affected services',
  asOf: 'As of',
  pageMade: 'This page shows what we knew at',
  /** Stands behind an instant; the seconds are counted on. */
  ago: ' ({seconds} s ago)',
  /** An instant follows. */
  stale: 'Updates may be delayed: this page was last renewed at',
  formula:
    'Uptime is the share of the time we could see in which a service worked. A major outage counts {major}, a partial outage {partial}, a degraded state {degraded}; planned work and hours we could not see are left out.',
  weights: { full: 'in full', none: 'not at all' },
  feeds: 'Feeds',
  support: 'Help from our people',
  byMail: 'Updates by mail',
  carries: 'Carries',
  incidents: 'Incidents',
  noIncidents: 'No incident has named this service.',
  earlierUpdates: '{count, plural, one {# earlier update} other {# earlier updates}}',
  since: '{impact}, since',
  toNow: 'How things are now',
  facts: {
    state: 'State',
    since: 'Since',
    began: 'Began',
    monitoring: 'Repaired, being watched',
    resolved: 'Resolved',
    lasted: 'Lasted',
  },
  /** Text that is not in the reader’s language; `language` is its name as it stands within a sentence. */
  writtenIn: 'In {language}',
  workaround: 'What you can do meanwhile',
  loss: {
    title: 'What was lost',
    none: 'Nothing was lost.',
    from: 'From',
    to: 'To',
    what: 'What is missing',
    recovery: 'What comes back',
    recoveries: { full: 'All of it', partial: 'A part of it', none: 'Nothing', unknown: 'Not known yet' },
    /** The same in one line, for feeds. `recovery` is one of `recoveries`. */
    line: 'Lost: {what}, from {from} to {to}. What comes back: {recovery}.',
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
    problems: {
      address: 'Please write one mail address such as name@example.com.',
      tooMany: 'That was tried too often from your network. Please try again in an hour.',
    },
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
} as const;
