import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { trustIn } from './authority.ts';
import { defaultStatus, problemOf } from './conditions.ts';
import { createCookies } from './cookies.ts';
import { startDeadline } from './deadline.ts';
import type { Ask, Wire } from './exchange.ts';
import { certificateDaysField, expiryWarning } from './expiry.ts';
import { extracted } from './extract.ts';
import { degradedOverMsField, familyFields, tlsCaField } from './field.ts';
import { type Arrival, type Cookies, follow } from './follow.ts';
import { conditionsWith, needsOf, runName, type Step, stepSchema } from './journeyStep.ts';
import { Miss, missFrom } from './miss.ts';
import { answered, type Dial, defineKind, type Finding, inPart } from './probe.ts';
import { hidden } from './redact.ts';
import { isHeader, isWebAddress, lowerCased } from './request.ts';
import { isExpected } from './statusRange.ts';
import { addressFrom, encoderFor, fill } from './template.ts';

/** The part of the time that is kept for cleaning up, so that a step that hangs leaves nothing behind. */
const cleanUpShare = 1 / 4;

/** The hosts that the settings name. */
function originsOf(steps: readonly Step[]): Set<string> {
  return new Set(steps.flatMap(({ url }) => (/^https?:/i.test(url) ? new URL(url.split('{{')[0] ?? '').origin : [])));
}

const schema = z.strictObject({
  steps: z
    .array(stepSchema)
    .min(1)
    .max(20)
    .superRefine((steps, ctx) => {
      const known = new Set([runName]);
      for (const [i, step] of steps.entries()) {
        const unknown = needsOf(step).find((name) => !known.has(name));
        const message = `only values that an earlier step extracts, not {{${unknown}}}`;
        if (unknown !== undefined) ctx.addIssue({ code: 'custom', path: [i], message });
        for (const name of Object.keys(step.extract)) known.add(name);
      }
      if (steps[0] && !isWebAddress(steps[0].url.split('{{')[0] ?? ''))
        ctx.addIssue({ code: 'custom', path: [0, 'url'], message: 'a whole address in the first step' });
      if (steps.every((step) => step.always))
        ctx.addIssue({ code: 'custom', message: 'a step that is not for cleaning up' });
    })
    .describe('The way of a visitor, step by step. Cookies are kept from one to the next, and forgotten at the end.'),
  degradedOverMs: degradedOverMsField,
  certificateDays: certificateDaysField,
  ...familyFields,
  tlsCa: tlsCaField,
});
type JourneyConfig = z.output<typeof schema>;

/** One journey on its way. */
type Trip = {
  config: JourneyConfig;
  origins: ReadonlySet<string>;
  values: Map<string, string>;
  cookies: Cookies;
  /** The address that was asked last. */
  at: URL;
  latencyMs: number;
  /** What was slow, or ends soon. */
  warnings: string[];
};

function askOf(step: Step, { values, at, origins }: Trip, start: URL): Ask {
  const headers = lowerCased(step.headers);
  const body = step.body && fill(step.body, values, encoderFor(headers['content-type']));
  const filled = Object.entries(headers).map(([name, text]): [string, string] => [name, fill(text, values)]);
  if (!filled.every(isHeader)) throw new Miss('fail', 'journey: a value does not fit into a header');
  const url = addressFrom(step.url, values, step.url.startsWith('/') ? start : at, origins);
  return { method: step.method, url, headers: Object.fromEntries(filled), body };
}

/**
 * Keeps what a step has shown, even when it is not as expected: what was made can then still be cleaned up.
 * @returns why a value is missing, or null
 */
function keepValues(step: Step, arrival: Arrival, { values }: Trip): Miss | null {
  let missing: Miss | null = null;
  for (const [name, extraction] of Object.entries(step.extract))
    try {
      values.set(name, extracted(name, extraction, arrival));
    } catch (error) {
      missing ??= missFrom(error, 'journey');
    }
  return missing;
}

