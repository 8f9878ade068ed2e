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
  resolutionHint: 'What was it, and what follows from it. What was lost is asked for below.',
  stillFailing: (names: string) => `Still failing: ${names}.`,
  language: 'Written in',
  translation: (language: string) => `The same in ${language}`,
  translationHint: 'What is left empty can be added later. Until then its readers see the words above, marked as such.',
  workaround: 'What readers can do meanwhile',
  workaroundHint: 'Stays on the page until it is wiped out here, or the incident is resolved. Markdown.',
  loss: 'What was lost',
  lossSaid: 'As was said',
  lossUnsaid: 'Nothing is said of it yet',
  lossNotKnown: 'Not known yet',
  lossUnknown: 'Not known any more',
  lossNone: 'Nothing was lost',
  lossWindow: 'Something was lost',
  lossFrom: 'From (UTC)',
  lossTo: 'To (UTC)',
  lossWhat: 'What is missing',
  recovery: 'What comes back',
  untranslated: 'Not translated yet',
  untranslatedHint: 'Readers of these languages see other words, marked as such. A translation tells nobody again.',
  translate: 'Publish the translation',
  resolveConsequence: 'It cannot be opened again.',
  targets: 'Copies elsewhere',
  targetsHint: 'Where the page also lives, so that it is read when this server is gone.',
  target: 'Host',
  lag: 'What it shows',
  lastSync: 'Reached',
  notYet: 'not yet',
  old: (age: string) => `, ${age} old`,
  current: 'up to date',
  behind: 'behind',
  lastTry: 'Last try',
  unmade: 'Pages that could not be made',
  unmadeHint: 'Readers get the last good version of these. It is tried again by itself.',
};
