import { once } from 'node:events';
import { rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'pino';
import { generatePassword, hashPassword } from '#api/password.ts';
import { type Config, type ConfigOverrides, readConfig } from '#config';
import { StartError } from '#core/error.ts';
import { hasStaff, inviteStaff } from '#db/staff.ts';
import { answer, notFound, send } from '#publish/answer.ts';
import { loadSite, type Site } from '#publish/site.ts';
import { greeting } from './greeting.ts';
import { reloadOnHangup } from './hangup.ts';
import { createLog, type House, openHouse, type RenderPage, settle } from './house.ts';

/** A visitor who is this slow is not reading. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const maxHeaderBytes = 16 * 1024;
/** Longest a stop waits for requests that are being answered. */
const drainMs = 5_000;

type Door = { server: Server; admit: (house: House) => void };

/** Bytes first: what is published is answered before anything else is asked, or even open. */
function createDoor(site: Site, log: Logger): Door {
  let listener: ReturnType<typeof getRequestListener> | null = null;
  const server = createServer({ maxHeaderSize: maxHeaderBytes }, (request, response) => {
    const ready = answer(site, request);
    if (ready) return send(response, ready);
    // Whoever answers may say otherwise; what nobody answers is kept by nobody.
    response.setHeader('cache-control', 'no-store');
    if (listener) return void listener(request, response);
    response.writeHead(503, { 'retry-after': '1' }).end('Starting; please try again.\n');
  });
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.on('clientError', (error, socket) => {
    log.debug({ err: error }, 'a client spoke no HTTP');
    const isTooLong = 'code' in error && error.code === 'HPE_HEADER_OVERFLOW';
    const status = isTooLong ? '431 Request Header Fields Too Large' : '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n`);
  });
  return {
    server,
    admit(house) {
      listener = getRequestListener(async (request, environment) => {
        const response = await house.fetch(request, environment);
        const isPage = request.method === 'GET' && request.headers.get('accept')?.includes('text/html');
        return response.status === 404 && isPage
          ? (notFound(site, new URL(request.url).pathname, request.headers.get('accept-encoding') ?? '') ?? response)
          : response;
      });
    },
  };
}

async function listen(server: Server, { host, port }: Config): Promise<string> {
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

/** Lets the command line on this machine find us; readable by our own account only. */
async function announce(config: Config, url: string, token: string): Promise<() => Promise<void>> {
  const path = join(config.dataDir, 'server.json');
  await writeFile(`${path}.new`, JSON.stringify({ pid: process.pid, url, token }), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return () => rm(path, { force: true });
}

/** At the very first start somebody must be able to sign in: a person named `owner`, with a password shown once. */
async function firstPerson({ db }: House): Promise<{ name: string; password: string } | null> {
  if (await hasStaff(db)) return null;
  const password = generatePassword();
  await inviteStaff(db, 'owner', await hashPassword(password), { kind: 'console', name: 'first start' }, Date.now());
  return { name: 'owner', password };
}

function mailWords({ mail }: Config): string {
  switch (mail.transport.kind) {
    case 'smtp':
      return `go out by SMTP through ${new URL(mail.transport.url).host}`;
    case 'resend':
      return 'go out through Resend';
    case 'file':
      return `land as files in ${mail.transport.dir}`;
  }
}

function stopOnSignals(signals: readonly NodeJS.Signals[], log: Logger, stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of signals)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'could not stop cleanly');
          process.exit(1);
        },
      );
    });
}

async function drain(server: Server): Promise<void> {
  server.close();
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), drainMs).unref();
  if (server.listening) await once(server, 'close');
}

export type StartOptions = {
  overrides?: ConfigOverrides;
  /** Called once the process is on its way out. */
  onStop?: () => Promise<void>;
};

/**
 * Starts the process: the last good bytes first, then the house behind them.
 * @throws StartError with one sentence when it cannot start; nothing is left half-started
 */
export async function startServer(renderPage: RenderPage, { overrides, onStop }: StartOptions = {}): Promise<void> {
  const log = createLog();
  const config = readConfig(undefined, overrides);
  const site = await loadSite(join(config.dataDir, 'site'), log);
  const { server, admit } = createDoor(site, log);
  const url = await listen(server, config);
  let house: House;
  try {
    house = await openHouse(settle(config, url), site, renderPage, log);
  } catch (error) {
    server.close();
    server.closeAllConnections();
    throw error;
  }
  admit(house);
  const withdraw = await announce(config, url, house.consoleToken);
  // A terminal that is closed sends SIGHUP as well, and nobody would see or stop what runs on.
  const isInTerminal = process.stdin.isTTY || process.stdout.isTTY;
  if (!isInTerminal) reloadOnHangup(house.settings, log);
  stopOnSignals(isInTerminal ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM'], log, async () => {
    await withdraw();
    await Promise.all([drain(server), house.close()]);
    await onStop?.();
  });
  const signIn = await firstPerson(house);
  await house.published();
  const facts = { pageUrl: url, deskUrl: `${url}/staff`, signIn, mail: mailWords(config), dataDir: config.dataDir };
  process.stdout.write(greeting({ ...facts, demo: overrides?.demo ?? false }));
}
