import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';

/** How a service can fail: nobody listens, somebody listens and stays silent, somebody answers with an error. */
export const faults = ['refuse', 'hang', 'error'] as const;
export type Fault = (typeof faults)[number];

/** A listener on loopback that can be broken and mended, always at the same port. */
export type Service = {
  name: string;
  port: number;
  fault(): Fault | null;
  break(fault: Fault): Promise<void>;
  mend(): Promise<void>;
};

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  // once() rejects on 'error', such as a port that somebody took meanwhile.
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/**
 * Starts a service.
 * @param makeServer makes the server; it is handed the present fault, and what `hang` and `error` mean is up to it
 */
export async function startService(name: string, makeServer: (fault: () => Fault | null) => Server): Promise<Service> {
  let fault: Fault | null = null;
  const sockets = new Set<Socket>();
  const server = makeServer(() => fault);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  const port = await listen(server, 0);

  async function hangUp(): Promise<void> {
    const closed = server.listening ? once(server, 'close') : null;
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  async function become(next: Fault | null): Promise<void> {
    if (next === 'refuse') await hangUp();
    else {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) await listen(server, port);
    }
    fault = next;
  }

  // One turn after another: a mend that overtakes a break would leave the listener in between.
  let last: Promise<void> = Promise.resolve();
  const turn = (next: Fault | null): Promise<void> => {
    const done = last.then(() => become(next));
    last = done.catch(() => {});
    return done;
  };

  return { name, port, fault: () => fault, break: turn, mend: () => turn(null) };
}
