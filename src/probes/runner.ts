import type { DueProbe } from '#db/probes.ts';
import type { NewResult } from '#db/results.ts';
import type { Egress } from './egress.ts';
import type { Finding } from './probe.ts';
import type { Pulse } from './pulse.ts';
import { hidden, secretsOf } from './redact.ts';
import { findKind, parseProbe } from './registry.ts';

/** A kind ends itself in time and says which part was late; this much later it is ended from outside. */
const graceMs = 250;

const reasonLimit = 300;

/** Made once: a reason that is made anew for each look costs as much as a tenth of the look. */
const isOver = new Error('the look is over');

/** What it takes to look. */
export type RunnableProbe = Pick<DueProbe, 'id' | 'kind' | 'config' | 'timeoutMs'>;

export type RunOptions = {
  egress: Egress;
  /** Aborted when the process stops. */
  signal: AbortSignal;
  /** When the look begins, epoch ms. */
  at: number;
  /** What no reason may say, besides what the settings themselves keep secret. */
  secrets?: readonly string[];
};

/** One line of bounded length; targets write parts of it. */
function tidy(reason: string): string {
  const line = reason.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > reasonLimit ? `${line.slice(0, reasonLimit - 3)}...` : line;
}

/** Ends a look that does not end by itself. */
async function bounded(
  timeoutMs: number,
  stop: AbortSignal,
  look: (signal: AbortSignal) => Promise<Finding>,
): Promise<Finding> {
  const over = new AbortController();
  const end = () => over.abort(isOver);
  const late = Promise.withResolvers<Finding>();
  const finding: Finding = { outcome: 'fail', latencyMs: null, reason: `timeout: not done within ${timeoutMs} ms` };
  const timer = setTimeout(() => late.resolve(finding), timeoutMs + graceMs);
  // Not AbortSignal.any: the stop signal lives as long as the process and would remember every look.
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  try {
    return await Promise.race([look(over.signal), late.promise]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', end);
    end();
  }
}

async function look({ kind, config, timeoutMs }: RunnableProbe, { egress, signal }: RunOptions): Promise<Finding> {
  try {
    const settings = parseProbe(kind, config);
    return await bounded(timeoutMs, signal, async (over) => {
      const dial = { egress, signal: over, timeoutMs };
      return findKind(kind).run(settings, dial);
    });
  } catch (error) {
    const reason = `probe: ${error instanceof Error ? error.message : String(error)}`;
    return { outcome: 'unknown', latencyMs: null, reason };
  }
}

/** Takes one look. Never throws; settings that no longer parse, and our own faults, are `unknown`. */
export async function runProbe(probe: RunnableProbe, options: RunOptions): Promise<NewResult> {
  const { outcome, latencyMs, reason } = await look(probe, options);
  const secrets = () => [...secretsOf(probe.config), ...(options.secrets ?? [])];
  return {
    probeId: probe.id,
    at: options.at,
    outcome,
    latencyMs: latencyMs === null ? null : Math.round(latencyMs),
    reason: reason === null ? null : tidy(hidden(reason, secrets())),
  };
}

/** Takes one look, and does not trust it when this process stood still meanwhile. */
export async function runSteadily(probe: RunnableProbe, pulse: Pulse, options: RunOptions): Promise<NewResult> {
  const startedAt = performance.now();
  const result = await runProbe(probe, options);
  const stillMs = Math.round(pulse.stillSinceMs(startedAt));
  if (stillMs === 0) return result;
  const reason = `probe: this process stood still for ${stillMs} ms`;
  return { ...result, outcome: 'unknown', latencyMs: null, reason };
}
