import { Miss, missFrom } from './miss.ts';
import type { Dial } from './probe.ts';

/** The parts of a look, each with its own limit under the total, and what is missing when the limit is over. */
const phases = {
  dns: { limitMs: 4_000, missing: 'the name was not resolved' },
  connect: { limitMs: 4_000, missing: 'no connection' },
  tls: { limitMs: 4_000, missing: 'no TLS session' },
  http: { limitMs: 8_000, missing: 'no complete header' },
  body: { limitMs: Number.POSITIVE_INFINITY, missing: 'the body did not end' },
  tcp: { limitMs: Number.POSITIVE_INFINITY, missing: 'the expected text did not come' },
} as const;
export type Phase = keyof typeof phases;

export type PhaseOptions = {
  /** A limit below that of the phase. */
  limitMs?: number;
  /** What running late means, when it is not simply the target's failure. */
  late?: (reason: string) => Miss;
};

/** The time a look has. */
export type Deadline = {
  /** What is left of the total. */
  leftMs(): number;
  /**
   * Does one part of a look within its limit and within the total.
   * @param work is told by its signal to let go of what it holds
   * @throws Miss always: whatever `work` throws is turned into one
   */
  within<Value>(phase: Phase, work: (signal: AbortSignal) => Promise<Value>, options?: PhaseOptions): Promise<Value>;
};

/** Starts the total of a look now. */
export function startDeadline({ signal: stop, timeoutMs }: Pick<Dial, 'signal' | 'timeoutMs'>): Deadline {
  const endsAt = performance.now() + timeoutMs;
  const leftMs = () => Math.max(0, endsAt - performance.now());

  return {
    leftMs,
    within(phase, work, { limitMs = Number.POSITIVE_INFINITY, late } = {}) {
      return new Promise((resolve, reject) => {
        const ms = Math.min(phases[phase].limitMs, limitMs, leftMs());
        const controller = new AbortController();
        const settle = () => {
          clearTimeout(timer);
          stop.removeEventListener('abort', onStop);
        };
        const giveUp = (miss: Miss) => {
          settle();
          reject(miss);
          controller.abort(miss);
        };
        const onStop = () => giveUp(new Miss('unknown', 'probe: stopped before it was done'));
        const timer = setTimeout(() => {
          const reason = `timeout: ${phases[phase].missing} within ${Math.round(ms)} ms`;
          giveUp(late?.(reason) ?? new Miss('fail', reason));
        }, ms);
        stop.addEventListener('abort', onStop, { once: true });
        if (stop.aborted) return onStop();
        work(controller.signal)
          .then(resolve, (error) => reject(missFrom(error, phase)))
          .finally(settle);
      });
    },
  };
}
