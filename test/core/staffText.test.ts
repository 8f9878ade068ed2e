import { describe, expect, it } from 'vitest';
import { lossWhatSchema, titleSchema, workaroundSchema } from '#core/staffText.ts';

describe('titleSchema', () => {
  it.each(['two\nlines', 'bell\u0007', 'separator\u2028inside', '   ', 'x'.repeat(201)])('refuses %j', (title) => {
    expect(titleSchema.safeParse(title).success).toBe(false);
  });
});

describe('workaroundSchema', () => {
  it('takes lines, and no more of them than somebody reads with a deadline tonight', () => {
    expect(workaroundSchema.parse(' - pay by transfer\n- or tomorrow ')).toBe('- pay by transfer\n- or tomorrow');
    expect(workaroundSchema.safeParse('x'.repeat(4_001)).success).toBe(false);
  });

  it.each(['', ' \n ', 'bell\u0007', 'null\u0000'])('refuses %j', (text) => {
    expect(workaroundSchema.safeParse(text).success).toBe(false);
  });
});

describe('lossWhatSchema', () => {
  it.each(['', 'two\nlines', 'x'.repeat(501)])('refuses %j', (text) => {
    expect(lossWhatSchema.safeParse(text).success).toBe(false);
  });
});
