/**
 * Upper bounds of the buckets that latencies are counted in, inclusive; one more bucket takes what is above the last.
 * Fixed for ever: what was folded into them cannot be counted anew.
 */
export const latencyBoundsMs = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

/** Latencies, counted. `counts` has one number a bound and one for what is above the last. */
export type LatencyHistogram = { counts: readonly number[]; minMs: number; maxMs: number };

/** A histogram that is still counted in. */
export type OpenHistogram = { counts: number[]; minMs: number; maxMs: number };

/** A histogram without any latency yet. */
export function openHistogram(): OpenHistogram {
  const counts = Array<number>(latencyBoundsMs.length + 1).fill(0);
  return { counts, minMs: Number.POSITIVE_INFINITY, maxMs: 0 };
}

/** Counts one more latency, in place. */
export function countLatency(histogram: OpenHistogram, latencyMs: number): void {
  const found = latencyBoundsMs.findIndex((bound) => latencyMs <= bound);
  const bucket = found === -1 ? latencyBoundsMs.length : found;
  histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
  histogram.minMs = Math.min(histogram.minMs, latencyMs);
  histogram.maxMs = Math.max(histogram.maxMs, latencyMs);
}

/**
 * The latency that `share` of the looks do not exceed, as well as the buckets tell: even within a bucket, and never
 * outside of what was seen. Null when nothing was measured.
 * @param share 0..1, such as 0.95
 */
export function latencyAt({ counts, minMs, maxMs }: LatencyHistogram, share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = share * total;
  for (const [index, count] of counts.entries()) {
    if (left <= count && count > 0) {
      const from = Math.max(minMs, index === 0 ? 0 : (latencyBoundsMs[index - 1] ?? 0));
      const to = Math.min(maxMs, latencyBoundsMs[index] ?? maxMs);
      return Math.round(from + ((to - from) * left) / count);
    }
    left -= count;
  }
  return maxMs;
}
