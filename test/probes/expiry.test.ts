import { describe, expect, it } from 'vitest';
import { expiryWarning } from '#probes/expiry.ts';

const dayMs = 86_400_000;
const now = Date.parse('2026-11-01T12:00:00Z');

/** What is said with so many days left of so long a life. */
const said = (left: number, life: number, days = 21) =>
  expiryWarning({ fromMs: now + (left - life) * dayMs, toMs: now + left * dayMs }, now, days);

describe('a certificate of a year', () => {
  it.each([
    [300, null],
    [21.01, null],
    [21, 'certificate: it ends within 21 days, on 2026-11-22T12:00Z'],
    [7.5, 'certificate: it ends within 21 days, on 2026-11-09T00:00Z'],
    [7, 'certificate: it ends within 7 days, on 2026-11-08T12:00Z'],
    [1.5, 'certificate: it ends within 7 days, on 2026-11-03T00:00Z'],
    [1, 'certificate: it ends within 1 day, on 2026-11-02T12:00Z'],
    [0.25, 'certificate: it ends within 1 day, on 2026-11-01T18:00Z'],
  ])('with %d days left: %s', (left, sentence) => {
    expect(said(left, 365)).toBe(sentence);
  });
});

describe('a certificate that lives shortly', () => {
  it.each([
    [90, 21, '21 days'],
    [45, 11, null],
    [45, 10, '11 days'],
    [6, 2, null],
    [6, 1.39, '34 hours'],
    [6, 0.4, '11 hours'],
    [6, 0.06, '2 hours'],
  ])('for %d days is warned about in proportion: %d left, %s', (life, left, within) => {
    expect(said(left, life)).toEqual(within && expect.stringContaining(`it ends within ${within}, on `));
  });

  it('is well when it is fresh, however short its life', () => {
    for (const life of [0.1, 1, 6, 30, 90, 398]) expect(said(life, life)).toBeNull();
  });
});

describe('the days of the first warning', () => {
  it('may be others, and those after it stay', () => {
    expect(said(29, 365, 30)).toContain('within 30 days');
    expect(said(20, 365, 30)).toContain('within 21 days');
    expect(said(12, 365, 10)).toBeNull();
    expect(said(6, 365, 10)).toContain('within 7 days');
    expect(said(3, 365, 3)).toContain('within 3 days');
  });

  it('may be none at all', () => {
    expect(said(0.5, 365, 0)).toBeNull();
  });
});
