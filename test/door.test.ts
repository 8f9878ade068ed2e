import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDoor } from '../src/door.ts';
import { listeningLog, siteOf } from './helpers/site.ts';
import { snapshot } from './helpers/snapshot.ts';

async function openDoor() {
  const door = createDoor(await siteOf(snapshot({ generatedAt: Date.now() })), listeningLog().log);
  await once(door.server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    door.server.close();
    door.server.closeAllConnections();
  });
  const { port } = door.server.address() as AddressInfo;
  /** Speaks as given and listens until the server has nothing more to say. */
  async function say(...lines: string[]): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.end(`${lines.join('\r\n')}\r\n\r\n`);
    let heard = '';
    for await (const chunk of socket) heard += chunk;
    return heard;
  }
  const get = (path: string, ...headers: string[]) =>
    say(`GET ${path} HTTP/1.1`, 'Host: a', 'Connection: close', ...headers);
  return { door, say, get };
}

describe('the door', () => {
  it.each([
    'Range: bytes=0-10',
    'If-Range: "x"',
    'If-Match: "nothing of ours", W/"x", ***',
    'If-Unmodified-Since: yesterday',
    'If-None-Match: \u00ff\u00fe"',
    'If-Modified-Since: 99999999999999',
    'Accept-Encoding: ;;;q=,,br;q=x',
    'Cookie: session=stolen',
    'X-Forwarded-Host: evil.example',
  ])('gives the whole page to whoever asks with %s', async (header) => {
    const { get } = await openDoor();
    const [head = '', body = ''] = (await get('/', header)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(head).toMatch(/\r\naccept-ranges: none\r\n/);
    expect(head).toContain(`\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`);
    expect(head).toContain('\r\nvary: Accept-Encoding\r\n');
    expect(head).not.toMatch(/\r\n(set-cookie|location):|evil/i);
  });

  it('answers more than 8 kB of headers with 431', async () => {
    const { get } = await openDoor();
    expect(await get('/', `X-Long: ${'x'.repeat(7_000)}`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await get('/', `X-Long: ${'x'.repeat(9_000)}`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('answers what is no HTTP with 400 and hangs up', async () => {
    const { say } = await openDoor();
    expect(await say('HELO door.example')).toMatch(/^HTTP\/1\.1 400 [\s\S]*Connection: close/);
  });

  it.each(['//evil.example', '//evil.example/%2e%2e', '/%2f%2fevil.example', '/\\evil.example'])(
    'sends nobody anywhere for %s',
    async (path) => {
      const { get } = await openDoor();
      const answer = await get(path);
      expect(answer).not.toMatch(/^HTTP\/1\.1 [23]/);
      expect(answer).not.toMatch(/\r\nlocation:/i);
    },
  );

  it('without a house says that the process is there, and why it is not ready', async () => {
    const { door, get } = await openDoor();
    door.explain('the database cannot be opened: it is gone');
    expect(await get('/healthz')).toMatch(/^HTTP\/1\.1 200 [\s\S]*{"ok":true}$/);
    expect(await get('/readyz')).toMatch(
      /^HTTP\/1\.1 503 [\s\S]*"reasons":\["the database cannot be opened: it is gone"\]/,
    );
    expect(await get('/staff')).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 1/);
    expect(await get('/')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('has limits on slow visitors, and room for ten thousand', async () => {
    const { server } = (await openDoor()).door;
    expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
    expect(server.timeout).toBeGreaterThan(0);
    expect(server.maxConnections).toBeGreaterThan(10_000);
  });
});
