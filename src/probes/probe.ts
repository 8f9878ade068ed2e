import type { z } from 'zod';
import type { Expectation, Ping, Reading } from '#core/hearing.ts';
import type { Outcome } from '#core/verdict.ts';
import type { Egress } from './egress.ts';
import { missFrom } from './miss.ts';

/** What one look showed. */
export type Finding = {
  outcome: Outcome;
  /** From the first packet to the target to the last byte read from it, name resolution left out; null without an answer. */
  latencyMs: number | null;
  /** `<class>: <one sentence>`, null when all is well. The class is the part that failed: dns, connect, tls, http ... */
  reason: string | null;
};

/** What a probe looks with. */
export type Dial = {
  /** The only way out. */
  egress: Egress;
  /** Aborted when the process stops; the look then ends as `unknown`. */
  signal: AbortSignal;
  /** The longest the whole look may take. */
  timeoutMs: number;
};

/** A way of looking at a target. It is a value; `registry.ts` lists them all. */
export type LookingKind<Config = unknown> = {
  /** The word users write after `kind:`. */
  readonly kind: string;
  /** The settings under it; the descriptions of its fields are the manual. Parsing its own output changes nothing. */
  readonly schema: z.ZodType<Config>;
  /** Looks once. Never throws: failure is data. */
  run(config: Config, dial: Dial): Promise<Finding>;
};

/**
 * A way of listening: the job itself sends pings, and silence is judged when a deadline passes. Pure, so that the same
 * pings give the same verdicts after a restart.
 */
export type ListeningKind<Config = unknown> = {
  /** The word users write after `kind:`. */
  readonly kind: string;
  /** The settings under it; the descriptions of its fields are the manual. Parsing its own output changes nothing. */
  readonly schema: z.ZodType<Config>;
  /** When the next word is due. */
  expectation(config: Config): Expectation;
  /**
   * Reads a ping that says success.
   * @param memory what this kind kept of earlier bodies, in whatever form an earlier version left it; null at first
   */
  read(config: Config, ping: Ping, memory: unknown): Reading;
};

/** Any kind of probe. */
export type Kind = LookingKind | ListeningKind;

/**
 * Makes a kind from a look that may throw: what it throws becomes the finding.
 * @param look returns what it found; a {@link Miss} says why there is nothing to find
 */
export function defineKind<Schema extends z.ZodType>(
  kind: string,
  schema: Schema,
  look: (config: z.output<Schema>, dial: Dial) => Promise<Finding>,
): LookingKind<z.output<Schema>> {
  return {
    kind,
    schema: schema as z.ZodType<z.output<Schema>>,
    async run(config, dial) {
      try {
        return await look(config, dial);
      } catch (error) {
        const { outcome, message } = missFrom(error, kind);
        return { outcome, latencyMs: null, reason: message };
      }
    },
  };
}

/**
 * The finding of a target that answered as expected, unless it took too long.
 * @param warning what else is to be seen to before it becomes a failure, or null
 */
export function answered(
  latencyMs: number,
  degradedOverMs: number | undefined,
  warning: string | null = null,
): Finding {
  const isSlow = degradedOverMs !== undefined && latencyMs > degradedOverMs;
  const slow = isSlow ? `slow: ${Math.round(latencyMs)} ms, expected at most ${degradedOverMs} ms` : null;
  if (slow === null && warning === null) return { outcome: 'ok', latencyMs, reason: null };
  return { outcome: 'degraded', latencyMs, reason: [slow, warning].filter((text) => text !== null).join('; ') };
}

/** Names the part of a look that a reason is about: `tls: it expired` becomes `tls: at 192.0.2.1, it expired`. */
export function inPart(part: string, reason: string): string {
  const end = reason.indexOf(': ') + 2;
  return `${reason.slice(0, end)}${part}, ${reason.slice(end)}`;
}
