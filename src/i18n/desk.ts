import type { ProbeState } from '#core/verdict.ts';

/** Every word that staff meet at the desk. Staff write to readers in many languages; among themselves they read this one. */

/** How a location sees a target. */
export const sightWords: Record<ProbeState, string> = {
  up: 'Up',
  degraded: 'Slow',
  down: 'Down',
  unknown: 'Not known',
};

const countFormat = new Intl.NumberFormat('en-GB');

/** "1,234" */
function count(value: number): string {
  return countFormat.format(value);
}

/** "1,234 people will get this." */
export function reach(subscribers: number): string {
  if (subscribers === 0) return 'Nobody is subscribed yet; this appears on the page and in the feeds.';
  return `${count(subscribers)} ${subscribers === 1 ? 'person' : 'people'} will get this.`;
}

export const deskWords = {
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
  impairedHint: 'Our own network is in trouble: what the probes cannot reach is shown as unknown, and nobody is told.',
  sights: 'Seen from',
  sightsHint: 'What each location last saw. One that says nothing is not known and has no vote.',
  location: 'Location',
  sees: 'Sees',
  lastLook: 'Last look',
  neverLooked: 'none yet',
  tookMs: (ms: number) => `${count(ms)} ms`,
  open: 'Open incidents',
  nothingOpen: 'No incident is open.',
  planned: 'Planned work',
  plan: {
    none: 'Nothing is planned.',
    new: 'Plan work',
    title: 'Title',
    titleHint: 'What is done, in one line: “File storage moves to larger disks”.',
    from: 'From, UTC',
    to: 'To, UTC',
    components: 'Services that it touches',
    componentsHint:
      'They are shown in maintenance while it lasts, and their failures open no incident. What stands on them is probed as always: choose it too where it will fail.',
    byItself: 'It begins and ends',
    startsByItself: 'begins by the clock',
    endsByItself: 'ends by the clock',
    announcement: 'What to say',
    announcementHint: 'What cannot be done meanwhile, what can, and whether a deadline falls into it. Markdown.',
    announce: 'Plan and announce',
    body: 'What to say',
    bodyHint: 'What is new. Markdown.',
    post: 'Post the update',
    move: 'Set other times',
    moveBody: 'Why',
    moveConsequence: 'Calendars that follow this page move it too.',
    begin: 'Begin it now',
    beginConsequence: (names: string) =>
      names === '' ? 'It touches no service.' : `${names}: in maintenance from now on; failures open no incident.`,
    complete: 'Complete it',
    completeConsequence: 'What still fails opens an incident at once. It cannot be opened again.',
    cancel: 'Call it off',
    cancelHint: 'Why, and whether it comes another time. Markdown.',
    cancelConsequence: 'It stays on record as cancelled, and cannot be opened again.',
    lastWord: 'The last word',
    firstWord: 'What to say',
    wordHint: 'These are the usual words; better ones are welcome. Markdown.',
  },
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
};
