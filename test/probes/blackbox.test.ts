import { describe, expect, it } from 'vitest';
import { parseProbe } from '#probes/registry.ts';

const url = 'http://film.example/';

describe("blackbox_exporter's words", () => {
  it.each([
    [{ validStatusCodes: [200, 204] }, { status: [200, 204] }],
    [{ failIfBodyMatchesRegexp: ['error'] }, { doesNotMatch: ['error'] }],
    [{ failIfBodyNotMatchesRegexp: 'open' }, { matches: ['open'] }],
    [
      { failIfHeaderMatches: [{ header: 'X-Cache', regexp: 'MISS', allowMissing: true }] },
      { expectHeaders: [{ name: 'X-Cache', presence: 'optional', doesNotMatch: 'MISS' }] },
    ],
    [
      { failIfHeaderNotMatches: [{ header: 'Server', regexp: 'reel' }] },
      { expectHeaders: [{ name: 'Server', presence: 'present', matches: 'reel' }] },
    ],
    [{ noFollowRedirects: true }, { followRedirects: false }],
    [{ noFollowRedirects: false }, { followRedirects: true }],
    [{ preferredIpProtocol: 'ip6' }, { ipFirst: 6 }],
    [{ preferredIpProtocol: 'ip4', ipProtocolFallback: false }, { ip: 4 }],
    [{ preferredIpProtocol: 'ip6', ipProtocolFallback: true }, { ipFirst: 6 }],
  ])('%j mean %j', (theirs, ours) => {
    const settings = parseProbe('http', { url, ...theirs });
    expect(settings).toEqual({ ...(parseProbe('http', { url }) as object), ...ours });
    expect(parseProbe('http', settings)).toEqual(settings);
  });

  it.each([
    [{ status: 200, validStatusCodes: [200] }, 'validStatusCodes'],
    [{ doesNotMatch: 'a', failIfBodyMatchesRegexp: 'b' }, 'failIfBodyMatchesRegexp'],
    [{ followRedirects: true, noFollowRedirects: true }, 'noFollowRedirects'],
    [{ ip: 4, preferredIpProtocol: 'ip4' }, 'preferredIpProtocol'],
    [{ ipFirst: 6, preferredIpProtocol: 'ip4' }, 'preferredIpProtocol'],
    [{ expectHeaders: [{ name: 'a' }], failIfHeaderMatches: [{ header: 'a', regexp: 'b' }] }, 'failIfHeaderMatches'],
  ])('beside our own for the same are refused: %j', (settings, word) => {
    expect(() => parseProbe('http', { url, ...settings })).toThrow(`/${word}: no second word for a setting`);
  });
});
