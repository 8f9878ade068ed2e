import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLatency, latencyAt, latencyBoundsMs, openHistogram } from '#core/latency.ts';

function histogramOf(latencies: readonly number[]) {
  const counts = [...latencyBoundsMs.map(() => 0), 0];
  for (const ms of latencies) {
    const index = latencyBoundsMs.findIndex((bound) => ms <= bound);
    const at = index === -1 ? counts.length - 1 : index;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { counts, minMs: Math.min(...latencies), maxMs: Math.max(...latencies) };
}

describe('latencyAt', () => {
  it('knows nothing of no looks', () => {
    expect(latencyAt({ counts: [0, 0], minMs: 0, maxMs: 0 }, 0.5)).toBeNull();
  });

  it('is exact where all looks took the same time', () => {
    expect(latencyAt(histogramOf([42, 42, 42]), 0.95)).toBe(42);
    expect(latencyAt(histogramOf([20_000]), 0.5)).toBe(20_000);
  });

  it('lies in the bucket of the true value and within what was seen', () => {
    const latencies = fc.array(fc.nat(20_000), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(latencies, fc.constantFrom(0.5, 0.95), (found, share) => {
        const sorted = found.toSorted((a, b) => a - b);
        const truth = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
        const top = latencyBoundsMs.find((bound) => truth <= bound) ?? 20_000;
        const bottom = latencyBoundsMs.findLast((bound) => bound < truth) ?? 0;
        const told = latencyAt(histogramOf(found), share) ?? -1;
        expect(told).toBeLessThanOrEqual(Math.min(top, sorted.at(-1) ?? 0));
        expect(told).toBeGreaterThanOrEqual(Math.max(bottom, sorted[0] ?? 0));
      }),
    );
  });
});

describe('counting latencies one by one', () => {
  it('gives the histogram of all of them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { minLength: 1 }), (latencies) => {
        const histogram = openHistogram();
        for (const ms of latencies) countLatency(histogram, ms);
        expect(histogram).toEqual(histogramOf(latencies));
      }),
    );
  });

  it('begins with nothing measured', () => {
    expect(latencyAt(openHistogram(), 0.5)).toBeNull();
  });
});
