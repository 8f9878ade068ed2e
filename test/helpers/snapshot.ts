import { noBrand } from '#core/brand.ts';
import { isAhead } from '#core/maintenance.ts';
import type { Postmortem } from '#core/postmortem.ts';
import type {
  Snapshot,
  SnapshotComponent,
  SnapshotIncident,
  SnapshotMaintenance,
  SnapshotMaintenanceUpdate,
  SnapshotUpdate,
} from '#core/snapshot.ts';
import { overallState } from '#core/status.ts';
import { defaultWeights } from '#core/uptime.ts';

/** Small snapshots for tests: everything has a calm value until the test says otherwise. */

/** Friday, 20 November 2026, 20:00 UTC. */
export const friday = Date.UTC(2026, 10, 20, 20);

/** Shorthand for an id of the right form. */
export const idOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .padEnd(12, '0')
    .slice(0, 12);

export function component(name: string, part: Partial<SnapshotComponent> = {}): SnapshotComponent {
  return {
    id: idOf(name),
    slug: name.toLowerCase().replaceAll(' ', '-'),
    name,
    description: null,
    translations: {},
    group: null,
    position: 0,
    state: 'operational',
    sinceAt: friday - 86_400_000,
    createdAt: friday - 90 * 86_400_000,
    updatedAt: friday - 86_400_000,
    dependsOn: [],
    days: [{ date: '2026-11-20', state: 'operational', failingMs: 0, uptime: 1 }],
    uptime: 1,
    years: [{ year: 2026, firstDayAt: Date.UTC(2026, 10, 20), states: 'o', failingMs: 0, uptime: 1 }],
    latency: null,
    flips: [],
    ...part,
  };
}

/** Updates from the first to the newest, given as `[status, body, minutes after friday]`; newest first. */
export function updates(...words: [SnapshotUpdate['status'], string, number][]): SnapshotUpdate[] {
  return words
    .map(([status, body, minutes], index) => ({
      id: idOf(`u${index + 1}x${minutes}`),
      seq: index + 1,
      status,
      body,
      language: null,
      translations: {},
      at: friday + minutes * 60_000,
      automatic: false,
    }))
    .toReversed();
}

export function incident(
  title: string,
  posts: SnapshotUpdate[],
  part: Partial<SnapshotIncident> = {},
): SnapshotIncident {
  const newest = posts[0];
  const startedAt = posts.at(-1)?.at ?? friday;
  return {
    id: idOf(title),
    title,
    language: null,
    translations: {},
    status: newest?.status ?? 'investigating',
    impact: 'minor',
    startedAt,
    createdAt: startedAt,
    updatedAt: newest?.at ?? startedAt,
    monitoringAt: null,
    resolvedAt: newest?.status === 'resolved' ? newest.at : null,
    nextUpdateDueAt: null,
    workaround: null,
    loss: null,
    components: [],
    updates: posts,
    ...part,
  };
}

/** Words of a maintenance from the announcement to the newest, given as `[status, body, minutes after friday]`. */
export function plans(...words: [SnapshotMaintenanceUpdate['status'], string, number][]): SnapshotMaintenanceUpdate[] {
  return words
    .map(([status, body, minutes], index) => ({
      id: idOf(`w${index + 1}x${minutes}`),
      seq: index + 1,
      status,
      body,
      language: null,
      translations: {},
      at: friday + minutes * 60_000,
      automatic: false,
    }))
    .toReversed();
}

/** Announced on Friday unless its words say otherwise, for Saturday from 02:00 to 04:00 UTC. */
export function maintenance(
  title: string,
  words: SnapshotMaintenanceUpdate[] = plans(['scheduled', 'We move to a larger disk.', 0]),
  part: Partial<SnapshotMaintenance> = {},
): SnapshotMaintenance {
  const newest = words[0];
  const status = newest?.status ?? 'scheduled';
  const updatedAt = newest?.at ?? friday;
  const scheduledFromAt = friday + 6 * 3_600_000;
  return {
    id: idOf(title),
    title,
    language: null,
    translations: {},
    status,
    sequence: words.length - 1,
    scheduledFromAt,
    scheduledToAt: scheduledFromAt + 2 * 3_600_000,
    startsByItself: true,
    endsByItself: true,
    createdAt: words.at(-1)?.at ?? friday,
    updatedAt,
    startedAt: words.find((one) => one.status === 'in_progress')?.at ?? null,
    endedAt: isAhead({ status }) ? null : updatedAt,
    componentIds: [],
    updates: words,
    ...part,
  };
}

export function postmortem(title: string, part: Partial<Postmortem> = {}): Postmortem {
  return {
    slug: title.toLowerCase().replaceAll(' ', '-'),
    title,
    summary: 'What happened, and what we learned.',
    language: null,
    publishedOn: '2026-11-22',
    incident: null,
    impact: 'major',
    figures: [],
    loss: null,
    timeline: [{ when: 'Friday', what: 'A disk was full.' }],
    contributingFactors: [],
    wentWell: [],
    wentBadly: [],
    luck: [],
    notKnown: [],
    actionItems: [],
    body: '',
    translations: {},
    ...part,
  };
}

/** What a page says of itself: that of Lanterna, unless said otherwise. */
export function pageSettings(part: Partial<Snapshot['page']> = {}): Snapshot['page'] {
  return {
    name: 'Lanterna',
    url: 'https://status.lanterna.example',
    about: null,
    supportUrl: null,
    brand: noBrand,
    translations: {},
    locales: ['en'],
    ...part,
  };
}

export function snapshot(part: Partial<Snapshot> = {}): Snapshot {
  const components = part.components ?? [component('Submissions'), component('Payments')];
  return {
    revision: 1,
    generatedAt: friday + 3_600_000,
    page: pageSettings(),
    uptimeWeights: defaultWeights,
    state: overallState(components.map(({ state }) => state)),
    components,
    incidents: [],
    maintenances: [],
    postmortems: [],
    ...part,
  };
}
