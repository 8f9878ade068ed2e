import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { PaintCard } from '#core/card.ts';
import { isOpen } from '#core/incident.ts';
import type { Snapshot } from '#core/snapshot.ts';
import { makePage } from './bytes.ts';
import { createFailures } from './failures.ts';
import type { RenderPage, Route } from './route.ts';
import { routesOf } from './routes.ts';
import { singleFlight } from './singleFlight.ts';
import type { News, Site } from './site.ts';

export type PublisherOptions = {
  readSnapshot: () => Promise<Snapshot>;
  /** The revision that a snapshot read now would have: changes of other processes show here. */
  newestRevision: () => Promise<number>;
  /** Calls back after each change of this process; returns the way to stop. */
  onEvents: (listener: () => void) => () => void;
  renderPage: RenderPage;
  /** Without it no cards are published. */
  paintCard?: PaintCard;
  /** What the code that renders is called: with another one, every page is rendered again. */
  build?: string;
  /** What visitors are answered from, changed in place. */
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
  /** Resolves once every address has something to give, and what is live is true. */
  ready: () => Promise<void>;
  /** Resolves once everything public was rendered, or found to be rendered, at least once. */
  published: () => Promise<void>;
  /** When everything that is live was last brought up to date; null as long as an address has nothing to give. */
  lastPublishAt: () => number | null;
  /** How many pages are out of date and wait for their turn. */
  waitingCount: () => number;
  /** Pages that could not be rendered, with the reason; visitors get their last good bytes. */
  failures: () => ReadonlyMap<string, string>;
  stop: () => Promise<void>;
};

/** Pages that become visible together, where nobody waits for them. */
const laterWave = 4;
/** More than this is not held in memory for a disk that is slow or refuses. */
const debtLimitBytes = 4 * 2 ** 20;

function* waves(routes: readonly Route[], length: number): Generator<Route[]> {
  for (let start = 0; start < routes.length; start += length) yield routes.slice(start, start + length);
}

/**
 * Keeps the site true: renders what changed as soon as it changes and what is live at every heartbeat, in memory
 * first and then on disk. One publish at a time; changes meanwhile become one more, and cut short what is not urgent.
 */
