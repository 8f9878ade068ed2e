import { describe, expect, it } from 'vitest';
import { failingRoots } from '../../src/components/roots.ts';
import { calmSnapshot, outageSnapshot } from '../helpers/cast.ts';

const now = Date.parse('2026-11-23T02:26:12Z');

function rootsOf(slug: string, snapshot = outageSnapshot(now)): string[] {
  const component = snapshot.components.find((one) => one.slug === slug);
  if (!component) throw new Error(`no ${slug} in the cast`);
  return failingRoots(component, snapshot.components).map((root) => root.slug);
}

describe('what a failing component stands on', () => {
  it('is the deepest failing component, not every failing one between', () => {
    expect(rootsOf('jury-room')).toEqual(['database']);
  });

  it('is nothing for the one that fails first', () => {
    expect(rootsOf('database')).toEqual([]);
  });

  it('is nothing for a component that works', () => {
    expect(rootsOf('uploads')).toEqual([]);
    expect(rootsOf('submissions', calmSnapshot(now))).toEqual([]);
  });
});
