import { expect, it } from 'vitest';
import { directionOf, plainLine } from '#core/line.ts';

it('a line loses what would change how the rest of it is read, and nothing else', () => {
  expect(plainLine('a\u202eb\u2066c\u2069 \u0000\u0008\u001b\u0085d\ud800e\ufeff')).toBe('abc d\ufffde');
  expect(plainLine('  one\r\n\ttwo\u2028three ')).toBe('one two three');
  const written = 'עברית\u200f und 日本 🎬 <b>&amp;</b> {{7*7}}';
  expect(plainLine(written)).toBe(written);
});

it('a text is written in the direction of its first letter', () => {
  expect(['Films', '12 קולנוע', '«فيلم»', '🎬 Кино', '', '2026'].map(directionOf)).toEqual([
    'ltr',
    'rtl',
    'rtl',
    'ltr',
    'ltr',
    'ltr',
  ]);
});
