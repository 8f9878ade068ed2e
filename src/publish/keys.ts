import { hash } from 'node:crypto';
import type { Postmortem } from '#core/postmortem.ts';
import type {
  Snapshot,
  SnapshotComponent,
  SnapshotIncident,
  SnapshotLatency,
  SnapshotMaintenance,
} from '#core/snapshot.ts';
import { wordsIn } from '../i18n/words.ts';

/**
 * What the bytes of a page depend on, as text: same key, same page. Keys leave out what only time changes; the
 * heartbeat renders the pages that show it.
 */

const incidentKeys = new WeakMap<SnapshotIncident, string>();

/**
 * An incident changes only through its verbs, and each of them moves `updatedAt` or adds an update; a translation does
 * the first. Snapshots share those that did not change, so that years of them are not read again.
 */
export function incidentKey(incident: SnapshotIncident): string {
  const known = incidentKeys.get(incident);
  if (known) return known;
  const { id, title, status, impact, updatedAt, nextUpdateDueAt, updates, components } = incident;
  const states = components.map((component) => [component.id, component.role, component.state]);
  const facts = [id, title, status, impact, updatedAt, nextUpdateDueAt, updates[0]?.id, updates.length, states];
  const key = digest([JSON.stringify(facts)]);
  incidentKeys.set(incident, key);
  return key;
}

/** A maintenance changes only through its verbs, and each of them adds an update. */
export function maintenanceKey({ id, updates }: SnapshotMaintenance): string {
  return JSON.stringify([id, updates[0]?.id]);
}

/** A postmortem's own words. */
export function postmortemKey(postmortem: Postmortem): string {
  return digest([JSON.stringify(postmortem)]);
}

// As fine as it is drawn: a failing day would otherwise be new at every look.
const shareKey = (share: number | null) => share?.toFixed(4);

const latencyKeys = new WeakMap<SnapshotLatency, string>();

/** The same value until there is more, so that it is digested once. */
function latencyKey(latency: SnapshotLatency | null): string {
  if (latency === null) return '';
  const known = latencyKeys.get(latency) ?? digest([JSON.stringify(latency)]);
  latencyKeys.set(latency, known);
  return known;
}

/** Days and years that are over do not change, so that the newest stand for all of them. */
export function componentKey(component: SnapshotComponent): string {
  const { days, uptime, years, latency, flips, updatedAt, createdAt, ...lasting } = component;
  const today = days.at(-1);
  return JSON.stringify([
    lasting,
    shareKey(uptime),
    days.length,
    today?.date,
    today?.state,
    shareKey(today?.uptime ?? null),
    shareKey(years.at(-1)?.uptime ?? null),
    latencyKey(latency),
    flips[0]?.at,
  ]);
}

/** Many keys as one short one of 128 bits: one is remembered for every address. */
export function digest(keys: Iterable<string | undefined>): string {
  return hash('sha256', [...keys].join('\n'), 'base64url').slice(0, 22);
}

/**
 * What every page shows: the page's settings, how uptime is weighed, components by name and how they stand on each
 * other. The year is in it because dates of another year are written out.
 * @param build changes with the code, and what the code renders to may change with it
 */
export function frameKey({ page, uptimeWeights, components, generatedAt }: Snapshot, build: string): string {
  const names = components.map(({ id, slug, name, translations, group, dependsOn }) => [
    id,
    slug,
    name,
    translations,
    group,
    dependsOn,
  ]);
  return digest([build, JSON.stringify([page, uptimeWeights, names, new Date(generatedAt).getUTCFullYear()])]);
}

/** The state of the whole, as the pages that speak of now say it in their title and first sentence. */
export function wholeKey(snapshot: Snapshot): string {
  return JSON.stringify([snapshot.state, wordsIn('en').wholeSentence(snapshot)]);
}
