import { describe, expect, it, vi } from 'vitest';
import { findingOf } from '../helpers/finding.ts';
import { startNameserver } from '../helpers/nameserver.ts';
import { closedPort, startHttpTarget, startLossyTarget, startTcpTarget } from '../helpers/target.ts';

const blocked = (why: RegExp) => ({ outcome: 'unknown', latencyMs: null, reason: expect.stringMatching(why) });

describe('a target inside', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '2130706433',
    '0177.0.0.1',
    '①②⑦.⓪.⓪.①',
    '0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fd00::1]',
    '100.64.0.1',
    '169.254.169.254',
    'localhost',
    'localhost.',
    'films.localhost',
  ])('written as %s is not dialled, and that is not its failure', async (host) => {
    let isReached = false;
    const port = await startTcpTarget(() => {
      isReached = true;
    });
    const http = await findingOf('http', { url: `http://${host}:${port}/` }, { allow: [] });
    const tcp = await findingOf('tcp', { host, port }, { allow: [] });
    expect([http, tcp]).toEqual([blocked(/^blocked: .* is not public: /), blocked(/^blocked: .* is not public: /)]);
    expect(isReached).toBe(false);
  });

  it.each([
    ['one private address', ['10.0.0.1']],
    ['a private address among public ones', ['9.9.9.9', '127.0.0.1']],
    ['the metadata service', ['169.254.169.254']],
    ['a mapped address', ['::ffff:127.0.0.1']],
    ['a NAT64 address', ['64:ff9b::a9fe:a9fe']],
    ['a private address of the other family', ['9.9.9.9', 'fd00::1']],
  ])('behind a name with %s is not dialled', async (_, addresses) => {
    const { at } = await startNameserver({ 'film.test': addresses });
    const finding = await findingOf('http', { url: 'http://film.test/' }, { allow: [], resolvers: [at] });
    expect(finding).toEqual(blocked(/^blocked: .* is not public: /));
  });

  it('is dialled when the operator allows its range', async () => {
    const url = await startHttpTarget((_, response) => response.end('here'));
    const finding = await findingOf('http', { url, contains: 'here' }, { allow: ['127.0.0.1'] });
    expect(finding).toMatchObject({ outcome: 'ok', reason: null });
  });

  it('under a localhost name is dialled when loopback is allowed, and nobody is asked for the name', async () => {
    const { at, questions } = await startNameserver({});
    const port = new URL(await startHttpTarget((_, response) => response.end())).port;
    const finding = await findingOf('http', { url: `http://films.localhost:${port}/` }, { resolvers: [at] });
    expect(finding).toMatchObject({ outcome: 'ok' });
    expect(questions).toEqual([]);
  });
});

