import { expect, it } from 'vitest';
import { componentStates } from '#core/status.ts';
import { faviconOf, shapes } from '../../src/components/shapes.ts';

it('draws every state in a shape of its own', () => {
  expect(new Set(componentStates.map((state) => shapes[state])).size).toBe(componentStates.length);
});

it('gives every state its own mark on the browser tab, with nothing left for a style sheet to fill in', () => {
  const icons = componentStates.map((state) => faviconOf(state));
  expect(new Set(icons).size).toBe(componentStates.length);
  for (const icon of icons) expect(decodeURIComponent(icon)).not.toContain('currentColor');
});
