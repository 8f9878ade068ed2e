/** What can happen. An event is written in the batch of the change it reports. */
export const eventTypes = [
  'component.changed',
  'incident.opened',
  'incident.updated',
  'incident.resolved',
  'incident.translated',
  'maintenance.scheduled',
  'maintenance.updated',
  'maintenance.started',
  'maintenance.completed',
  'maintenance.cancelled',
  'subscriber.requested',
  'settings.changed',
] as const;
export type EventType = (typeof eventTypes)[number];

/** Events that subscribers are told about. */
export const toldEventTypes = [
  'incident.opened',
  'incident.updated',
  'incident.resolved',
  'maintenance.scheduled',
  'maintenance.updated',
  'maintenance.started',
  'maintenance.completed',
  'maintenance.cancelled',
] as const satisfies EventType[];

/** Who did it. */
export type Actor =
  | { kind: 'probe' }
  | { kind: 'clock' }
  | { kind: 'staff'; id: string; name: string }
  | { kind: 'token'; id: string; name: string }
  | { kind: 'console'; name: string }
  | { kind: 'subscriber'; id: string };

/** The actor's id as it stands in the audit, or null where the kind says it all. */
export function actorId(actor: Actor): string | null {
  switch (actor.kind) {
    case 'probe':
    case 'clock':
      return null;
    case 'console':
      return actor.name;
    case 'staff':
    case 'token':
    case 'subscriber':
      return actor.id;
  }
}
