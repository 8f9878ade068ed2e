import { describe, expect, it, vi } from 'vitest';
import type { Card, PaintCard } from '#core/card.ts';
import type { Snapshot } from '#core/snapshot.ts';
import { cardRoutes } from '#publish/cardRoutes.ts';
import { renderPlain } from '../helpers/site.ts';
import { component, idOf, incident, snapshot, updates } from '../helpers/snapshot.ts';

const open = incident('Payments fail', updates(['investigating', 'x', 0]), {
  impact: 'critical',
  components: [{ id: idOf('Payments'), role: 'cause', state: 'major_outage' }],
});
const past = incident('Mail was late', updates(['investigating', 'x', -900], ['resolved', 'y', -800]));
const night = snapshot({
  components: [component('Submissions'), component('Payments', { state: 'major_outage' })],
  incidents: [open, past],
});

/** A painter that writes down what it is given. */
const spelled: PaintCard = async (card) => Buffer.from(JSON.stringify(card));

async function cardsOf(world: Snapshot, paint: PaintCard = spelled): Promise<Record<string, Card>> {
  const cards = cardRoutes(world, paint).map(async ({ path, render }) => {
    const { body } = await render(renderPlain);
    return [path, JSON.parse(Buffer.from(body).toString())] as const;
  });
  return Object.fromEntries(await Promise.all(cards));
}

const keysOf = (world: Snapshot) => new Map(cardRoutes(world, spelled).map(({ path, key }) => [path, key]));

function redrawn(before: Snapshot, after: Snapshot): string[] {
  const keys = keysOf(before);
  return [...keysOf(after)].filter(([path, key]) => keys.get(path) !== key).map(([path]) => path);
}

describe('cardRoutes', () => {
  it('has a card of the whole and one of each incident, in every language', () => {
    const world: Snapshot = { ...night, page: { ...night.page, locales: ['en', 'ru'] } };
    const cards = ['/card.png', `/incidents/${open.id}/card.png`, `/incidents/${past.id}/card.png`];
    expect([...keysOf(world).keys()]).toEqual([...cards, ...cards.map((path) => `/ru${path}`)]);
    for (const { kind, contentType, late, live } of cardRoutes(world, spelled))
      expect({ kind, contentType, late, live }).toEqual({
        kind: 'card',
        contentType: 'image/png',
        late: true,
        live: false,
      });
  });

  it('says what the page says, with the year', async () => {
    const cards = await cardsOf(night);
    expect(cards['/card.png']).toEqual({
      name: 'Lanterna',
      nameSuffix: 'status',
      state: 'partial_outage',
      word: 'Partial outage',
      headline: 'Payments is not available.',
      time: 'As of 20 Nov 2026, 21:00 UTC',
      accent: null,
      logo: null,
    });
    expect(cards[`/incidents/${open.id}/card.png`]).toMatchObject({
      state: 'major_outage',
      word: 'Investigating · Critical impact',
      headline: 'Payments fail',
      time: 'As of 20 Nov 2026, 20:00 UTC',
    });
    expect(cards[`/incidents/${past.id}/card.png`]).toMatchObject({ state: 'operational', word: 'Resolved' });
  });

  it('draws nothing anew because time passes', () => {
    expect(redrawn(night, { ...night, revision: 2, generatedAt: night.generatedAt + 60_000 })).toEqual([]);
  });

  it('draws the card of an incident anew with its next update, and no other', () => {
    const told = { ...open, status: 'identified' as const, updatedAt: open.updatedAt + 1 };
    expect(redrawn(night, { ...night, incidents: [told, past] })).toEqual([`/incidents/${open.id}/card.png`]);
  });

  it('draws all of them anew for another brand', () => {
    const accent = { light: '#123456', dark: '#abcdef' };
    const branded = { ...night, page: { ...night.page, brand: { ...night.page.brand, accent } } };
    expect(redrawn(night, branded)).toHaveLength(3);
  });

  it('shows the card of the whole where one cannot be drawn', async () => {
    const paint = vi.fn<PaintCard>(async (card) => {
      if (card.headline === 'Payments fail') throw new Error('no ink');
      return spelled(card);
    });
    const cards = await cardsOf(night, paint);
    expect(cards[`/incidents/${open.id}/card.png`]).toEqual(cards['/card.png']);
  });
});
