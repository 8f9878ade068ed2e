import { once } from 'node:events';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { StartError } from '#core/error.ts';
import { openSite, type Site } from '#publish/site.ts';
import type { Doorway } from './config/doorway.ts';
import { createDoor, type Door } from './door.ts';

/** The way in, open: the last good pages are served to whoever comes, whatever else is not ready yet. */
export type Entrance = { site: Site; door: Door /** Where we listen. */; url: string };

async function listen({ server }: Door, { host, port }: Doorway): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EADDRINUSE')
      throw new StartError(`Port ${port} on ${host} is taken by another program; stop it or set PORT to a free one.`);
    throw new StartError(`Cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : error}.`);
  }
  const address = server.address();
  const actualPort = typeof address === 'object' && address ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
}

/**
 * Opens the way in. This and what it imports is loaded before the settings are read, the product is built or the
 * database is open, so that it imports nothing but Node and the files of the site.
 * @throws StartError when the address cannot be listened on
 */
export async function openEntrance(doorway: Doorway, log: Logger): Promise<Entrance> {
  const site = await openSite({ dir: join(doorway.dataDir, 'site'), log });
  const door = createDoor(site, log);
  const url = await listen(door, doorway);
  void site.learn();
  return { site, door, url };
}

/** Closes it, when there will be nothing behind it. */
export function closeEntrance({ door: { server } }: Entrance): void {
  server.close();
  server.closeAllConnections();
}
