import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../helpers/certificate.ts';
import { findingOf } from '../helpers/finding.ts';
import { startNameserver } from '../helpers/nameserver.ts';
import { startHttpsTarget, startHttpTarget, startTcpTarget } from '../helpers/target.ts';

const ok = { outcome: 'ok', latencyMs: expect.any(Number), reason: null };
const fail = (reason: RegExp) => ({ outcome: 'fail', latencyMs: null, reason: expect.stringMatching(reason) });

async function startFilmTarget(options: Parameters<typeof makeCertificate>[0]) {
  const { key, cert, path } = await makeCertificate(options);
  const port = await startHttpsTarget(key, cert, (_, response) => response.end('secured'));
  const { at } = await startNameserver({ 'film.test': ['127.0.0.1'], 'other.test': ['127.0.0.1'] });
  return { port, tlsCa: path, resolvers: [at] };
}

describe('an https target', () => {
  it('is ok with an authority that the probe names', async () => {
    const { port, tlsCa, resolvers } = await startFilmTarget({ names: ['film.test'] });
    const url = `https://film.test:${port}/`;
    expect(await findingOf('http', { url, tlsCa, contains: 'secured' }, { resolvers })).toEqual(ok);
  });

  it('is ok by its address when the certificate has it', async () => {
    const { port, tlsCa } = await startFilmTarget({ addresses: ['127.0.0.1'] });
    expect(await findingOf('http', { url: `https://127.0.0.1:${port}/`, tlsCa })).toEqual(ok);
  });

  it('with an authority that nobody knows fails', async () => {
    const { port, resolvers } = await startFilmTarget({ names: ['film.test'] });
    const finding = await findingOf('http', { url: `https://film.test:${port}/` }, { resolvers });
    expect(finding).toEqual(fail(/^tls: self-signed certificate$/));
  });

  it('with the certificate of another name fails', async () => {
    const { port, tlsCa, resolvers } = await startFilmTarget({ names: ['film.test'] });
    const finding = await findingOf('http', { url: `https://other.test:${port}/`, tlsCa }, { resolvers });
    expect(finding).toEqual(fail(/^tls: Host: other\.test\. is not in the cert's altnames/));
  });

  it('with an expired certificate fails', async () => {
    const { port, tlsCa, resolvers } = await startFilmTarget({ names: ['film.test'], toDays: -1 });
    const finding = await findingOf('http', { url: `https://film.test:${port}/`, tlsCa }, { resolvers });
    expect(finding).toEqual(fail(/^tls: certificate has expired$/));
  });

  it('that speaks no TLS fails', async () => {
    const { port } = new URL(await startHttpTarget((_, response) => response.end()));
    expect(await findingOf('http', { url: `https://127.0.0.1:${port}/` })).toEqual(fail(/^tls: /));
  });

  it('that says nothing is late', async () => {
    const port = await startTcpTarget(() => {});
    const finding = await findingOf('http', { url: `https://127.0.0.1:${port}/` }, { timeoutMs: 500 });
    expect(finding).toEqual(fail(/^timeout: no TLS session within \d+ ms$/));
  });

  it('that resets during the handshake fails', async () => {
    const port = await startTcpTarget((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await findingOf('http', { url: `https://127.0.0.1:${port}/` })).toEqual(fail(/^tls: connection reset$/));
  });

  it('that redirects to http fails, wherever that leads', async () => {
    const { key, cert, path } = await makeCertificate({ addresses: ['127.0.0.1'] });
    const location = await startHttpTarget((_, response) => response.end());
    const port = await startHttpsTarget(key, cert, (_, response) => response.writeHead(302, { location }).end());
    const finding = await findingOf('http', { url: `https://127.0.0.1:${port}/`, tlsCa: path });
    expect(finding).toEqual(fail(/^redirect: from https to http$/));
  });
});

describe('a file of authorities', () => {
  it('that cannot be read is our trouble', async () => {
    const finding = await findingOf('http', { url: 'https://127.0.0.1:1/', tlsCa: '/nowhere/ca.pem' });
    expect(finding).toMatchObject({
      outcome: 'unknown',
      reason: 'probe: the authorities in /nowhere/ca.pem cannot be read (ENOENT)',
    });
  });

  it('that has none is our trouble', async () => {
    const { path } = await makeCertificate();
    await writeFile(path, 'no certificate');
    expect(await findingOf('http', { url: 'https://127.0.0.1:1/', tlsCa: path })).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringMatching(/^probe: the authorities in .* cannot be read/),
    });
  });

  it('that changes is read again', async () => {
    const first = await startFilmTarget({ addresses: ['127.0.0.1'] });
    const { path } = await makeCertificate();
    const settings = { url: `https://127.0.0.1:${first.port}/`, tlsCa: path };
    expect(await findingOf('http', settings)).toEqual(fail(/^tls: /));
    await writeFile(path, await readFile(first.tlsCa, 'utf8'));
    expect(await findingOf('http', settings)).toEqual(ok);
  });
});
