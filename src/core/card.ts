import type { Picture } from './brand.ts';
import { isOpen } from './incident.ts';
import { type Locale, localePath } from './locale.ts';
import type { Snapshot, SnapshotIncident } from './snapshot.ts';
import type { ComponentState } from './status.ts';

/** The picture that stands beside a shared link, in the size that the Open Graph and Twitter cards are shown in. */
export const cardSize = { width: 1200, height: 630 } as const;

/** Everything a card shows. Its texts are lines that may hold anything. */
export type Card = {
  /** Of the platform. */
  name: string;
  /** The word for "status" that follows the name. */
  nameSuffix: string;
  state: ComponentState;
  /** Beside the mark of the state. */
  word: string;
  headline: string;
  /** When that was so. */
  time: string;
  /** CSS colour; null: none. */
  accent: string | null;
  logo: Picture | null;
};

/** Draws a card, as a PNG. */
export type PaintCard = (card: Card) => Promise<Uint8Array>;

/** Newest incidents with a card of their own; older ones show that of the whole, since few share them any more. */
const cardedLength = 30;

/** The incidents that have a card of their own: the newest, and every open one. */
export function cardedIncidents({ incidents }: Snapshot): SnapshotIncident[] {
  return incidents.filter((incident, index) => index < cardedLength || isOpen(incident));
}

/** Where the card of the whole is, in the language of its reader; or that of an incident. */
export function cardPath({ page }: Snapshot, locale: Locale, incidentId: string | null): string {
  const [first = locale] = page.locales;
  return localePath(locale, first, incidentId === null ? '/card.png' : `/incidents/${incidentId}/card.png`);
}

/**
 * The card that a page shows when it is shared.
 * @param incidentId what the page tells of; null: nothing in particular
 * @returns its path; the query changes with the incident, for those who keep pictures by their address
 */
export function cardAddress(snapshot: Snapshot, locale: Locale, incidentId: string | null): string {
  const incident = cardedIncidents(snapshot).find(({ id }) => id === incidentId);
  if (!incident) return cardPath(snapshot, locale, null);
  return `${cardPath(snapshot, locale, incident.id)}?v=${incident.updatedAt.toString(36)}`;
}
