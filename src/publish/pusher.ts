import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { TargetReport } from '#core/target.ts';
import { type Runner, type RunnerOptions, startRunner, type TargetSettings } from './targetRunner.ts';
import { targetKinds } from './targets/registry.ts';
import { type TargetKind, usualPatienceMs } from './targets/target.ts';

export type PusherOptions = Omit<RunnerOptions, 'settings' | 'kind' | 'now' | 'random' | 'patienceMs' | 'backoffMs'> &
  Partial<Pick<RunnerOptions, 'now' | 'random' | 'patienceMs' | 'backoffMs'>> & {
    /** What is declared at this moment. */
    targets: () => readonly TargetSettings[];
    kinds?: readonly TargetKind[];
  };

export type Pusher = {
  /** To be called after each publish. */
  wake: (isNews: boolean) => void;
  /** How each target is doing, in the order of the settings. */
  report: () => TargetReport[];
  stop: () => Promise<void>;
};

const usualBackoffMs = { first: 2_000, most: 180_000 };

/**
 * Brings what is published to every further host. The targets know nothing of each other, and the publisher waits for
 * none of them. Settings that change take effect with the next publish.
 */
export function startPusher(options: PusherOptions): Pusher {
  const { targets, kinds = targetKinds, dir, log, ...given } = options;
  const common = {
    now: Date.now,
    random: Math.random,
    patienceMs: usualPatienceMs,
    backoffMs: usualBackoffMs,
    ...given,
    dir,
    log,
  };
  const running = new Map<string, { settings: TargetSettings; runner: Runner }>();
  const leaving = new Set<Promise<void>>();

  /** What is at the host stays there: it is the operator's to remove. */
  function retire(name: string): Promise<void> {
    const left = running.get(name)?.runner.stop() ?? Promise.resolve();
    running.delete(name);
    leaving.add(left);
    void left.finally(() => leaving.delete(left));
    return left;
  }

  /** Removes what is kept of targets that are not declared any more. */
  async function tidy(): Promise<void> {
    const kept = await readdir(dir).catch(() => []);
    const declared = targets().map(({ name }) => name);
    for (const name of kept) if (!declared.includes(name)) await rm(join(dir, name), { recursive: true, force: true });
  }

  function tidyAfter(work: Promise<unknown>): void {
    work
      .then(tidy)
      .catch((error: unknown) => log.warn({ err: error }, 'what is kept of a former target cannot be removed'));
  }

  function settle(): void {
    const declared = targets();
    const names = declared.map(({ name }) => name);
    const dropped = [...running.keys()].filter((name) => !names.includes(name)).map(retire);
    if (dropped.length > 0) tidyAfter(Promise.all(dropped));
    for (const settings of declared) {
      const before = running.get(settings.name);
      if (before && isDeepStrictEqual(before.settings, settings)) continue;
      const kind = kinds.find((each) => each.kind === settings.kind);
      if (!kind) throw new Error(`There is no kind of target called "${settings.kind}".`);
      const left = before ? retire(settings.name) : Promise.resolve();
      running.set(settings.name, { settings, runner: startRunner({ ...common, settings, kind }, left) });
      running.get(settings.name)?.runner.wake(true);
    }
  }

  tidyAfter(Promise.resolve());
  return {
    wake(isNews) {
      settle();
      for (const { runner } of running.values()) runner.wake(isNews);
    },
    report: () => targets().flatMap(({ name }) => running.get(name)?.runner.report() ?? []),
    async stop() {
      await Promise.all([...running.keys()].map(retire));
      await Promise.all(leaving);
    },
  };
}
