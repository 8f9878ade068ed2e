/** A probe's rhythm, and when it last looked. */
export type Watch = { lastLookAt: number; intervalMs: number; timeoutMs: number };

/**
 * Since when nobody has been looking with a probe: from the moment at which its next result was to be expected. Null
 * while no more than that one look and the one after it are missing.
 * @param now epoch ms
 */
export function unwatchedSince({ lastLookAt, intervalMs, timeoutMs }: Watch, now: number): number | null {
  const expectedAt = lastLookAt + intervalMs + timeoutMs;
  return now - expectedAt > intervalMs ? expectedAt : null;
}
