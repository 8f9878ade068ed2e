import { z } from 'zod';

const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds in `30`, `30s`, `1m`, `500ms`, `2h` or `1d` (a bare number counts seconds); NaN for anything else. */
function parseDuration(input: unknown): number {
  if (typeof input === 'number') return input * 1_000;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(String(input).trim());
  return match ? Number(match[1]) * (unitMs[match[2] ?? 's'] ?? Number.NaN) : Number.NaN;
}

/** A duration as people write it, in the largest unit that fits. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = unitMs[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

/** A duration between two bounds, read into whole milliseconds. */
export function duration(minMs: number, maxMs: number) {
  const expected = `a duration from ${formatDuration(minMs)} to ${formatDuration(maxMs)}, such as "30s" or "1m"`;
  return z.union([z.number(), z.string()], { error: expected }).transform((input, context) => {
    const ms = Math.round(parseDuration(input));
    if (ms >= minMs && ms <= maxMs) return ms;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}
