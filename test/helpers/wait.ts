import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until something is so, looking every 20 ms.
 * @throws after `limitMs`, naming what did not come
 */
export async function waitUntil<Value>(
  what: string,
  look: () => Value | Promise<Value>,
  limitMs = 15_000,
): Promise<NonNullable<Value>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    await sleep(20);
  }
}