export function startPublisher(options: PublisherOptions): Publisher {
  const {
    readSnapshot,
    newestRevision,
    onEvents,
    renderPage,
    paintCard = null,
    build,
    site,
    onPublished,
    log,
  } = options;
  const { heartbeatMs = 30_000, pollMs = 1_000, now = Date.now } = options;
  const failures = createFailures(now);
  const ready = Promise.withResolvers<void>();
  const first = Promise.withResolvers<void>();
  let revision = -1;
  let isBeatDue = false;
  let isBlind = false;
  let isComplete = false;
  let isTidy = false;
  /** The disk takes nothing; said once. */
  let isRefused = false;
  let waitingCount = 0;
  let hasNews = false;
  let late: { snapshot: Snapshot; routes: ReadonlyMap<string, Route> } | null = null;
  let lastPublishAt: number | null = null;
  let stopped = false;

  async function render(route: Route, snapshot: Snapshot): Promise<News | null> {
    const { path, key, kind, contentType } = route;
    try {
      const { body, ...rest } = await route.render(snapshot, renderPage);
      // The date of a feed is that of its last change, also when it was asked for by nobody.
      const before = (kind === 'feed' ? await site.recall(path) : site.peek(path)) ?? undefined;
      const content = { kind, contentType, ...rest, changedAt: now() };
      const page = await makePage(content, body, { before, isForDisk: !site.isKept(path) });
      return { address: path, key, page };
    } catch (error) {
      const isNews = failures.add(path, key, error);
      if (isNews) log.error({ err: error, path }, 'a page could not be rendered; its last good bytes stay');
      return null;
    }
  }

  async function renderWave(wave: readonly Route[], snapshot: Snapshot): Promise<void> {
    const rendering: Promise<News | null>[] = [];
    for (const route of wave) {
      rendering.push(render(route, snapshot));
      await nextTurn();
    }
    const news = (await Promise.all(rendering)).filter((each) => each !== null);
    // From here to the end nothing waits: visitors see the whole wave or none of it.
    hasNews ||= news.some(({ address, key }) => site.keyOf(address) !== key);
    site.put(news);
    for (const { address } of news) failures.remove(address);
  }

  /** Lets the disk catch up. False when it does not. */
  async function hasRoom(): Promise<boolean> {
    saving.wake();
    if (site.owedBytes() > debtLimitBytes) await saving.idle();
    return site.owedBytes() <= debtLimitBytes;
  }

  function becomeReady(): void {
    lastPublishAt = now();
    ready.resolve();
  }

  /** What is no longer public goes, and unless something live failed, everything else is as true as it can be. */
  function settle({ generatedAt, revision }: Snapshot, routes: readonly Route[]): void {
    const paths = new Set(routes.map(({ path }) => path));
    const gone = site.addresses().filter((address) => !paths.has(address));
    hasNews ||= gone.length > 0;
    site.withdraw(gone);
    for (const path of failures.paths()) if (!paths.has(path)) failures.remove(path);
    if (routes.some(({ path, live }) => live && failures.has(path))) return;
    site.beat({ at: generatedAt, revision });
    if (isComplete || routes.every((route) => route.late || site.isPublic(route.path))) becomeReady();
  }

  /** @returns false when the rest had to be left for the next time */
  async function renderLater(routes: readonly Route[], snapshot: Snapshot): Promise<boolean> {
    for (const wave of waves(routes, laterWave)) {
      if (stopped || !(await hasRoom())) return false;
      await renderWave(wave, snapshot);
      waitingCount -= wave.length;
      if (publishing.isWanted()) return false;
    }
    return true;
  }

  async function publish(): Promise<void> {
    const isBeat = isBeatDue;
    isBeatDue = false;
    await site.learn();
    const snapshot = await readSnapshot();
    const { urgent, rest } = routesOf(snapshot, build, paintCard);
    site.pin(new Set(urgent.flatMap(({ path, live }) => (live ? [path] : [])).concat('/404')));
    const isDue = ({ path, key, live, late }: Route) =>
      !late && (site.keyOf(path) !== key || (isBeat && live)) && !failures.isResting(path, key);
    // Home, what is open and what has just been resolved become visible together.
    const urgentWave = snapshot.incidents.filter(isOpen).length + 2;
    const urgentDue = urgent.filter(isDue);
    waitingCount = urgentDue.length;
    for (const wave of waves(urgentDue, urgentWave)) {
      await renderWave(wave, snapshot);
      waitingCount -= wave.length;
    }
    const others = rest();
    const routes = [...urgent, ...others];
    settle(snapshot, routes);
    revision = snapshot.revision;
    const due = others.filter(isDue);
    waitingCount = due.length;
    if ((await renderLater(due, snapshot)) && !isComplete) {
      isComplete = true;
      saving.wake();
      // Ready is what the next start could serve as well.
      await saving.idle();
      if (site.heartbeatAt === snapshot.generatedAt) becomeReady();
      first.resolve();
    }
    late = { snapshot, routes: new Map(routes.filter((route) => route.late).map((route) => [route.path, route])) };
    finishing.wake();
    saving.wake();
    onPublished?.(hasNews);
    hasNews = false;
  }

  /** Renders what nobody waits for, one after the other; a publish meanwhile neither waits nor is waited for. */
  async function finish(): Promise<void> {
    if (late === null) return;
    const { snapshot, routes } = late;
    for (const route of routes.values()) {
      // What a publish has replaced or withdrawn since stays so.
      const isSuperseded = () => stopped || late?.routes.get(route.path)?.key !== route.key;
      const isDue = site.keyOf(route.path) !== route.key && !failures.isResting(route.path, route.key);
      if (isSuperseded() || !isDue) continue;
      const news = await render(route, snapshot);
      if (news) failures.remove(route.path);
      if (!news || isSuperseded()) continue;
      site.put([news]);
      hasNews = true;
      saving.wake();
    }
    if (hasNews) onPublished?.(true);
    hasNews = false;
  }

  async function save(): Promise<void> {
    try {
      await site.save();
      if (isComplete && !isTidy) {
        await site.tidy();
        isTidy = true;
      }
      isRefused = false;
    } catch (error) {
      if (!isRefused) log.error({ err: error }, 'the published site could not be kept on disk; it is tried again');
      isRefused = true;
    }
  }

  const saving = singleFlight(save);
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
  site.onLoss(publishing.wake);
  const polling = setInterval(() => void poll(), pollMs);
  const beating = setInterval(() => {
    isBeatDue = true;
    publishing.wake();
  }, heartbeatMs);
  publishing.wake();

  return {
    ready: () => ready.promise,
    published: () => first.promise,
    lastPublishAt: () => lastPublishAt,
    waitingCount: () => waitingCount,
    failures: failures.reasons,
    async stop() {
      stopped = true;
      stopListening();
      site.onLoss(() => {});
      clearInterval(polling);
      clearInterval(beating);
      await publishing.idle();
      await finishing.idle();
      await saving.idle();
    },
  };
}
