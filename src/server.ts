import { once } from 'node:events';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'pino';
import { generatePassword, hashPassword } from '#api/password.ts';
import { type Config, type ConfigOverrides, readConfig } from '#config';
import { StartError } from '#core/error.ts';
import { hasStaff, inviteStaff } from '#db/staff.ts';
import { notFound } from '#publish/answer.ts';
import type { Site } from '#publish/site.ts';
import type { Door, Listener } from './door.ts';
import { closeEntrance, type Entrance, openEntrance } from './entrance.ts';
import { greeting } from './greeting.ts';
import { reloadOnHangup } from './hangup.ts';
import { type House, openHouse, type RenderPage, type SettledConfig, settle } from './house.ts';
import { createLog } from './log.ts';

/** Longest a stop waits for requests that are being answered. */
const drainMs = 5_000;
/** How long the way to a database that cannot be opened rests between two attempts: longer each time. */
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** What the house answers, and for readers the page for what does not exist where it has nothing. */
function listenerOf(house: House, site: Site): Listener {
  const listener = getRequestListener(async (request, environment) => {
    const response = await house.fetch(request, environment);
    const isPage = request.method === 'GET' && request.headers.get('accept')?.includes('text/html');
    if (response.status !== 404 || !isPage) return response;
    const { pathname } = new URL(request.url);
    return (await notFound(site, pathname, request.headers.get('accept-encoding') ?? '')) ?? response;
  });
  return (request, response) => void listener(request, response);
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
  /** The way in, where it is open already. */
  entrance?: Entrance | null | undefined;
};

type Opened = { house: House; signIn: Awaited<ReturnType<typeof firstPerson>> };

async function openOnce(config: SettledConfig, site: Site, renderPage: RenderPage, log: Logger): Promise<Opened> {
  const house = await openHouse(config, site, renderPage, log);
  try {
    return { house, signIn: await firstPerson(house) };
  } catch (error) {
    await house.close();
    throw error;
  }
}

/**
 * Opens the house. While its database cannot be had, corrupt or out of reach, the last good pages go on being served and
 * it is tried again: a page must outlive its database, also when the process starts anew.
 * @throws StartError when the settings are wrong, and what went wrong when there is no page to serve
 */
async function openPatiently(attempt: () => Promise<Opened>, site: Site, door: Door, log: Logger): Promise<Opened> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof StartError || !(await site.find('/'))) throw error;
      const reason = `the database cannot be opened: ${error instanceof Error ? error.message : error}`;
      door.explain(reason);
      log.fatal({ err: error, pauseMs }, `${reason}. The last good pages are served as they are; it is tried again`);
      await sleep(pauseMs);
    }
  }
}

/**
 * Starts the process: the last good bytes first, then the house behind them.
 * @throws StartError with one sentence when it cannot start; nothing is left half-started
 */
export async function startServer(renderPage: RenderPage, options: StartOptions = {}): Promise<void> {
  const { overrides, onStop } = options;
  const log = createLog();
  const config = readConfig(undefined, overrides);
  const entrance = options.entrance ?? (await openEntrance(config, log));
  const { site, door, url } = entrance;
  const { server } = door;
  let opened: Opened;
  try {
    const settled = settle(config, url);
    opened = await openPatiently(() => openOnce(settled, site, renderPage, log), site, door, log);
  } catch (error) {
    closeEntrance(entrance);
    throw error;
  }
  const { house, signIn } = opened;
  door.admit(listenerOf(house, site));
  const withdraw = await announce(config, url, house.consoleToken);
  // A terminal that is closed sends SIGHUP as well, and nobody would see or stop what runs on.
  const isInTerminal = process.stdin.isTTY || process.stdout.isTTY;
  if (!isInTerminal) reloadOnHangup(house.settings, log);
  stopOnSignals(isInTerminal ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM'], log, async () => {
    await withdraw();
    await Promise.all([drain(server), house.close()]);
    await onStop?.();
  });
  await house.published();
  const facts = { pageUrl: url, deskUrl: `${url}/staff`, signIn, mail: mailWords(config), dataDir: config.dataDir };
  process.stdout.on('error', (error) => log.warn({ err: error }, 'the greeting could not be written'));
  process.stdout.write(greeting({ ...facts, demo: overrides?.demo ?? false }));
}
