import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { answer, send } from '#publish/answer.ts';
import type { Site } from '#publish/site.ts';

/** RFC 9110 sets no limit; browsers send less than 2 kB. Node answers 431 to more. */
const maxHeaderBytes = 8 * 1024;
const maxHeaders = 100;
/** A visitor who takes longer to ask is not asking. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
/** How often open connections are held against these two. */
const checkMs = 5_000;
/** A connection on which nothing moves, neither way, although an answer is under way. */
const stalledMs = 30_000;
/** Longer than proxies keep an idle connection, so that they never ask on one that we are closing. */
const keepAliveMs = 65_000;
/** What a machine with 20,000 open files can hold beside its own. More are turned away at once. */
const maxConnections = 16_000;

/** Answers what is not answered from bytes. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

export type Door = {
  server: Server;
  /** Lets everybody through to the house, whose work the rest is. */
  admit: (listener: Listener) => void;
  /** Says why there is no house to be let into. */
  explain: (reason: string) => void;
};

const noStore = { 'cache-control': 'no-store' };
const json = { ...noStore, 'content-type': 'application/json; charset=utf-8' };

/** Without a house: the process answers, its work does not get done. */
function closed(reason: string): Listener {
  function reply(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
    response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) }).end(body);
  }
  return ({ url }, response) => {
    if (url === '/healthz') reply(response, 200, json, JSON.stringify({ ok: true }));
    else if (url === '/readyz') reply(response, 503, json, JSON.stringify({ ok: false, reasons: [reason] }));
    else reply(response, 503, { ...noStore, 'retry-after': '1' }, 'Starting; please try again.\n');
  };
}

/**
 * The one way in. Bytes first: what is published is answered before anything else is asked, or even open. Whatever this
 * imports is loaded before the first visitor is served, so that it imports nothing but Node and the files of the site.
 */
export function createDoor(site: Site, log: Logger): Door {
  let listener = closed('starting');

  function pass(request: IncomingMessage, response: ServerResponse): void {
    // Whoever answers may say otherwise; what nobody answers is kept by nobody.
    response.setHeader('cache-control', 'no-store');
    listener(request, response);
  }

  async function later(request: IncomingMessage, response: ServerResponse, ready: ReturnType<typeof answer>) {
    try {
      const found = await ready;
      if (found) send(response, found);
      else pass(request, response);
    } catch (error) {
      log.error({ err: error, url: request.url }, 'a published page could not be sent');
      if (!response.headersSent) response.writeHead(500, noStore);
      response.end();
    }
  }

  const limits = { maxHeaderSize: maxHeaderBytes, connectionsCheckingInterval: checkMs };
  const server = createServer(limits, (request, response) => {
    const ready = answer(site, request);
    if (ready === null) pass(request, response);
    else if (ready instanceof Promise) void later(request, response, ready);
    else send(response, ready);
  });
  server.maxHeadersCount = maxHeaders;
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = keepAliveMs;
  server.timeout = stalledMs;
  server.maxConnections = maxConnections;
  server.on('clientError', (error, socket) => {
    log.debug({ err: error }, 'a client spoke no HTTP');
    const status =
      'code' in error && error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n`);
  });
  return {
    server,
    admit(next) {
      listener = next;
    },
    explain(reason) {
      listener = closed(reason);
    },
  };
}
