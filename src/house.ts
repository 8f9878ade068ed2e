import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createApp } from '#api/app.ts';
import type { Config, StatusConfig } from '#config';
import { StartError } from '#core/error.ts';
import type { Snapshot } from '#core/snapshot.ts';
import { type Database, openDatabase } from '#db/client.ts';
import { newestEventId } from '#db/events.ts';
import { spreadOverdueProbes } from '#db/probes.ts';
import { createSnapshotReader } from '#db/snapshot.ts';
import { openChannel } from '#notify/channels.ts';
import { startNotifier } from '#notify/worker.ts';
import { createEgress } from '#probes/egress.ts';
import { hidden } from '#probes/redact.ts';
import { startScheduler } from '#probes/scheduler.ts';
import { publishedFiles } from '#publish/publishedFiles.ts';
import { startPublisher } from '#publish/publisher.ts';
import { startPusher } from '#publish/pusher.ts';
import type { Site } from '#publish/site.ts';
import { staticSite } from '#publish/staticSite.ts';
import { buildOf } from './build.ts';
import { openPainter } from './cards/painter.ts';
import { settleMs, startHousekeeping } from './housekeeping.ts';
import { startMaintenanceClock } from './maintenanceClock.ts';
import { openShelf } from './postmortems.ts';
import { openSettings, type Settings } from './settings.ts';

export type RenderPage = (path: string, asked: Asked) => Promise<Response>;

/** The running whole: probes look, the publisher shows, the notifier tells, the API listens. */
export type House = {
  /** Answers what is not answered from bytes. */
  fetch: (request: Request, environment?: object) => Response | Promise<Response>;
  db: Database;
  /** Token of the command line on this machine; new at each start. */
  consoleToken: string;
  /** The current snapshot, read fresh. */
  snapshot: () => Promise<Snapshot>;
  settings: Settings;
  /** Resolves once every page has something to show, and those that speak of now are true. */
  published: () => Promise<void>;
  /** Stops looking, telling and publishing, in that order, and lets the database go. */
  close: () => Promise<void>;
};

/** The configuration once it is known where readers find us. */
export type SettledConfig = Config & { publicUrl: string };

/**
 * Settles the public address: the configured one, else the one we listen on when only this machine can reach it.
 * @throws StartError when readers from elsewhere would be sent to an address that nobody configured
 */
export function settle(config: Config, listeningUrl: string): SettledConfig {
  if (config.publicUrl !== null) return { ...config, publicUrl: config.publicUrl };
  if (/^(127\.|\[::1\]|localhost)/.test(new URL(listeningUrl).host)) return { ...config, publicUrl: listeningUrl };
  throw new StartError(
    `PUBLIC_URL: expected the address that readers use, since HOST is ${config.host} and mails and feeds link to it; found nothing.`,
  );
}

/** What the public page says of itself. */
function pageOf({ page, locales }: StatusConfig, publicUrl: string): Snapshot['page'] {
  const { name, about, supportUrl, brand, translations } = page;
  return { name, url: publicUrl, about, supportUrl, brand, translations, locales };
}

/**
 * Opens the database and puts the four rooms to work on it.
 * @param site the bytes the publisher fills; visitors are served from them all the while
 * @throws StartError when the database cannot be had
 */
export async function openHouse(
  config: SettledConfig,
  site: Site,
  renderPage: RenderPage,
  log: Logger,
): Promise<House> {
  const now = Date.now;
  const { publicUrl, secretKey } = config;
  // Closed in reverse: no more looks, then no more mails, then no more pages, then the database.
  await using opened = new AsyncDisposableStack();
  const db = await openDatabase({ ...config.database, migrationsDir: join(config.packageRoot, 'db/migrations') });
  opened.defer(() => db.close());
  const settings = await openSettings(db, config, now);
  await spreadOverdueProbes(db, now());

  const shelf = openShelf(join(config.packageRoot, 'content/incidents'), log);
  const read = createSnapshotReader(db, () => {
    const current = settings.current();
    return { page: pageOf(current, publicUrl), weights: current.policies.uptime };
  });
  const snapshot = async () => ({ ...(await read(now())), postmortems: await shelf.read() });
  const hideSecrets = (reason: string) => hidden(reason, settings.current().secrets);
  const pusher = startPusher({
    targets: () => settings.current().publish.targets,
    site: () => staticSite(publishedFiles(site)),
    dir: join(config.dataDir, 'targets'),
    searchPath: config.searchPath,
    hide: hideSecrets,
    log,
  });
  opened.defer(() => pusher.stop());
  const painter = openPainter({ packageRoot: config.packageRoot });
  opened.defer(() => painter.close());
  const publisher = startPublisher({
    readSnapshot: snapshot,
    newestRevision: () => newestEventId(db),
    onEvents: db.onEvents,
    renderPage,
    paintCard: painter.paint,
    build: await buildOf(config.packageRoot),
    site,
    onPublished: pusher.wake,
    log,
  });
  opened.defer(() => publisher.stop());
  const channel = openChannel(config.mail.transport);
  const notifier = startNotifier({
    db,
    channel,
    publicUrl,
    pageName: () => settings.current().page.name,
    from: config.mail.from,
    secretKey,
    log,
    takesOver: db.isSole,
  });
  opened.defer(() => notifier.stop());
  // What fell due while nobody was here is in maintenance before anything is looked at.
  const maintenanceClock = await startMaintenanceClock({ db, log, now });
  opened.defer(() => maintenanceClock.stop());
  const egress = createEgress({ allow: config.egressAllow });
  const scheduler = startScheduler({
    db,
    egress,
    policy: () => settings.current().policies,
    anchors: () => settings.current().policies.anchors,
    secrets: () => settings.current().secrets,
    log,
  });
  opened.defer(() => scheduler.stop());
  const housekeeping = startHousekeeping({
    db,
    retention: () => settings.current().policies.retention,
    log,
    waitMs: settleMs,
  });
  opened.defer(() => housekeeping.stop());

  const consoleToken = randomBytes(32).toString('base64url');
  const app = createApp({
    db,
    renderPage,
    snapshot,
    settings,
    language: {
      locales: () => settings.current().locales,
      isPublished: site.isPublic,
    },
    readiness: async () => ({
      oldestDueDeliveryAt: await notifier.oldestDueAt(),
      lastPublishAt: publisher.lastPublishAt(),
      lastProbeTickAt: scheduler.lastTickAt(),
    }),
    publishState: () => ({
      waitingCount: publisher.waitingCount(),
      failures: [...publisher.failures()].map(([path, reason]) => ({ path, reason })),
    }),
    impairment: scheduler.impairment,
    targets: pusher.report,
    publicUrl,
    secretKey,
    consoleToken,
    trustedProxies: config.trustedProxies,
    hideSecrets,
    log,
    now,
  });

  const rooms = opened.move();
  return {
    fetch: (request, environment) => app.fetch(request, environment),
    db,
    consoleToken,
    snapshot,
    settings,
    published: publisher.ready,
    close: () => rooms.disposeAsync(),
  };
}
