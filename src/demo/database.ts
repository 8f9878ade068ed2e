import { connect, createServer } from 'node:net';
import { type Service, startService } from './service.ts';

/** How long the other services wait for the database. */
const patienceMs = 500;

/** The main database: answers `ping` with `pong`. */
export function startDatabase(): Promise<Service> {
  return startService('database', (fault) =>
    createServer((socket) => {
      socket.on('data', () => {
        if (fault() === null) socket.write('pong\n');
        if (fault() === 'error') socket.end('disk failure\n');
      });
    }),
  );
}

/** Asks the database over its socket, as every service does before it answers anybody. */
export function askDatabase(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(patienceMs, () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('close', () => finish(false));
    socket.on('connect', () => socket.write('ping\n'));
    socket.on('data', (data) => finish(data.toString().startsWith('pong')));
  });
}
