import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CrowdOrder, CrowdReport } from './crowd.ts';

/**
 * Many readers in a process of their own, so that the server has its own core: each holds a connection and has asked
 * once; on the parent's word some of them go on asking, and every wait is noted.
 */
const order = JSON.parse(process.argv[2] ?? '{}') as CrowdOrder;
const { hostname, port, pathname } = new URL(order.url);
const question = `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAccept-Encoding: br\r\n\r\n`;
/** Connections that are being opened at a time: fewer than the queue of a listening socket. */
const opening = 200;

/** Asks on an open connection and resolves when the whole answer has come. */
function ask(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    function settle(error?: Error): void {
      socket.off('data', take).off('error', settle).off('close', fail);
      if (error) reject(error);
      else resolve();
    }
    const fail = () => settle(new Error('closed by the server'));
    function take(chunk: Buffer): void {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = received.toString('latin1', 0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (!head.startsWith('HTTP/1.1 200')) settle(new Error(head.split('\r\n')[0]));
      else if (received.length >= end + 4 + length) settle();
    }
    socket.on('data', take).on('error', settle).on('close', fail);
    socket.write(question);
  });
}

async function open(): Promise<Socket> {
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.setNoDelay(true);
  await ask(socket);
  return socket;
}

const sockets: Socket[] = [];
while (sockets.length < order.connections) {
  const count = Math.min(opening, order.connections - sockets.length);
  sockets.push(...(await Promise.all(Array.from({ length: count }, open))));
}
process.send?.('ready');
await once(process, 'message');

const waitsMs: number[] = [];
let errors = 0;
const until = performance.now() + order.forMs;
async function reader(socket: Socket): Promise<void> {
  while (performance.now() < until) {
    const from = performance.now();
    try {
      await ask(socket);
      waitsMs.push(performance.now() - from);
    } catch {
      errors++;
      return;
    }
    if (order.pauseMs > 0) await sleep(Math.random() * 2 * order.pauseMs);
  }
}
const step = Math.floor(sockets.length / order.asking);
await Promise.all(Array.from({ length: order.asking }, (_, n) => reader(sockets[n * step] as Socket)));
const stillOpen = sockets.filter((socket) => !socket.destroyed).length;
process.send?.({ waitsMs, errors, stillOpen } satisfies CrowdReport);
