import { z } from 'zod';
import { DomainError } from './error.ts';
import { type ComponentState, worstState } from './status.ts';

/** The stages of an incident that staff choose from; `resolved` is reached through its own verb. */
export const incidentStatuses = ['investigating', 'identified', 'monitoring', 'resolved'] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];

export const impacts = ['none', 'minor', 'major', 'critical'] as const;
export type Impact = (typeof impacts)[number];

/** Why a component is part of an incident: it failed itself, or it fails because of the one that did. */
export const incidentRoles = ['cause', 'suspected', 'affected'] as const;
export type IncidentRole = (typeof incidentRoles)[number];

/** Longest title and longest update, in UTF-16 units. A title is a subject line; an update is a page, not a book. */
export const titleLimit = 200;
const bodyLimit = 20_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being refused
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Staff text of one line: no line breaks, no control characters (they break mail headers and XML). */
export const titleSchema = z
  .string()
  .trim()
  .min(1, 'a title of at least one character')
  .max(titleLimit, `at most ${titleLimit} characters`)
  .refine(
    (text) => !controlCharacters.test(text) && !/[\r\n\u2028\u2029]/.test(text),
    'one line without control characters',
  );

/** Staff text in Markdown; raw HTML in it is shown as text. */
export const bodySchema = z
  .string()
  .trim()
  .min(1, 'a text of at least one character')
  .max(bodyLimit, `at most ${bodyLimit} characters`)
  .refine((text) => !controlCharacters.test(text), 'text without control characters');

/** Minutes until the next update is promised: between one minute and a day. */
export const promiseMinutesSchema = z.number().int().min(1).max(1440);

/** Input of a new incident. */
export const newIncidentSchema = z.strictObject({
  title: titleSchema,
  status: z.enum(['investigating', 'identified', 'monitoring']).default('investigating'),
  body: bodySchema,
  /** Slugs of the components that fail, each with the state visitors should see. */
  components: z.record(z.string(), z.enum(['operational', 'degraded', 'partial_outage', 'major_outage'])).default({}),
  nextUpdateMinutes: promiseMinutesSchema.optional(),
});
export type NewIncident = z.infer<typeof newIncidentSchema>;

/** Input of an update. Without a status the incident keeps the one it has. */
export const newUpdateSchema = z.strictObject({
  status: z.enum(['investigating', 'identified', 'monitoring']).optional(),
  body: bodySchema,
  nextUpdateMinutes: promiseMinutesSchema.optional(),
});
export type NewUpdate = z.infer<typeof newUpdateSchema>;

/** Input of a resolution: the update that closes the incident. */
export const resolutionSchema = z.strictObject({ body: bodySchema });
export type Resolution = z.infer<typeof resolutionSchema>;

/** Impact from the states of the components named in the incident (Statuspage's rule; see docs/statuspage.md). */
export function impactOf(states: readonly ComponentState[]): Impact {
  const worst = worstState(states);
  if (worst === 'major_outage') return states.every((state) => state === 'major_outage') ? 'critical' : 'major';
  if (worst === 'partial_outage') return 'major';
  if (worst === 'degraded') return 'minor';
  return 'none';
}

/** True until the resolving update. */
export function isOpen(incident: { status: IncidentStatus }): boolean {
  return incident.status !== 'resolved';
}

/** Refuses what must not happen to a resolved incident. */
export function requireOpen(incident: { id: string; status: IncidentStatus }): void {
  if (!isOpen(incident))
    throw new DomainError(
      'conflict',
      `Incident ${incident.id} is resolved; open a new incident instead of adding to it.`,
    );
}

/** Names in a sentence: "A", "A and B", "A, B and C". */
export function listNames(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** What the probes found, as far as a first post may say it. Names, not ids. */
export type Finding = { cause: string; suspected: boolean; affected: readonly string[] };

/** Title of an incident that the probes opened. */
export function automaticTitle(finding: Finding): string {
  return finding.suspected ? 'Several services are not available' : `${finding.cause} is not available`;
}

/**
 * The first post of an incident that the probes opened: what is felt, not why. It promises nothing, and says
 * that a machine wrote it.
 */
export function automaticFirstPost({ cause, suspected, affected }: Finding): string {
  const felt = suspected
    ? `${listNames(affected)} stopped answering at the same time. **${cause}**, on which they stand, is suspected.`
    : `**${cause}** does not answer our probes.`;
  const reach = affected.length > 0 && !suspected ? ` Not available because of it: ${listNames(affected)}.` : '';
  return `${felt}${reach}\n\nThis was noticed automatically; the next words here come from our staff.`;
}

/** The update posted when something fails again that had come back. */
export function automaticRelapsePost(names: readonly string[]): string {
  return `${listNames(names)} ${names.length === 1 ? 'has' : 'have'} stopped answering our probes again.`;
}

/** The update posted when the probes find that something deeper explains an incident already open. */
export function automaticCausePost(finding: Finding): string {
  return `These failures share one cause: **${finding.cause}**. Affected by it: ${listNames(finding.affected)}.`;
}

/** The update posted when everything named in the incident answers again. */
export function automaticRecoveryPost(names: readonly string[], resolved: boolean): string {
  const back = `${listNames(names)} ${names.length === 1 ? 'answers' : 'answer'} our probes again.`;
  return resolved
    ? `${back} This was noticed automatically.`
    : `${back} We keep watching; our staff will close this incident when they are sure.`;
}
