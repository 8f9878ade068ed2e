import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { brandSheet, isMark, noBrand } from '#core/brand.ts';

const brand = { ...noBrand, accent: { light: '#123456', dark: '#abcdef' }, css: '.a{gap:1rem}' };

it('a page without a brand carries nothing of one', () => {
  expect(brandSheet(noBrand, true)).toBeNull();
  expect(brandSheet({ ...noBrand, css: '.a{gap:1rem}' }, false)).toBeNull();
});

it('the accent is everywhere, the own style sheet where it is wanted, and the hash is that of both', () => {
  const css = ':root{--accent:light-dark(#123456,#abcdef)}';
  expect(brandSheet(brand, false)).toEqual({ css, hash: hash('sha256', css, 'base64') });
  expect(brandSheet(brand, true)).toEqual({
    css: `${css}.a{gap:1rem}`,
    hash: hash('sha256', `${css}.a{gap:1rem}`, 'base64'),
  });
});

it('a square logo stands beside the name, a long one for it', () => {
  const picture = { src: 'data:image/png;base64,' };
  expect([40, 59, 60, 240].map((width) => isMark({ ...picture, width, height: 40 }))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
