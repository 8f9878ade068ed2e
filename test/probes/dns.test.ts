import { describe, expect, it } from 'vitest';
import { findingOf } from '../helpers/finding.ts';
import { type Records, startNameserver } from '../helpers/nameserver.ts';
import { closedPort } from '../helpers/target.ts';

const ok = { outcome: 'ok', latencyMs: expect.any(Number), reason: null };
const fail = (reason: string) => ({ outcome: 'fail', latencyMs: expect.any(Number), reason });
const failWithoutAnswer = (reason: string) => ({ outcome: 'fail', latencyMs: null, reason });

/** Asks a resolver that the probe names, for a name that answers so. */
async function lookAt(records: Records, settings: Record<string, unknown> = {}, timeoutMs = 5_000) {
  const { port } = await startNameserver({ 'film.test': records });
  const chosen = { host: 'film.test', resolver: '127.0.0.1', resolverPort: port };
  return findingOf('dns', { ...chosen, ...settings }, { timeoutMs });
}

describe('records of the sort', () => {
  it.each([
    ['A', '192.0.2.7', '192.0.2.7'],
    ['AAAA', '2001:db8::7', '2001:DB8:0:0::7'],
    ['CNAME', 'other.test', 'Other.test.'],
    ['NS', 'ns1.film.test', 'ns1.film.test.'],
    ['MX', '10 mx.film.test', '10  MX.film.test.'],
    ['TXT', 'v=spf1 mx -all', 'v=spf1 mx -all'],
    ['TXT', `k=${'x'.repeat(250)}`, `k=${'x'.repeat(250)}`],
    ['SRV', '1 2 5060 sip.film.test', '1 2 5060 sip.film.test'],
    ['CAA', '0 issue letsencrypt.org', '0 issue "letsencrypt.org"'],
    [
      'SOA',
      'ns1.film.test hostmaster.film.test 7 3600 600 86400 60',
      'ns1.film.test. hostmaster.film.test. 7 3600 600 86400 60',
    ],
  ])('%s are compared as zone files write them', async (type, record, expected) => {
    expect(await lookAt({ [type]: [record] }, { type, equals: expected })).toEqual(ok);
    const finding = await lookAt({ [type]: [record] }, { type, equals: '9.9.9.9' });
    expect(finding).toMatchObject({
      outcome: 'fail',
      reason: expect.stringMatching(/^dns: the \w+ records of film\.test are /),
    });
  });
});

describe('the records of a name', () => {
  const addresses = ['192.0.2.1', '192.0.2.2'];

  it('are enough when there are any', async () => {
    expect(await lookAt(addresses)).toEqual(ok);
  });

  it('equal the expected ones in any order, no more and no fewer', async () => {
    expect(await lookAt(addresses, { equals: ['192.0.2.2', '192.0.2.1'] })).toEqual(ok);
    expect(await lookAt(addresses, { equals: '192.0.2.1' })).toEqual(
      fail('dns: the A records of film.test are "192.0.2.1, 192.0.2.2", expected "192.0.2.1"'),
    );
    expect(await lookAt(addresses, { equals: [...addresses, '192.0.2.3'] })).toMatchObject({ outcome: 'fail' });
  });

  it('may be expected not to be there', async () => {
    expect(await lookAt([], { equals: [] })).toEqual(ok);
    expect(await lookAt([], { equals: [], host: 'gone.test' })).toEqual(ok);
    expect(await lookAt(addresses, { equals: [] })).toMatchObject({ outcome: 'fail' });
  });

  it('hold some, do not hold others, and match', async () => {
    expect(await lookAt(addresses, { contains: '192.0.2.1', doesNotContain: '192.0.2.9', matches: '\\.2$' })).toEqual(
      ok,
    );
    expect(await lookAt(addresses, { contains: '192.0.2.9' })).toEqual(
      fail('dns: "192.0.2.9" is not among the A records of film.test'),
    );
    expect(await lookAt(addresses, { doesNotContain: '192.0.2.1' })).toEqual(
      fail('dns: "192.0.2.1" is among the A records of film.test'),
    );
    expect(await lookAt(addresses, { matches: ['\\.1$', '\\.3$'] })).toEqual(
      fail('dns: no A record of film.test matches "\\\\.3$"'),
    );
  });

  it('that are none fail', async () => {
    expect(await lookAt([], { type: 'MX' })).toEqual(fail('dns: film.test has no MX record'));
    expect(await lookAt([], { host: 'gone.test' })).toEqual(fail('dns: there is no name gone.test'));
  });

  it('are asked of the resolvers of this machine unless another is named', async () => {
    const { at, questions } = await startNameserver({ 'film.test': addresses });
    expect(await findingOf('dns', { host: 'film.test', type: 'A' }, { resolvers: [at] })).toEqual(ok);
    expect(questions.map(({ type }) => type)).toEqual(['A']);
  });
});

