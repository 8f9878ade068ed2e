import { noBrand } from '#core/brand.ts';
import { isAhead } from '#core/maintenance.ts';
import type {
  Snapshot,
  SnapshotComponent,
  SnapshotDay,
  SnapshotIncident,
  SnapshotMaintenance,
} from '#core/snapshot.ts';
import { type ComponentState, compareStates, overallState } from '#core/status.ts';
import { defaultWeights } from '#core/uptime.ts';
import { flipsOf, latencyOf, yearsOf } from './castPast.ts';
import { nightStory, type Plan, pastStories, plansOf, type Story } from './stories.ts';

/** The sample platform: a place where filmmakers send films to festivals. Its page, calm and on its worst night. */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const page: Snapshot['page'] = {
  name: 'Lanterna',
  url: 'https://status.lanterna.example',
  about: 'Lanterna brings films to festivals: submissions, screenings and programmes for organizers and filmmakers.',
  supportUrl: 'https://lanterna.example/help',
  brand: { ...noBrand, accent: { light: 'oklch(0.62 0.19 35)', dark: 'oklch(0.62 0.19 35)' } },
  translations: {},
  locales: ['en'],
};

type Part = { slug: string; name: string; group: string | null; description: string | null; dependsOn: string[] };

const part = (
  group: string | null,
  slug: string,
  name: string,
  description: string | null,
  dependsOn: string[] = [],
): Part => ({ slug, name, group, description, dependsOn });

const parts: readonly Part[] = [
  part('For filmmakers', 'submissions', 'Submissions', 'Sending a film to a festival', [
    'database',
    'storage',
    'sign-in',
  ]),
  part('For filmmakers', 'payments', 'Payments', 'Entry fees, waivers and invoices', ['database', 'sign-in']),
  part('For filmmakers', 'uploads', 'Uploads', 'Films, subtitles, stills and press kits', ['storage']),
  part('For festivals', 'dashboard', 'Festival dashboard', 'Entries, selections and notifications', [
    'database',
    'sign-in',
  ]),
  part('For festivals', 'jury-room', 'Jury room', 'Ratings, notes and votes of the jury', [
    'database',
    'screening-room',
  ]),
  part('For festivals', 'calls', 'Calls for entries', 'Public pages with rules and deadlines', ['database']),
  part('Watching', 'screening-room', 'Screening room', 'Private screenings in the browser', ['database', 'storage']),
  part('Watching', 'television', 'Television channel', 'The channel on air, day and night'),
  part('Watching', 'catch-up', 'Catch-up', 'Programmes of the last thirty days', ['storage']),
  part('Foundations', 'sign-in', 'Sign-in', 'Accounts, passwords and passkeys', ['database']),
  part('Foundations', 'mail', 'Mail', 'Receipts, invitations and letters to entrants'),
  part('Foundations', 'storage', 'File storage', 'Where the films are kept'),
  part('Foundations', 'database', 'Main database', 'What everything else reads and writes'),
];

const moreParts: readonly Part[] = [
  ...['Poster gallery', 'Subtitle editor', 'Rights register', 'Contracts', 'Translations', 'Credits'].map((name) =>
    part('Workshop', name.toLowerCase().replace(' ', '-'), name, `${name} of every film in one place`, ['database']),
  ),
  ...['Ticketing', 'Box office', 'Accreditation', 'Guest desk', 'Print traffic', 'Venue screens'].map((name) =>
    part('On site', name.toLowerCase().replace(' ', '-'), name, `${name} while the festival runs`, ['sign-in']),
  ),
  ...['Public API', 'Webhooks', 'Calendar export', 'Data export', 'Partner feeds'].map((name) =>
    part('For partners', name.toLowerCase().replace(' ', '-'), name, `${name}, version 2`, ['database']),
  ),
];

/** A stable id of the right form: 12 lower-case letters and digits. */
function idOf(text: string): string {
  let hash = 2166136261;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619) >>> 0;
  return `${text.replace(/[^a-z0-9]/g, '').slice(0, 5)}${hash.toString(36)}00000000000`.slice(0, 12);
}

type Trouble = { daysAgo: number; state: ComponentState; failingMs: number };

const troubles: Record<string, readonly Trouble[]> = {
  submissions: [{ daysAgo: 63, state: 'partial_outage', failingMs: 84 * minuteMs }],
  payments: [
    { daysAgo: 9, state: 'partial_outage', failingMs: 48 * minuteMs },
    { daysAgo: 41, state: 'degraded', failingMs: 130 * minuteMs },
  ],
  'screening-room': [
    { daysAgo: 22, state: 'degraded', failingMs: 200 * minuteMs },
    { daysAgo: 23, state: 'degraded', failingMs: 70 * minuteMs },
    { daysAgo: 71, state: 'major_outage', failingMs: 55 * minuteMs },
  ],
  mail: [
    { daysAgo: 4, state: 'degraded', failingMs: 96 * minuteMs },
    { daysAgo: 52, state: 'maintenance', failingMs: 0 },
  ],
  database: [{ daysAgo: 52, state: 'maintenance', failingMs: 0 }],
  television: [{ daysAgo: 34, state: 'major_outage', failingMs: 12 * minuteMs }],
};

/** `catch-up` is younger than the page: its first thirty days are not known. */
const firstDaysAgo: Record<string, number> = { 'catch-up': 59 };

