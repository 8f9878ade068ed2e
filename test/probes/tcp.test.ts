import { describe, expect, it } from 'vitest';
import { findingOf } from '../helpers/finding.ts';
import { closedPort, drip, pour, startTcpTarget } from '../helpers/target.ts';

const host = '127.0.0.1';
const ok = { outcome: 'ok', latencyMs: expect.any(Number), reason: null };
const fail = (reason: RegExp) => ({ outcome: 'fail', latencyMs: null, reason: expect.stringMatching(reason) });

describe('a port', () => {
  it('that accepts is ok, even when it says nothing', async () => {
    const port = await startTcpTarget(() => {});
    expect(await findingOf('tcp', { host, port })).toEqual(ok);
  });

  it('where nobody listens fails', async () => {
    expect(await findingOf('tcp', { host, port: await closedPort() })).toEqual(fail(/^connect: connection refused$/));
  });

  it('of IPv6 is ok', async () => {
    const port = await startTcpTarget(() => {}, '::1');
    expect(await findingOf('tcp', { host: '::1', port })).toEqual(ok);
    expect(await findingOf('tcp', { host: '[::1]', port, ip: 6 })).toEqual(ok);
    expect(await findingOf('tcp', { host: '::1', port, ip: 4 })).toEqual(fail(/^dns: ::1 is not an address of IPv4$/));
  });
});

describe('the expected text', () => {
  it('may be a greeting', async () => {
    const port = await startTcpTarget((socket) => void socket.write('220 mail.example ESMTP\r\n'));
    expect(await findingOf('tcp', { host, port, expect: 'ESMTP' })).toEqual(ok);
  });

  it('may be an answer to what was sent', async () => {
    const port = await startTcpTarget((socket) =>
      socket.on('data', (data) => socket.write(`${data}`.startsWith('PING\r\n') ? '+PONG\r\n' : '-ERR\r\n')),
    );
    expect(await findingOf('tcp', { host, port, send: 'PING\r\n', expect: '+PONG' })).toEqual(ok);
  });

  it('may come in pieces', async () => {
    const port = await startTcpTarget((socket) => drip(socket, 'ready', 10));
    expect(await findingOf('tcp', { host, port, expect: 'ready' })).toEqual(ok);
  });

  it('that comes late is degraded', async () => {
    const port = await startTcpTarget((socket) => void setTimeout(() => socket.write('ready'), 120));
    const finding = await findingOf('tcp', { host, port, expect: 'ready', degradedOverMs: 50 });
    expect(finding).toMatchObject({ outcome: 'degraded', reason: expect.stringMatching(/^slow: \d+ ms/) });
  });

  it('that never comes fails in time', async () => {
    const port = await startTcpTarget((socket) => drip(socket, 'x'.repeat(100), 200));
    const finding = await findingOf('tcp', { host, port, expect: 'ready' }, { timeoutMs: 500 });
    expect(finding).toEqual(fail(/^timeout: the expected text did not come within \d+ ms$/));
  });

  it('that is missing when the target hangs up fails', async () => {
    const port = await startTcpTarget((socket) => socket.end('go away'));
    expect(await findingOf('tcp', { host, port, expect: 'ready' })).toEqual(
      fail(/^tcp: the connection ended before the expected text came$/),
    );
  });

  it('that is missing when the target resets fails', async () => {
    const port = await startTcpTarget((socket) => socket.on('data', () => socket.resetAndDestroy()));
    expect(await findingOf('tcp', { host, port, send: 'hello', expect: 'ready' })).toEqual(
      fail(/^tcp: connection reset$/),
    );
  });

  it('that is missing in 64 kB fails', async () => {
    const port = await startTcpTarget((socket) => pour(socket, '.'.repeat(4_096)));
    expect(await findingOf('tcp', { host, port, expect: 'ready' })).toEqual(fail(/^tcp: .* not in the first 64 kB$/));
  });
});
