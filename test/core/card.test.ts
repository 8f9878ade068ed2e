import { describe, expect, it } from 'vitest';
import { cardAddress, cardedIncidents } from '#core/card.ts';
import { incident, snapshot, updates } from '../helpers/snapshot.ts';

const past = Array.from({ length: 40 }, (_, index) =>
  incident(`Past ${String(index).padStart(2, '0')}`, updates(['resolved', 'x', -index * 1_000])),
);
const old = incident('Still open', updates(['investigating', 'x', -90_000]));
const world = snapshot({ incidents: [...past, old] });
const spoken = { ...world, page: { ...world.page, locales: ['en', 'es'] as ('en' | 'es')[] } };

describe('a card', () => {
  it('is for each of the thirty newest incidents, and for every open one', () => {
    expect(cardedIncidents(world)).toEqual([...past.slice(0, 30), old]);
  });

  it('has an address in the language of its page, which changes with the incident', () => {
    const [newest = old] = past;
    const address = cardAddress(spoken, 'es', newest.id);
    expect(address).toBe(`/es/incidents/${newest.id}/card.png?v=${newest.updatedAt.toString(36)}`);
    expect(cardAddress(spoken, 'en', newest.id)).toBe(address.replace('/es', ''));
    const later = { ...spoken, incidents: [{ ...newest, updatedAt: newest.updatedAt + 1 }] };
    expect(cardAddress(later, 'es', newest.id)).not.toBe(address);
  });

  it('is that of the whole where there is none of its own', () => {
    expect([null, 'unknown', past[35]?.id ?? ''].map((id) => cardAddress(spoken, 'es', id))).toEqual(
      Array(3).fill('/es/card.png'),
    );
  });
});
