import { type EventType, toldEventTypes } from './event.ts';

/** Who is told of an event. */
export type Audience =
  | { kind: 'nobody' }
  /** Everyone who was a confirmed subscriber when it happened. */
  | { kind: 'everyone'; confirmedBy: number }
  /** The one subscriber it is about. */
  | { kind: 'one'; subscriberId: string };

/** Which event tells whom. */
export function audienceOf(event: {
  type: EventType;
  at: number;
  subscriberId: string | null;
  quiet: boolean;
}): Audience {
  if (event.quiet) return { kind: 'nobody' };
  if (event.type === 'subscriber.requested' && event.subscriberId !== null)
    return { kind: 'one', subscriberId: event.subscriberId };
  if (toldEventTypes.some((type) => type === event.type)) return { kind: 'everyone', confirmedBy: event.at };
  return { kind: 'nobody' };
}
