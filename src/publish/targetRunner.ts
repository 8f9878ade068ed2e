import { join } from 'node:path';
import type { Logger } from 'pino';
import type { TargetReport } from '#core/target.ts';
import type { StaticSite } from './staticSite.ts';
import { forget, type Memory, nothingRemembered, placeOf, recall, remember } from './targets/memory.ts';
import { type Target, TargetError, type TargetKind } from './targets/target.ts';

/** A target as it is declared. */
export type TargetSettings = {
  /** Unique; it is also the name of its folder. */
  name: string;
  kind: string;
  /** How old what it shows may get while nothing changes. */
  refreshMs: number;
  /** As the schema of its kind gave it, less what is secret. */
  config: Readonly<Record<string, unknown>>;
  secrets: Readonly<Record<string, string>>;
};

export type RunnerOptions = {
  settings: TargetSettings;
  kind: TargetKind;
  /** The site of this moment. */
  site: () => Promise<StaticSite>;
  /** Where what must outlive the process is kept; each target has a folder in it. */
  dir: string;
  searchPath: string;
  /** Makes secrets in a text unreadable. */
  hide: (text: string) => string;
  log: Logger;
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
  patienceMs: number;
  /** Wait after the first failure; it doubles with each, up to the second. */
  backoffMs: { first: number; most: number };
};

/** One target at work. */
export type Runner = {
  /** Something was published: news goes at once, what only says that all is as it was goes when it is due. */
  wake: (isNews: boolean) => void;
  report: () => TargetReport;
  /** Ends the attempt under way. */
  stop: () => Promise<void>;
};

/** Of a first sync as well: what was done until then stays done. */
const attemptPatience = 40;
const maxSentenceChars = 240;

/** A reason as one line for staff: no control characters, no name or password in an address. */
function sentenceOf(error: unknown, hide: (text: string) => string): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .replaceAll(/\/\/[^\s/@]*@/g, '//')
    .trim();
  return hide(line).slice(0, maxSentenceChars);
}

/** Fails when the signal does, even where what is waited for does not listen to it. */
async function untilAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  const ended = Promise.withResolvers<never>();
  const onAbort = () => ended.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, ended.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Keeps one target up to date: one attempt at a time, everything that is published meanwhile becomes one more. After a
 * failure it tries again by itself, later each time.
 * @param before what must have ended first
 */
export function startRunner(options: RunnerOptions, before: Promise<void> = Promise.resolve()): Runner {
  const { settings, kind, site, hide, log, now, random, patienceMs, backoffMs, searchPath } = options;
  const { name, refreshMs, config, secrets } = settings;
  const dir = join(options.dir, name);
  const place = placeOf(settings.kind, config);
  const stopping = new AbortController();
  const target: Target = kind.open({ ...config, ...secrets }, { dir, searchPath, patienceMs });
  let memory: Memory = nothingRemembered();
  let failures = 0;
  let lastError: TargetReport['lastError'] = null;
  let hasNews = false;
  let isAwake = false;
  let beganAt = Number.NEGATIVE_INFINITY;
  let notBefore = 0;
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  const recalled = before
    .then(() => recall(dir, place))
    .then(
      (found) => {
        memory = found;
      },
      (error: unknown) => log.warn({ err: error, target: name }, 'what a target holds cannot be recalled'),
    );

  /** The local disk may be what is broken: then the next start begins anew, and this one goes on. */
  const keep = (work: Promise<void>) =>
    work.catch((error: unknown) => log.warn({ err: error, target: name }, 'what a target holds cannot be kept'));

  function noteSuccess(shownAt: number): void {
    if (failures > 0) log.info({ target: name }, 'a target is up to date again');
    failures = 0;
    lastError = null;
    memory.lastSuccessAt = now();
    memory.shownAt = shownAt;
  }

  function noteFailure(error: unknown): void {
    failures += 1;
    const sentence = sentenceOf(error, hide);
    // Half of the wait is by chance: targets at one dead host do not come back together.
    const wait = Math.min(backoffMs.most, backoffMs.first * 2 ** (failures - 1));
    notBefore = now() + wait * (0.5 + random() / 2);
    if (failures === 1) log.warn({ target: name, reason: sentence }, 'a target could not be brought up to date');
    lastError = { at: now(), sentence };
  }

  async function attempt(): Promise<void> {
    const deadline = AbortSignal.timeout(patienceMs * attemptPatience);
    const signal = AbortSignal.any([stopping.signal, deadline]);
    await keep(forget(dir));
    try {
      const shown = await site();
      await untilAborted(signal, target.sync(shown, memory.held, signal));
      noteSuccess(shown.heartbeatAt);
    } catch (error) {
      if (stopping.signal.aborted) return;
      noteFailure(deadline.aborted ? new TargetError('It was not done in time, and goes on where it was.') : error);
    } finally {
      await keep(remember(dir, place, memory));
    }
  }

  async function run(): Promise<void> {
    await recalled;
    if (stopping.signal.aborted) return;
    hasNews = false;
    isAwake = false;
    beganAt = now();
    await attempt();
    running = null;
    plan();
  }

  function plan(): void {
    if (running || stopping.signal.aborted || !(isAwake || failures > 0)) return;
    const isUrgent = hasNews || failures > 0;
    const dueAt = Math.max(notBefore, isUrgent ? 0 : beganAt + refreshMs);
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        running ??= run();
      },
      Math.max(0, dueAt - now()),
    );
  }

  return {
    wake(isNews) {
      hasNews ||= isNews;
      isAwake = true;
      plan();
    },
    report: () => ({
      name,
      kind: settings.kind,
      refreshMs,
      lastSuccessAt: memory.lastSuccessAt,
      shownAt: memory.shownAt,
      lastError,
    }),
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await recalled;
      await running;
    },
  };
}
