import { z } from 'zod';
import type { Ping } from '#core/hearing.ts';

/** What a body states, or one sentence that says why it states nothing. */
type Statement<Value> = { value: Value; problem: null } | { value: null; problem: string };

/**
 * Reads what a job states about itself: a JSON object in the body of its ping. Keys that nobody asks for are allowed.
 * The messages of the schema are what a field is expected to be.
 */
export function readStatement<Schema extends z.ZodType>(ping: Ping, schema: Schema): Statement<z.output<Schema>> {
  if (ping.body === null || ping.body.trim() === '') return { value: null, problem: 'the ping has no body' };
  if (ping.isCut) return { value: null, problem: 'the body is longer than what is kept' };
  let json: unknown;
  try {
    json = JSON.parse(ping.body);
  } catch {
    return { value: null, problem: 'the body is not JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data, problem: null };
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.');
  return {
    value: null,
    problem: field ? `expected ${field} to be ${issue?.message}` : 'the body is not a JSON object',
  };
}

/** An instant in ISO 8601 with its offset, or in seconds since 1970, as epoch ms. */
export const instantSchema = z
  .union([
    z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
    z
      .number()
      .int()
      .min(0)
      .max(32_503_680_000)
      .transform((seconds) => seconds * 1_000),
  ])
  .refine(Number.isFinite);

/** A length of time as people say it: exact up to minutes, then in hours or days. */
export function inWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2_880 ? `${(minutes / 60).toFixed(1)} h` : `${(minutes / 1_440).toFixed(1)} days`;
}

/** Places, one or several, as a list. */
export const placesField = z
  .union([z.string().trim().min(1).max(100), z.array(z.string().trim().min(1).max(100)).max(20)])
  .transform((places) => [places].flat());
