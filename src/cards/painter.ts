import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { Card, PaintCard } from '#core/card.ts';
import type { Drawn } from './worker.ts';

export type Painter = { paint: PaintCard; close: () => void };

export type PainterOptions = {
  /** The folder of package.json: the drawing process runs from the source, which the build does not contain. */
  packageRoot: string;
  /** A card takes some 20 ms, the first one half a second. */
  limitMs?: number;
  /** Letters of all scripts take up 100 MB and more: they are let go when nothing changes. */
  restMs?: number;
};

/** A tenth of what is given to others, where more wants to run than there are cores. */
const lowPriority = 10;

/** The next thing that comes of a process: an answer, its end, or nothing in time. */
async function answerOf(child: ChildProcess, limitMs: number): Promise<Drawn> {
  const { promise, resolve, reject } = Promise.withResolvers<Drawn>();
  const late = setTimeout(() => reject(new Error(`no card after ${limitMs} ms`)), limitMs);
  const end = (code: number | null, signal: string | null) =>
    reject(new Error(`the drawing process ended with ${signal ?? code}`));
  child.on('message', resolve).on('exit', end).on('error', reject);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    child.off('message', resolve).off('exit', end).off('error', reject);
  }
}

/**
 * Paints one card after the other in a process of its own, which is started with the first: whatever drawing takes, in
 * time, in memory or in its own life, is not taken from the process that visitors are answered by.
 */
export function openPainter({ packageRoot, limitMs = 10_000, restMs = 30_000 }: PainterOptions): Painter {
  let worker: ChildProcess | null = null;
  let resting: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  function hire(): ChildProcess {
    const hired = fork(join(packageRoot, 'src/cards/worker.ts'), {
      // None of what we know is its business. Pictures lie outside of the heap: a small nursery lets them go soon.
      env: {},
      execArgv: ['--max-old-space-size=96', '--max-semi-space-size=2'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const leave = () => {
      if (worker === hired) worker = null;
    };
    // Whoever waits for a card hears of it; in between, the next card has a new process.
    hired.on('exit', leave).on('error', leave);
    hired.on('spawn', () => hired.pid !== undefined && setPriority(hired.pid, lowPriority));
    hired.unref();
    hired.channel?.unref();
    return hired;
  }

  function dismiss(): void {
    worker?.kill('SIGKILL');
    worker = null;
  }

  async function paintNow(card: Card): Promise<Uint8Array> {
    if (closed) throw new Error('no card is painted any more');
    clearTimeout(resting);
    worker ??= hire();
    try {
      const answer = answerOf(worker, limitMs);
      worker.send(card);
      const drawn = await answer;
      if ('problem' in drawn) throw new Error(`the card could not be drawn: ${drawn.problem}`);
      return drawn.png;
    } catch (error) {
      dismiss();
      throw error;
    } finally {
      if (!closed) resting = setTimeout(dismiss, restMs).unref();
    }
  }

  return {
    paint(card) {
      const painting = last.then(() => paintNow(card));
      last = painting.catch(() => {});
      return painting;
    },
    close() {
      closed = true;
      clearTimeout(resting);
      dismiss();
    },
  };
}
