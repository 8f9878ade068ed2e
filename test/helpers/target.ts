import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/** What a target does with a connection. */
export type Script = (socket: Socket) => void;

async function listen(server: Server, host: string, port = 0): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, host);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A target on loopback that follows a script from the first moment of each connection. Returns its port. */
export function startTcpTarget(script: Script, host = '127.0.0.1', port = 0): Promise<number> {
  return listen(createServer(script), host, port);
}

/** A target that follows a script once a request has come. Returns its address. */
export async function startRawHttpTarget(script: Script): Promise<string> {
  const port = await startTcpTarget((socket) => socket.once('data', () => script(socket)));
  return `http://127.0.0.1:${port}/`;
}

/** A well-behaved HTTP target. Returns its address. */
export async function startHttpTarget(listener: RequestListener, host = '127.0.0.1'): Promise<string> {
  const port = await listen(createHttpServer(listener), host);
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}

/** An HTTPS target with the given certificate. Returns its port. */
export function startHttpsTarget(key: string, cert: string, listener: RequestListener): Promise<number> {
  return listen(createHttpsServer({ key, cert }, listener), '127.0.0.1');
}

/** A target of TLS with those settings that follows a script after each handshake. Returns its port. */
export function startTlsTarget(
  options: TlsOptions,
  script: (socket: TLSSocket) => void,
  { host = '127.0.0.1', port = 0 } = {},
): Promise<number> {
  const server = createTlsServer(options, (socket) => {
    socket.on('error', () => {});
    script(socket);
  });
  return listen(server, host, port);
}

/** A port on loopback that nobody listens on. */
export async function closedPort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Writes the text again and again for as long as the socket takes it. */
export function pour(socket: Socket, text: string | Buffer): void {
  const go = () => {
    while (!socket.destroyed && socket.write(text));
  };
  socket.on('drain', go);
  go();
}

/** Writes one character every `everyMs`. */
export function drip(socket: Socket, text: string, everyMs: number): void {
  let i = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || i >= text.length) return clearInterval(timer);
    socket.write(text.charAt(i));
    i += 1;
  }, everyMs);
}

const busyListener = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { createServer } = require('node:http');
  const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  const server = createServer((request, response) => response.end('fine'));
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    parentPort.once('message', () => pause(workerData));
  });
`;

/**
 * An HTTP target whose queue of connections is full for a while: the first packet of a new one is lost, as on a bad
 * line, and connecting takes a second. Returns its port.
 */
export async function startLossyTarget(busyMs: number): Promise<number> {
  const worker = new Worker(busyListener, { eval: true, workerData: busyMs });
  onTestFinished(async () => void (await worker.terminate()));
  const [port] = (await once(worker, 'message')) as [number];
  worker.postMessage('pause');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const fillers = Array.from({ length: 3 }, () => connect({ port, host: '127.0.0.1' }).on('error', () => {}));
  onTestFinished(() => void fillers.forEach((filler) => void filler.destroy()));
  await new Promise((resolve) => setTimeout(resolve, 50));
  return port;
}