async function take(step: Step, trip: Trip, wire: Wire, start: URL): Promise<void> {
  const { followRedirects = true, status = defaultStatus, secretHeaders } = step;
  const arrival = await follow(askOf(step, trip, start), {
    wire,
    isFinal: (answer) => !followRedirects || isExpected(answer.status, status),
    secretHeaders: secretHeaders.map((name) => name.toLowerCase()),
    cookies: trip.cookies,
  });
  trip.at = arrival.url;
  trip.latencyMs += arrival.latencyMs;
  const missing = keepValues(step, arrival, trip);
  const problem = problemOf(
    conditionsWith(step, (text) => fill(text, trip.values)),
    arrival,
  );
  if (problem !== null) throw new Miss('fail', problem);
  if (missing) throw missing;
  const ending = arrival.validity && expiryWarning(arrival.validity, Date.now(), trip.config.certificateDays);
  const { reason } = answered(arrival.latencyMs, step.degradedOverMs, ending);
  if (reason !== null) trip.warnings.push(inPart(`in step "${step.name}"`, reason));
}

/** What the steps have found: it may be a session's key. */
function foundIn({ values }: Trip): string[] {
  return [...values].filter(([name]) => name !== runName).map(([, value]) => value);
}

/** The time of a step: its own, or what is left; while cleaning up, its share of that, for the others come as well. */
function timeFor(step: Step, leftMs: number, cleanUps: number, isCleaning: boolean): number {
  const shareMs = isCleaning ? leftMs / Math.max(1, cleanUps) : leftMs;
  return Math.max(1, Math.min(step.timeoutMs ?? shareMs, shareMs));
}

/**
 * Takes every step that can be taken.
 * @returns the first miss, with its step named, or null
 */
async function travel(trip: Trip, dial: Dial, wire: Omit<Wire, 'deadline'>): Promise<Miss | null> {
  const { steps } = trip.config;
  const start = trip.at;
  const hasCleanUp = steps.some((step) => step.always);
  const endsAt = performance.now() + dial.timeoutMs;
  let missed: Miss | null = null;
  for (const [i, step] of steps.entries()) {
    if (missed && !step.always) continue;
    // What a step before it was to find is not there, and so there is nothing to clean up.
    if (missed && needsOf(step).some((name) => !trip.values.has(name))) continue;
    const reservedMs = hasCleanUp && !step.always ? dial.timeoutMs * cleanUpShare : 0;
    const leftMs = endsAt - performance.now() - reservedMs;
    const cleanUps = steps.slice(i).filter((each) => each.always).length;
    const timeoutMs = timeFor(step, leftMs, cleanUps, step.always);
    try {
      await take(step, trip, { ...wire, deadline: startDeadline({ signal: dial.signal, timeoutMs }) }, start);
    } catch (error) {
      const { outcome, message } = missFrom(error, 'journey');
      missed ??= new Miss(outcome, inPart(`in step "${step.name}"`, hidden(message, foundIn(trip))));
    }
  }
  return missed;
}

/** Goes a visitor's way through several requests, and always cleans up behind itself. */
export const journey = defineKind('journey', schema, async (config, dial): Promise<Finding> => {
  const secureContext = config.tlsCa === undefined ? undefined : await trustIn(config.tlsCa);
  const families = { family: config.ip, firstFamily: config.ipFirst };
  const values = new Map([[runName, randomBytes(8).toString('hex')]]);
  const at = new URL(config.steps[0]?.url.split('{{')[0] ?? '');
  const trip: Trip = {
    config,
    origins: originsOf(config.steps),
    values,
    cookies: createCookies(),
    at,
    latencyMs: 0,
    warnings: [],
  };
  const missed = await travel(trip, dial, { egress: dial.egress, families, secureContext });
  if (missed) return { outcome: missed.outcome, latencyMs: null, reason: missed.message };
  const warning = trip.warnings.length > 0 ? trip.warnings.join('; ') : null;
  return answered(trip.latencyMs, config.degradedOverMs, warning);
});