describe('a name', () => {
  it('is resolved once a connection: an answer that changes afterwards reaches nobody', async () => {
    const { at, questions } = await startNameserver({
      'film.test': ({ type, count }) => (type === 'A' ? [count === 0 ? '127.0.0.1' : '10.0.0.1'] : []),
    });
    const port = new URL(await startHttpTarget((_, response) => response.end('pinned'))).port;
    const finding = await findingOf(
      'http',
      { url: `http://film.test:${port}/`, contains: 'pinned' },
      { resolvers: [at] },
    );
    expect(finding).toMatchObject({ outcome: 'ok' });
    expect(questions.map(({ type }) => type).toSorted()).toEqual(['A', 'AAAA']);
  });

  it('that turns private between two hops of a redirect is blocked', async () => {
    const { at } = await startNameserver({
      'film.test': ({ type, count }) => (type === 'A' ? [count === 0 ? '127.0.0.1' : '10.0.0.1'] : []),
    });
    const url = await startHttpTarget((_, response) => response.writeHead(302, { location: '/again' }).end());
    const finding = await findingOf('http', { url: url.replace('127.0.0.1', 'film.test') }, { resolvers: [at] });
    expect(finding).toEqual(blocked(/^blocked: 10\.0\.0\.1 is not public: private use/));
  });

  it('whose first address is slow and whose other refuses is ok', async () => {
    const { at } = await startNameserver({ 'film.test': ['127.0.0.1', '::1'] });
    const port = await startLossyTarget(600);
    const finding = await findingOf(
      'http',
      { url: `http://film.test:${port}/`, contains: 'fine' },
      { resolvers: [at] },
    );
    expect(finding).toMatchObject({ outcome: 'ok', reason: null });
    expect(finding.latencyMs).toBeGreaterThan(500);
  });

  it('whose first address refuses is ok over the other family', async () => {
    const { at } = await startNameserver({ 'film.test': ['127.0.0.1', '::1'] });
    const port = new URL(await startHttpTarget((_, response) => response.end(), '::1')).port;
    const finding = await findingOf('http', { url: `http://film.test:${port}/` }, { resolvers: [at] });
    expect(finding).toMatchObject({ outcome: 'ok' });
  });

  it('is looked at over one family when the probe says so', async () => {
    const { at, questions } = await startNameserver({ 'film.test': ['127.0.0.1', '::1'] });
    const port = Number(new URL(await startHttpTarget((_, response) => response.end(), '::1')).port);
    const four = await findingOf('tcp', { host: 'film.test', port, ip: 4 }, { resolvers: [at] });
    const six = await findingOf('tcp', { host: 'film.test', port, ip: '6' }, { resolvers: [at] });
    expect(four).toEqual({ outcome: 'fail', latencyMs: null, reason: 'connect: connection refused' });
    expect(six).toMatchObject({ outcome: 'ok' });
    expect(questions.map(({ type }) => type)).toEqual(['A', 'AAAA']);
  });

  it('is tried over IPv6 first when the probe says so, and over IPv4 all the same', async () => {
    const { at } = await startNameserver({ 'film.test': ['127.0.0.1', '::1'], 'four.test': ['127.0.0.1'] });
    const port = await startTcpTarget((socket) => socket.end('four'));
    await startTcpTarget((socket) => socket.end('six'), '::1', port);
    const look = (host: string, expected: string, settings: object = {}) =>
      findingOf('tcp', { host, port, expect: expected, ...settings }, { resolvers: [at] });
    expect(await look('film.test', 'four')).toMatchObject({ outcome: 'ok' });
    expect(await look('film.test', 'six', { ipFirst: 6 })).toMatchObject({ outcome: 'ok' });
    expect(await look('four.test', 'four', { ipFirst: '6' })).toMatchObject({ outcome: 'ok' });
  });

  it('that does not exist fails', async () => {
    const { at } = await startNameserver({});
    const finding = await findingOf('tcp', { host: 'gone.test', port: 80 }, { resolvers: [at] });
    expect(finding).toEqual({ outcome: 'fail', latencyMs: null, reason: 'dns: there is no name gone.test' });
  });

  it('without an address fails', async () => {
    const { at } = await startNameserver({ 'film.test': [] });
    const finding = await findingOf('tcp', { host: 'film.test', port: 80 }, { resolvers: [at] });
    expect(finding).toMatchObject({ outcome: 'fail', reason: 'dns: film.test has no address of IPv4 or IPv6' });
  });

  it('whose own servers fail, fails', async () => {
    const { at } = await startNameserver({ 'film.test': 'servfail' });
    const finding = await findingOf('tcp', { host: 'film.test', port: 80 }, { resolvers: [at] });
    expect(finding).toMatchObject({ outcome: 'fail', reason: 'dns: the name servers of film.test failed' });
  });

  it('whose own servers are silent, while the resolver knows the rest of the world, fails', async () => {
    const { at } = await startNameserver({ 'film.test': 'silent' });
    const finding = await findingOf('tcp', { host: 'film.test', port: 80 }, { resolvers: [at], timeoutMs: 1_000 });
    expect(finding).toMatchObject({ outcome: 'fail', reason: 'dns: the name servers of film.test did not answer' });
  });

  it.each(['silent', 'servfail'] as const)('is unknown while the resolver is %s to everything', async (trouble) => {
    const { at } = await startNameserver({ 'film.test': trouble, '': trouble });
    const finding = await findingOf('tcp', { host: 'film.test', port: 80 }, { resolvers: [at], timeoutMs: 1_000 });
    expect(finding).toEqual({
      outcome: 'unknown',
      latencyMs: null,
      reason: expect.stringContaining('probe: the resolver of this machine does not work'),
    });
  });

  it('is unknown while no resolver can be reached', async () => {
    const resolvers = [`127.0.0.1:${await closedPort()}`];
    const finding = await findingOf('http', { url: 'http://film.test/' }, { resolvers });
    expect(finding).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('resolver') });
  });

  it('that nobody answers for does not hold up another one', async () => {
    const { at } = await startNameserver({ 'film.test': ['127.0.0.1'], 'dead.test': 'silent' });
    const port = await startTcpTarget(() => {});
    const dead = Array.from({ length: 16 }, () =>
      findingOf('tcp', { host: 'dead.test', port }, { resolvers: [at], timeoutMs: 1_500 }),
    );
    const order: string[] = [];
    await Promise.all([
      ...dead.map((finding) => finding.then(() => order.push('dead'))),
      findingOf('tcp', { host: 'film.test', port }, { resolvers: [at] }).then(() => order.push('film')),
    ]);
    expect(order[0]).toBe('film');
  });
});

it('takes no proxy from the environment', async () => {
  const requests: string[] = [];
  const proxy = await startHttpTarget((request, response) => {
    requests.push(request.url ?? '');
    response.end('proxy');
  });
  for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'ALL_PROXY']) vi.stubEnv(name, proxy);
  vi.stubEnv('NODE_USE_ENV_PROXY', '1');
  const url = await startHttpTarget((_, response) => response.end('direct'));
  expect(await findingOf('http', { url, contains: 'direct' })).toMatchObject({ outcome: 'ok' });
  expect(requests).toEqual([]);
  vi.unstubAllEnvs();
});

it('uses a fresh connection for each look', async () => {
  const ports = new Set<number | undefined>();
  const url = await startHttpTarget((request, response) => {
    ports.add(request.socket.remotePort);
    response.end();
  });
  for (let i = 0; i < 3; i += 1) await findingOf('http', { url });
  expect(ports.size).toBe(3);
});
