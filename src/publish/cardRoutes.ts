import { type Card, cardedIncidents, cardPath, type PaintCard } from '#core/card.ts';
import type { Snapshot } from '#core/snapshot.ts';
import { incidentCard, wholeCard } from './card.ts';
import { closedPolicy } from './headers.ts';
import { digest } from './keys.ts';
import type { Route } from './route.ts';

function cardRoute(path: string, key: string, render: () => Promise<Uint8Array>): Route {
  return {
    path,
    kind: 'card',
    contentType: 'image/png',
    live: false,
    late: true,
    key,
    render: async () => ({ body: await render(), policy: closedPolicy }),
  };
}

/**
 * The pictures beside shared links, in each language of the page. One that cannot be drawn is that of the whole: its
 * address stands in pages already.
 */
export function cardRoutes(snapshot: Snapshot, paint: PaintCard): Route[] {
  const brand = digest([JSON.stringify(snapshot.page.brand)]);
  const keyOf = ({ logo: _, ...said }: Partial<Card>) => digest([brand, JSON.stringify(said)]);
  return snapshot.page.locales.flatMap((locale) => {
    const whole = wholeCard(snapshot, locale);
    // Time alone draws nothing anew: it says since when the rest has been so.
    const { time: _, ...lasting } = whole;
    return [
      cardRoute(cardPath(snapshot, locale, null), keyOf(lasting), () => paint(whole)),
      ...cardedIncidents(snapshot).map((incident) => {
        const card = incidentCard(snapshot, locale, incident);
        const path = cardPath(snapshot, locale, incident.id);
        return cardRoute(path, keyOf(card), () => paint(card).catch(() => paint(whole)));
      }),
    ];
  });
}
