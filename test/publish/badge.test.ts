import { describe, expect, it } from 'vitest';
import { componentStates } from '#core/status.ts';
import { badgesOf, badgeText, staleBadgeText } from '#publish/badge.ts';
import { component, snapshot } from '../helpers/snapshot.ts';

const titleOf = (svg: string) => /<title>(.*)<\/title>/.exec(svg)?.[1];

describe('a badge', () => {
  it.each([
    ['operational', 'brightgreen'],
    ['degraded', 'yellow'],
    ['partial_outage', 'orange'],
    ['major_outage', 'red'],
    ['maintenance', 'blue'],
    ['unknown', 'lightgrey'],
  ] as const)('says %s in the colour that shields.io calls %s', (state, color) => {
    const message = state.replace('_', ' ');
    expect(JSON.parse(badgeText('json', { label: 'Payments', state }))).toEqual({
      schemaVersion: 1,
      label: 'Payments',
      message,
      color,
      cacheSeconds: 60,
    });
    expect(titleOf(badgeText('svg', { label: 'Payments', state }))).toBe(`Payments: ${message}`);
  });

  it('is there for the whole and for each component', () => {
    const night = snapshot({ components: [component('Payments', { state: 'major_outage' })] });
    expect(badgesOf(night)).toEqual([
      { path: '/badge', badge: { label: 'Lanterna status', state: 'major_outage' } },
      { path: '/badge/payments', badge: { label: 'Payments', state: 'major_outage' } },
    ]);
  });

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    'R&D "A": b',
    "it's\u0000\u001b",
    '👩‍🚀 العربية',
    'a: b',
  ])('lets no name out as markup, and keeps it when the badge is old: %j', (label) => {
    const svg = badgeText('svg', { label, state: 'operational' });
    expect(svg).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
    expect(staleBadgeText('svg', { label, state: 'operational' })).toBe(badgeText('svg', { label, state: 'unknown' }));
  });

  it.each(componentStates)('that said %s and may be old says that nothing is known', (state) => {
    const json = staleBadgeText('json', { label: 'Payments', state });
    expect(JSON.parse(json)).toMatchObject({ label: 'Payments', message: 'unknown', color: 'lightgrey' });
    const svg = staleBadgeText('svg', { label: 'Payments', state });
    expect(titleOf(svg)).toBe('Payments: unknown');
  });
});