describe('a resolver that is named', () => {
  it.each([
    ['servfail', 'dns: the resolver could not look up film.test'],
    ['refused', 'dns: the resolver refused to look up film.test'],
    ['silent', 'dns: the resolver did not answer'],
    ['truncated', 'dns: the resolver did not answer'],
    ['lying', 'dns: the answer of the resolver about film.test makes no sense (EBADRESP)'],
  ] as const)('and is %s fails', async (records, reason) => {
    expect(await lookAt(records, {}, 1_000)).toEqual(failWithoutAnswer(reason));
  });

  it('and is not there fails', async () => {
    const settings = { host: 'film.test', resolver: '127.0.0.1', resolverPort: await closedPort() };
    expect(await findingOf('dns', settings, { timeoutMs: 1_000 })).toEqual(
      failWithoutAnswer('dns: the resolver did not answer'),
    );
  });

  it.each(['127.0.0.1', '127.1', '[::1]', '10.0.0.1', 'localhost'])(
    'as %s is guarded like any target',
    async (resolver) => {
      const { port, questions } = await startNameserver({ 'film.test': ['192.0.2.1'] });
      const settings = { host: 'film.test', resolver, resolverPort: port };
      expect(await findingOf('dns', settings, { allow: [] })).toEqual({
        outcome: 'unknown',
        latencyMs: null,
        reason: expect.stringMatching(/^blocked: .* is not public: /),
      });
      expect(questions).toEqual([]);
    },
  );

  it('may be a name, and every address of it is guarded', async () => {
    const { port } = await startNameserver({ 'film.test': ['192.0.2.1'] });
    const { at } = await startNameserver({ 'ns.test': ['127.0.0.1'], 'inside.test': ['9.9.9.9', '10.0.0.1'] });
    const look = (resolver: string) =>
      findingOf('dns', { host: 'film.test', resolver, resolverPort: port }, { resolvers: [at] });
    expect(await look('ns.test')).toEqual(ok);
    expect(await look('inside.test')).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringMatching(/^blocked: 10/),
    });
  });
});

describe('a resolver of this machine', () => {
  it.each(['servfail', 'silent'] as const)('that is %s to everything is our trouble', async (trouble) => {
    const { at } = await startNameserver({ 'film.test': trouble, '': trouble });
    const finding = await findingOf('dns', { host: 'film.test' }, { resolvers: [at], timeoutMs: 1_000 });
    expect(finding).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringContaining('the resolver of this machine'),
    });
  });

  it.each(['servfail', 'silent'] as const)('that is %s to one name alone has that name fail', async (trouble) => {
    const { at } = await startNameserver({ 'film.test': trouble });
    const finding = await findingOf('dns', { host: 'film.test' }, { resolvers: [at], timeoutMs: 1_000 });
    expect(finding).toMatchObject({ outcome: 'fail', reason: expect.stringMatching(/^dns: the name servers of film/) });
  });
});
