import { describe, expect, it } from 'vitest';
import { claimedProbe, pingToken } from '#core/pingToken.ts';

const key = 'a key of at least thirty-two letters';

describe('a ping token', () => {
  it('names its probe in the open and proves it with 192 bits', () => {
    const token = pingToken(key, 'database/nightly-dump', 1);
    expect(token).toMatch(/^database\.nightly-dump\.[\w-]{32}$/);
    expect(claimedProbe(token)).toBe('database/nightly-dump');
  });

  it('is another one for each probe, version and key', () => {
    const tokens = [
      pingToken(key, 'a/b', 1),
      pingToken(key, 'a/b', 2),
      pingToken(key, 'a/c', 1),
      pingToken(`${key}!`, 'a/b', 1),
    ].map((token) => token.split('.').at(-1));
    expect(new Set(tokens).size).toBe(4);
  });

  it.each(['', 'a', 'a.b', 'a/b.c', 'a..c', 'A.b.c', `${'a'.repeat(61)}.b.c`, '../../x.y.z', 'a.b.c.d'])(
    'names no probe in %j',
    (token) => {
      expect(claimedProbe(token)).toBe('');
    },
  );
});
