import { z } from 'zod';
import { durationText, parseDuration } from '#core/duration.ts';
import type { Ping } from '#core/hearing.ts';
import type { ListeningKind } from './probe.ts';
import { instantSchema, inWords, placesField, readStatement } from './statement.ts';

const dayMs = 86_400_000;

/** A sender's clock may be this far ahead of ours. */
const clockSkewMs = 5 * 60_000;

/** The median is taken over so many copies, and means nothing with fewer than the second number. */
const medianOver = 7;
const medianFrom = 3;

const schema = z
  .strictObject({
    rpo: durationText(60_000, 366 * dayMs).describe(
      'The promise: the newest copy is never older than this, from 1m to 366d.',
    ),
    protects: z.string().min(1).max(60).describe('Slug of the component that the copies are of.'),
    where: placesField
      .default([])
      .describe('Where the copies are: one place or several, in the words of runs_on. The body may name one more.'),
    sizeAtLeast: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('A copy smaller than so many times the median of the last 7 is a failure.'),
    sizeAtMost: z
      .number()
      .min(1)
      .max(1_000_000)
      .default(2)
      .describe('A copy larger than so many times the median of the last 7 is a failure.'),
  })
  .describe('Copies of a component.');

type Config = z.output<typeof schema>;

/** What the body of a ping states. */
const statementSchema = z.looseObject({
  taken_at: z.pipe(
    z.unknown(),
    z.unknown().transform((value, context) => {
      const parsed = instantSchema.safeParse(value);
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: 'an instant such as "2026-01-31T02:10:00Z"' });
      return z.NEVER;
    }),
  ),
  bytes: z.int('a whole number of bytes').min(0, 'a whole number of bytes'),
  sha256: z
    .string('64 hexadecimal digits')
    .regex(/^[0-9a-f]{64}$/i, '64 hexadecimal digits')
    .optional(),
  where: z.string('a place').trim().min(1, 'a place').max(100, 'a place').optional(),
});

const memorySchema = z
  .object({ copies: z.array(z.object({ takenAt: z.number(), bytes: z.number() })), where: z.string().nullable() })
  .catch({ copies: [], where: null });
type Memory = z.output<typeof memorySchema>;

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/** Why this copy cannot be what it says, or null. Insane sizes count for the next median: real growth heals itself. */
function sizeProblem(config: Config, bytes: number, earlier: Memory['copies']): string | null {
  if (bytes === 0) return 'the newest copy is empty';
  const last = earlier.slice(-medianOver);
  if (last.length < medianFrom) return null;
  const usual = median(last.map((copy) => copy.bytes));
  if (bytes >= usual * config.sizeAtLeast && bytes <= usual * config.sizeAtMost) return null;
  const expected = `${config.sizeAtLeast} to ${config.sizeAtMost} times the ${usual} bytes that are usual`;
  return `the newest copy has ${bytes} bytes, expected ${expected}`;
}

function read(config: Config, ping: Ping, remembered: unknown) {
  const memory = memorySchema.parse(remembered);
  const failed = (problem: string, kept: Memory = memory) => ({
    outcome: 'fail' as const,
    reason: `backup: ${problem}`,
    anchorAt: ping.at,
    memory: kept,
  });
  const { value, problem } = readStatement(ping, statementSchema);
  if (value === null) return failed(`${problem}; expected JSON with taken_at and bytes`);
  const { taken_at: takenAt, bytes, where = null } = value;
  if (takenAt > ping.at + clockSkewMs) return failed('the copy was taken in the future');

  const earlier = memory.copies.filter((copy) => copy.takenAt !== takenAt);
  const copies = [...earlier, { takenAt, bytes }].toSorted((a, b) => a.takenAt - b.takenAt).slice(-medianOver - 1);
  const newestAt = copies.at(-1)?.takenAt ?? takenAt;
  const kept = { copies, where: newestAt === takenAt ? where : memory.where };
  const ageMs = ping.at - newestAt;
  if (ageMs > parseDuration(config.rpo))
    return failed(`the newest copy is ${inWords(ageMs)} old, promised at most ${config.rpo}`, kept);
  const insane = sizeProblem(config, bytes, earlier);
  if (insane !== null) return failed(insane, kept);
  return { outcome: 'ok' as const, reason: null, anchorAt: newestAt, memory: kept };
}

/** Waits for word of copies, and is up only while the newest one is as young as promised. */
export const backup: ListeningKind<Config> = {
  kind: 'backup',
  schema,
  expectation({ rpo }) {
    const rpoMs = parseDuration(rpo);
    // Whoever promises an age makes copies somewhat more often than that.
    const due = (anchorAt: number) => ({ fromAt: anchorAt + rpoMs * 0.75, deadlineAt: anchorAt + rpoMs });
    return { due, runLimitMs: null };
  },
  read,
};
