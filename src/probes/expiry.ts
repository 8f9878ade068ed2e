import { z } from 'zod';

const dayMs = 86_400_000;

/** How long before its end a certificate is warned about, in days. */
const warnings = [1, 7, 21] as const;

/** The life that the warnings are made for; a shorter one has them in proportion, or it would always be near its end. */
const usualLifeMs = 90 * dayMs;

export const certificateDaysField = z
  .int()
  .min(0)
  .max(365)
  .default(21)
  .describe(
    'A certificate that ends within this many days counts as degraded, or within 21/90 of its life: 0 is never.',
  );

/** When a certificate is valid, epoch ms. */
export type Validity = { fromMs: number; toMs: number };

function spoken(ms: number): string {
  const hours = Math.max(1, Math.round(ms / 3_600_000));
  if (hours < 48 && hours !== 24) return hours === 1 ? '1 hour' : `${hours} hours`;
  const days = Math.round(hours / 24);
  return days === 1 ? '1 day' : `${days} days`;
}

/**
 * What to say about a certificate that ends soon, or null. The sentence stays the same until the next warning.
 * @param days the first warning; those at 7 and 1 follow as far as they are later
 */
export function expiryWarning({ fromMs, toMs }: Validity, now: number, days: number): string | null {
  const scale = Math.min(1, (toMs - fromMs) / usualLifeMs);
  const limits = [...warnings.filter((limit) => limit < days), days].map((limit) => limit * scale * dayMs);
  const limit = limits.find((each) => toMs - now <= each);
  if (limit === undefined || limit === 0) return null;
  return `certificate: it ends within ${spoken(limit)}, on ${new Date(toMs).toISOString().slice(0, 16)}Z`;
}
