/** Of a body, this much is kept: what healthchecks.io keeps. */
export const keptBodyBytes = 100_000;

/** A sender that goes on after this is not read to its end. */
const readBytes = 10 * keptBodyBytes;

/** What has not come by then is not waited for. */
const readMs = 10_000;

/**
 * Reads a body as it came, encoded or not, and keeps its beginning. Always ends, and takes no more memory than it keeps.
 * @returns the first 100 kB, and whether there was more; null when there is none
 */
export async function keptBody(request: Request): Promise<{ body: Uint8Array | null; isCut: boolean }> {
  if (request.body === null) return { body: null, isCut: false };
  const reader = request.body.getReader();
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), readMs);
  const chunks: Uint8Array[] = [];
  let kept = 0;
  let seen = 0;
  let isWhole = false;
  try {
    while (seen < readBytes) {
      const next = await Promise.race([reader.read(), late.promise]);
      if (next === 'late') break;
      isWhole = next.done;
      if (next.done) break;
      seen += next.value.length;
      // A copy, so that a small rest does not hold on to a large chunk.
      if (kept < keptBodyBytes) chunks.push(next.value.slice(0, keptBodyBytes - kept));
      kept = Math.min(keptBodyBytes, seen);
    }
  } finally {
    clearTimeout(timer);
    if (!isWhole) await reader.cancel().catch(() => {});
  }
  return { body: seen === 0 ? null : Buffer.concat(chunks), isCut: !isWhole || seen > keptBodyBytes };
}
