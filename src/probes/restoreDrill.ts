import { z } from 'zod';
import { durationText, parseDuration } from '#core/duration.ts';
import type { ListeningKind } from './probe.ts';
import { readStatement } from './statement.ts';

const dayMs = 86_400_000;

const schema = z.strictObject({
  maxAge: durationText(60_000, 3_660 * dayMs).describe(
    'The promise: the last proven restore is never older than this, from 1m to 3660d.',
  ),
  allowedDifferences: z
    .int()
    .min(0)
    .default(0)
    .describe('How many rows may differ between the original and what was restored. Default: 0.'),
});

/** What the body of a ping states. */
const statementSchema = z.looseObject({
  duration: z
    .union([z.number(), z.string()], 'a duration such as "41m", or seconds')
    .refine((value) => parseDuration(value) >= 0, 'a duration such as "41m", or seconds'),
  restored: z.string('a text').trim().min(1, 'a text').max(500, 'a text of at most 500 characters'),
  rows_differ: z.int('a whole number of rows').min(0, 'a whole number of rows'),
});

/** Waits for word of restores, and is up while the last one that brought everything back is as young as promised. */
export const restoreDrill: ListeningKind<z.output<typeof schema>> = {
  kind: 'restore-drill',
  schema,
  expectation({ maxAge }) {
    const maxAgeMs = parseDuration(maxAge);
    const due = (anchorAt: number) => ({ fromAt: anchorAt + maxAgeMs * 0.75, deadlineAt: anchorAt + maxAgeMs });
    return { due, runLimitMs: null };
  },
  read({ allowedDifferences }, ping, memory) {
    const failed = (problem: string) => ({
      outcome: 'fail' as const,
      reason: `restore: ${problem}`,
      anchorAt: ping.at,
      memory,
    });
    const { value, problem } = readStatement(ping, statementSchema);
    if (value === null) return failed(`${problem}; expected JSON with duration, restored and rows_differ`);
    if (value.rows_differ > allowedDifferences)
      return failed(`${value.rows_differ} rows of ${value.restored} differ, allowed ${allowedDifferences}`);
    const { restored, duration } = value;
    const proven = { provenAt: ping.at, tookMs: parseDuration(duration), restored };
    return { outcome: 'ok', reason: null, anchorAt: ping.at, memory: proven };
  },
};
