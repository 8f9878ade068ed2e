import { z } from 'zod';
import { DomainError } from './error.ts';
import { factFields, titledTranslations, untitledTranslations } from './incidentFacts.ts';
import { bodySchema, titleSchema } from './staffText.ts';
import { type ComponentState, worstState } from './status.ts';

/** The stages of an incident that staff choose from; `resolved` is reached through its own verb. */
export const incidentStatuses = ['investigating', 'identified', 'monitoring', 'resolved'] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];

export const impacts = ['none', 'minor', 'major', 'critical'] as const;
export type Impact = (typeof impacts)[number];

/** Why a component is part of an incident: it failed itself, or it fails because of the one that did. */
export const incidentRoles = ['cause', 'suspected', 'affected'] as const;
export type IncidentRole = (typeof incidentRoles)[number];

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
  ...factFields,
  translations: titledTranslations,
});
export type NewIncident = z.infer<typeof newIncidentSchema>;

/** Input of an update. Without a status the incident keeps the one it has. */
export const newUpdateSchema = z.strictObject({
  status: z.enum(['investigating', 'identified', 'monitoring']).optional(),
  body: bodySchema,
  nextUpdateMinutes: promiseMinutesSchema.optional(),
  ...factFields,
  translations: untitledTranslations,
});
export type NewUpdate = z.infer<typeof newUpdateSchema>;

/** Input of a resolution: the update that closes the incident. It is where the loss is said out loud. */
export const resolutionSchema = z.strictObject({
  body: bodySchema,
  ...factFields,
  translations: untitledTranslations,
});
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
