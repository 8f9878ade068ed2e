import { describe, expect, it } from 'vitest';
import { claimedHolder, confirmToken, isSameToken, unsubscribeToken } from '#core/readerToken.ts';

const key = 'a secret key of the test';

describe('reader tokens', () => {
  it('are bound to the person, the purpose, the request and the key', () => {
    const tokens = [
      confirmToken(key, 'ada', 1),
      confirmToken(key, 'ada', 2),
      confirmToken(key, 'bob', 1),
      confirmToken('another key', 'ada', 1),
      unsubscribeToken(key, 'ada'),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(isSameToken(confirmToken(key, 'ada', 1), tokens[0] ?? '')).toBe(true);
  });

  it('name their holder, and nobody when they are no tokens', () => {
    expect(claimedHolder(unsubscribeToken(key, 'ada'))).toBe('ada');
    expect(claimedHolder("' or 1=1 --")).toBe('');
  });
});
