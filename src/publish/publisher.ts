import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { PaintCard } from '#core/card.ts';
import type { Snapshot } from '#core/snapshot.ts';
import { makePage, type Page } from './bytes.ts';
import type { RenderPage, Route } from './route.ts';
import { routesOf } from './routes.ts';
import { singleFlight } from './singleFlight.ts';
import { type Site, saveSite } from './site.ts';

export type PublisherOptions = {
  readSnapshot: () => Promise<Snapshot>;
  /** The revision that a snapshot read now would have: changes of other processes show here. */
  newestRevision: () => Promise<number>;
  /** Calls back after each change of this process; returns the way to stop. */
  onEvents: (listener: () => void) => () => void;
  renderPage: RenderPage;
  /** Without it no cards are published. */
  paintCard?: PaintCard;
  /** The bytes that visitors are answered from, changed in place. */
  site: Site;
  /**
   * Called when everything was brought up to date. It must not wait for anything.
   * @param isNews false when nothing but the time has changed
   */
  onPublished?: (isNews: boolean) => void;
  log: Logger;
  /** How often what is live is rendered without a change. */
  heartbeatMs?: number;
  /** How often the log of events is looked at. */
  pollMs?: number;
  now?: () => number;
};

export type Publisher = {
  /** Resolves once everything public was rendered at least once. */
  published: () => Promise<void>;
  /** When everything that is live was last brought up to date; null before the first time. */
  lastPublishAt: () => number | null;
  /** Pages that could not be rendered, with the reason; visitors get their last good bytes. */
  failures: () => ReadonlyMap<string, string>;
  stop: () => Promise<void>;
};

/** How many pages become visible together. The first wave is what people wait for, so that it is a small one. */
const waveLength = 8;

function* waves(routes: readonly Route[]): Generator<Route[]> {
  for (let start = 0; start < routes.length; start += waveLength) yield routes.slice(start, start + waveLength);
}

/**
 * Keeps the site true: renders what changed as soon as it changes and what is live at every heartbeat, in memory
 * first and then on disk. One publish at a time; changes meanwhile become one more.
 */
export function startPublisher(options: PublisherOptions): Publisher {
  const { readSnapshot, newestRevision, onEvents, renderPage, paintCard = null, site, onPublished, log } = options;
  const { heartbeatMs = 30_000, pollMs = 1_000, now = Date.now } = options;
  const keys = new Map<string, string>();
  const failures = new Map<string, string>();
  const first = Promise.withResolvers<void>();
  let revision = -1;
  let isBeatDue = false;
  let isBlind = false;
  let hasNews = false;
  let lastPublishAt: number | null = null;
  let lateRoutes: ReadonlyMap<string, Route> = new Map();
  let stopped = false;

  async function render({ path, kind, contentType, render }: Route): Promise<Page | null> {
    try {
      const { body, policy } = await render(renderPage);
      return await makePage({ kind, contentType, policy, changedAt: now() }, body, site.pages.get(path));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // Tried again with every publish, told once.
      if (failures.get(path) !== reason)
        log.error({ err: error, path }, 'a page could not be rendered; its last good bytes stay');
      failures.set(path, reason);
      return null;
    }
  }

  async function renderWave(wave: readonly Route[]): Promise<void> {
    const rendering: Promise<Page | null>[] = [];
    for (const route of wave) {
      rendering.push(render(route));
      await nextTurn();
    }
    const pages = await Promise.all(rendering);
    // From here to the end nothing waits: visitors see the whole wave or none of it.
    wave.forEach(({ path, key }, index) => {
      const page = pages[index];
      if (!page) return;
      site.pages.set(path, page);
      hasNews ||= keys.get(path) !== key;
      keys.set(path, key);
      failures.delete(path);
    });
  }

  function withdraw(routes: readonly Route[]): void {
    const paths = new Set(routes.map(({ path }) => path));
    for (const path of [...site.pages.keys(), ...failures.keys()]) {
      if (paths.has(path)) continue;
      for (const map of [site.pages, keys, failures]) map.delete(path);
      hasNews = true;
    }
  }

  async function publish(): Promise<void> {
    const isBeat = isBeatDue;
    isBeatDue = false;
    const snapshot = await readSnapshot();
    const routes = routesOf(snapshot, paintCard);
    const due = routes.filter(({ path, key, live, late }) => !late && (keys.get(path) !== key || (isBeat && live)));
    for (const wave of waves(due)) {
      if (stopped) return;
      await renderWave(wave);
    }
    withdraw(routes);
    revision = snapshot.revision;
    first.resolve();
    // A live page that cannot be rendered is old, and only a site without a heartbeat says so.
    if (!routes.some(({ path, live }) => live && failures.has(path))) {
      site.heartbeatAt = snapshot.generatedAt;
      lastPublishAt = now();
    }
    lateRoutes = new Map(routes.filter(({ late }) => late).map((route) => [route.path, route]));
    finishing.wake();
    saving.wake();
    onPublished?.(hasNews);
    hasNews = false;
  }

  /** Renders what nobody waits for, one after the other; a publish meanwhile neither waits nor is waited for. */
  async function finish(): Promise<void> {
    for (const route of lateRoutes.values()) {
      if (stopped) return;
      const isSuperseded = lateRoutes.get(route.path) !== route;
      if (isSuperseded || keys.get(route.path) === route.key) continue;
      await renderWave([route]);
      // What a publish has withdrawn since stays so.
      if (!lateRoutes.has(route.path)) for (const map of [site.pages, keys, failures]) map.delete(route.path);
      saving.wake();
    }
  }

  const saving = singleFlight(() =>
    saveSite(site).catch((error: unknown) => log.error({ err: error }, 'the published site could not be kept on disk')),
  );
  const finishing = singleFlight(finish);
  const publishing = singleFlight(async () => {
    if (!stopped)
      await publish().catch((error: unknown) =>
        log.error({ err: error }, 'publishing failed; visitors keep the last good pages'),
      );
  });

  async function poll(): Promise<void> {
    try {
      if ((await newestRevision()) > revision) publishing.wake();
      isBlind = false;
    } catch (error) {
      if (!isBlind) log.warn({ err: error }, 'the log of events cannot be read; changes show late');
      isBlind = true;
    }
  }

  const stopListening = onEvents(publishing.wake);
  const polling = setInterval(() => void poll(), pollMs);
  const beating = setInterval(() => {
    isBeatDue = true;
    publishing.wake();
  }, heartbeatMs);
  publishing.wake();

  return {
    published: () => first.promise,
    lastPublishAt: () => lastPublishAt,
    failures: () => failures,
    async stop() {
      stopped = true;
      stopListening();
      clearInterval(polling);
      clearInterval(beating);
      await publishing.idle();
      await finishing.idle();
      await saving.idle();
    },
  };
}
