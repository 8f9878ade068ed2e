import type { Card } from '#core/card.ts';
import { drawCard } from './drawing.ts';

/** What is sent back for a card: its PNG, or why there is none. */
export type Drawn = { png: Uint8Array } | { problem: string };

async function drawn(card: Card): Promise<Drawn> {
  try {
    return { png: await drawCard(card) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Draws the cards that it is sent, and ends with the process that sends them. */
process.on('message', (card: Card) => {
  void drawn(card).then((answer) => process.send?.(answer));
});
// A terminal and a service manager tell every process of a group to stop; this one is told by whoever needs it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
