import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../helpers/certificate.ts';
import { findingOf } from '../helpers/finding.ts';
import { startNameserver } from '../helpers/nameserver.ts';
import { closedPort, startHttpsTarget, startTlsTarget } from '../helpers/target.ts';

const ok = { outcome: 'ok', latencyMs: expect.any(Number), reason: null };
const fail = (reason: RegExp) => ({ outcome: 'fail', latencyMs: null, reason: expect.stringMatching(reason) });

/** A name with a target of TLS at every address. The port is the same at all of them. */
async function startHouses(certificates: { address: string; names: string[]; fromDays?: number; toDays?: number }[]) {
  const by = await makeCertificate({ commonName: 'Lanterna Root' });
  const made = await Promise.all(
    certificates.map(async ({ address, ...options }) => ({ address, ...(await makeCertificate({ ...options, by })) })),
  );
  const port = await closedPort();
  for (const { address, key, cert } of made) await startTlsTarget({ key, cert }, () => {}, { host: address, port });
  const { at } = await startNameserver({ 'film.test': certificates.map(({ address }) => address) });
  return { port, resolvers: [at], tlsCa: by.path };
}

const names = ['film.test'];

describe('a name with several addresses', () => {
  it('is ok when the certificate is good at each', async () => {
    const { port, tlsCa, resolvers } = await startHouses([
      { address: '127.0.0.1', names },
      { address: '127.0.0.2', names },
      { address: '::1', names },
    ]);
    expect(await findingOf('tls', { host: 'film.test', port, tlsCa }, { resolvers })).toEqual(ok);
  });

  it.each([
    [
      'of another name',
      { names: ['other.test'] },
      /^tls: at 127\.0\.0\.3, Host: film\.test\. is not in the cert's altnames/,
    ],
    ['that has expired', { names, toDays: -1 }, /^tls: at 127\.0\.0\.3, certificate has expired$/],
  ])('fails when one of them has a certificate %s, and says which', async (_, options, reason) => {
    const { port, tlsCa, resolvers } = await startHouses([
      { address: '127.0.0.2', names },
      { address: '127.0.0.3', ...options },
      { address: '127.0.0.4', names },
    ]);
    expect(await findingOf('tls', { host: 'film.test', port, tlsCa }, { resolvers })).toEqual(fail(reason));
  });

  it('fails when nobody listens at one of them, and says which', async () => {
    const { port, tlsCa } = await startHouses([{ address: '127.0.0.1', names }]);
    const { at } = await startNameserver({ 'film.test': ['127.0.0.1', '127.0.0.9'] });
    expect(await findingOf('tls', { host: 'film.test', port, tlsCa }, { resolvers: [at] })).toEqual(
      fail(/^connect: at 127\.0\.0\.9, connection refused$/),
    );
  });

  it('is degraded when the certificate at one of them ends soon, and says which', async () => {
    const { port, tlsCa, resolvers } = await startHouses([
      { address: '127.0.0.1', names },
      { address: '127.0.0.2', names, fromDays: -84, toDays: 6 },
    ]);
    const look = (settings: object) => findingOf('tls', { host: 'film.test', port, tlsCa, ...settings }, { resolvers });
    expect(await look({})).toMatchObject({
      outcome: 'degraded',
      reason: expect.stringMatching(/^certificate: at 127\.0\.0\.2, it ends within 7 days, on \d{4}-\d\d-\d\dT/),
    });
    expect(await look({ certificateDays: 0 })).toEqual(ok);
  });

  it('of which one is private is not dialled at all', async () => {
    const { at } = await startNameserver({ 'film.test': ['9.9.9.9', '10.0.0.1'] });
    expect(await findingOf('tls', { host: 'film.test' }, { allow: [], resolvers: [at] })).toEqual({
      outcome: 'unknown',
      latencyMs: null,
      reason: expect.stringMatching(/^blocked: 10\.0\.0\.1 is not public: /),
    });
  });

  it('is looked at over one family when the probe says so', async () => {
    const { port, tlsCa, resolvers } = await startHouses([
      { address: '127.0.0.1', names: ['other.test'] },
      { address: '::1', names },
    ]);
    expect(await findingOf('tls', { host: 'film.test', port, tlsCa, ip: 6 }, { resolvers })).toEqual(ok);
  });
});

describe('the name that a certificate is for', () => {
  it('may be another than the host, and is the one that is asked for', async () => {
    const { key, cert, path: tlsCa } = await makeCertificate({ names: ['smtp.test'] });
    const asked: unknown[] = [];
    const port = await startTlsTarget({ key, cert }, (socket) => void asked.push(socket.servername));
    const settings = { host: '127.0.0.1', port, tlsCa };
    expect(await findingOf('tls', { ...settings, serverName: 'smtp.test' })).toEqual(ok);
    expect(await findingOf('tls', settings)).toEqual(
      fail(/^tls: at 127\.0\.0\.1, IP: 127\.0\.0\.1 is not in the cert/),
    );
    expect(asked).toEqual(['smtp.test']);
  });
});

describe('an answer that is slow', () => {
  it('is degraded', async () => {
    const { key, cert, path: tlsCa } = await makeCertificate({ addresses: ['127.0.0.1'] });
    const port = await startHttpsTarget(key, cert, () => {});
    const finding = await findingOf('tls', { host: '127.0.0.1', port, tlsCa, degradedOverMs: 1 });
    expect(finding).toMatchObject({ outcome: 'degraded', reason: expect.stringMatching(/^slow: /) });
  });
});
