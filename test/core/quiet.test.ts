import { expect, it } from 'vitest';
import { isOwed } from '#core/quiet.ts';

it('owes subscribers a word when they believe the opposite of what is so, and only then', () => {
  expect(isOwed(null, 'investigating')).toBe(true);
  expect(isOwed('monitoring', 'investigating')).toBe(true);
  expect(isOwed('identified', 'resolved')).toBe(true);
  expect(isOwed('investigating', 'monitoring')).toBe(true);
  expect(isOwed(null, 'resolved')).toBe(false);
  expect(isOwed('investigating', 'identified')).toBe(false);
  expect(isOwed('monitoring', 'resolved')).toBe(false);
});
