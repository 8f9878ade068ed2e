import { expect, it } from 'vitest';
import { reach } from '../../src/i18n/desk.ts';

it('says how many people a post reaches', () => {
  expect(reach(1234)).toBe('1,234 people will get this.');
  expect(reach(1)).toBe('1 person will get this.');
  expect(reach(0)).toBe('Nobody is subscribed yet; this appears on the page and in the feeds.');
});
