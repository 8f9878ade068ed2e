import { expect, it } from 'vitest';
import { snapshotSchema } from '#core/snapshot.ts';
import { calmSnapshot, outageSnapshot, wideOutageSnapshot } from './cast.ts';

const now = Date.parse('2026-11-23T02:26:12Z');

it.each([
  ['calm', calmSnapshot(now), 'operational', 13],
  ['out', outageSnapshot(now), 'partial_outage', 13],
  ['wide', wideOutageSnapshot(now), 'partial_outage', 30],
] as const)('the %s cast is a snapshot that the house could have made', (_, snapshot, state, count) => {
  expect(snapshotSchema.parse(snapshot)).toEqual(snapshot);
  expect(snapshot.state).toBe(state);
  expect(snapshot.components).toHaveLength(count);
  const ids = snapshot.components.map(({ id }) => id);
  expect(new Set(ids).size).toBe(count);
  for (const component of snapshot.components) {
    expect(component.id).toMatch(/^[a-z0-9]{12}$/);
    expect(component.days).toHaveLength(90);
    expect(ids).toEqual(expect.arrayContaining(component.dependsOn));
  }
});