function daysFor(slug: string, today: Trouble | null, now: number): SnapshotDay[] {
  const known = [...(troubles[slug] ?? []), ...(today ? [today] : [])];
  return Array.from({ length: 90 }, (_, index) => {
    const daysAgo = 89 - index;
    const date = new Date(now - daysAgo * dayMs).toISOString().slice(0, 10);
    if (daysAgo > (firstDaysAgo[slug] ?? 89)) return { date, state: 'unknown', failingMs: 0, uptime: null };
    const worst = known
      .filter((trouble) => trouble.daysAgo === daysAgo)
      .toSorted((a, b) => compareStates(b.state, a.state))[0];
    if (!worst) return { date, state: 'operational', failingMs: 0, uptime: 1 };
    const weight = new Map<string, number>(Object.entries(defaultWeights)).get(worst.state) ?? 0;
    const lost = (worst.failingMs * weight) / dayMs;
    return { date, state: worst.state, failingMs: worst.failingMs, uptime: 1 - lost };
  });
}

function componentFrom(
  one: Part,
  position: number,
  state: ComponentState,
  sinceAt: number,
  now: number,
): SnapshotComponent {
  const today = state === 'operational' ? null : { daysAgo: 0, state, failingMs: now - sinceAt };
  const days = daysFor(one.slug, today, now);
  const known = days.flatMap(({ uptime }) => (uptime === null ? [] : [uptime]));
  const createdAt = now - (one.slug === 'catch-up' ? 59 : 13 * 365) * dayMs;
  return {
    ...one,
    id: idOf(one.slug),
    translations: {},
    position,
    state,
    sinceAt,
    createdAt,
    updatedAt: sinceAt,
    dependsOn: one.dependsOn.map(idOf),
    days,
    uptime: known.length === 0 ? null : known.reduce((sum, uptime) => sum + uptime, 0) / known.length,
    years: yearsOf(one.slug, createdAt, days, now),
    latency: latencyOf(one.slug, now),
    flips: flipsOf(days, state, sinceAt),
  };
}

function incidentFrom(story: Story): SnapshotIncident {
  const id = idOf(story.title.toLowerCase());
  const updates = story.words
    .map((one, index) => ({
      id: idOf(`${id}${index}`),
      seq: index + 1,
      automatic: false,
      language: null,
      translations: {},
      ...one,
    }))
    .toReversed();
  const startedAt = story.words[0]?.at ?? 0;
  const newest = updates[0];
  return {
    id,
    title: story.title,
    language: null,
    translations: {},
    status: newest?.status ?? 'investigating',
    impact: story.impact,
    startedAt,
    createdAt: startedAt,
    updatedAt: newest?.at ?? startedAt,
    monitoringAt: story.words.find((one) => one.status === 'monitoring')?.at ?? null,
    resolvedAt: newest?.status === 'resolved' ? newest.at : null,
    nextUpdateDueAt: story.nextUpdateDueAt ?? null,
    workaround: null,
    loss: null,
    components: story.components.map(([slug, role, state]) => ({ id: idOf(slug), role, state })),
    updates,
  };
}

function maintenanceFrom(plan: Plan): SnapshotMaintenance {
  const id = idOf(plan.title.toLowerCase());
  const updates = plan.words
    .map((one, index) => ({
      id: idOf(`${id}${index}`),
      seq: index + 1,
      language: null,
      translations: {},
      automatic: false,
      ...one,
    }))
    .toReversed();
  const createdAt = plan.words[0]?.at ?? 0;
  const { status = 'scheduled', at: updatedAt = createdAt } = updates[0] ?? {};
  return {
    id,
    title: plan.title,
    language: null,
    translations: {},
    status,
    sequence: updates.length - 1,
    scheduledFromAt: plan.fromAt,
    scheduledToAt: plan.toAt,
    startsByItself: true,
    endsByItself: true,
    createdAt,
    updatedAt,
    startedAt: plan.words.find((one) => one.status === 'in_progress')?.at ?? null,
    endedAt: isAhead({ status }) ? null : updatedAt,
    componentIds: plan.components.map(idOf),
    updates,
  };
}

function snapshotOf(
  now: number,
  cast: readonly Part[],
  stories: readonly Story[],
  states: Record<string, ComponentState>,
): Snapshot {
  const components = cast.map((one, index) => {
    const state = states[one.slug] ?? 'operational';
    return componentFrom(one, index, state, state === 'operational' ? now - 4 * dayMs : now - 47 * minuteMs, now);
  });
  return {
    revision: 4711,
    generatedAt: now,
    page,
    uptimeWeights: defaultWeights,
    state: overallState(components.map((component) => component.state)),
    components,
    incidents: stories.map(incidentFrom).toSorted((a, b) => b.startedAt - a.startedAt),
    maintenances: plansOf(now)
      .map(maintenanceFrom)
      .toSorted((a, b) => b.scheduledFromAt - a.scheduledFromAt),
    postmortems: [],
  };
}

function nightStates(now: number): Record<string, ComponentState> {
  return Object.fromEntries(nightStory(now).components.map(([slug, , state]) => [slug, state]));
}

/** An ordinary evening: everything works, two incidents are a few days old. */
export function calmSnapshot(now: number): Snapshot {
  return snapshotOf(now, parts, pastStories(now), {});
}

/** 47 minutes after the main database stopped, 14 before the next update is due. */
export function outageSnapshot(now: number): Snapshot {
  return snapshotOf(now, parts, [nightStory(now), ...pastStories(now)], nightStates(now));
}

/** The same night on a platform of thirty services: what the weight of the page is measured with. */
export function wideOutageSnapshot(now: number): Snapshot {
  const states = { ...nightStates(now), contracts: 'degraded', webhooks: 'maintenance', ticketing: 'unknown' } as const;
  return snapshotOf(now, [...parts, ...moreParts], [nightStory(now), ...pastStories(now)], states);
}
