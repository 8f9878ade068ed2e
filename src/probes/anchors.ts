import { startDeadline } from './deadline.ts';
import type { Egress } from './egress.ts';

/** How long anchors have to answer; results that depend on it wait no longer. */
const patienceMs = 2_000;

/** Splits `host:port` or `[address]:port`. */
function targetOf(anchor: string): { host: string; port: number } {
  const colon = anchor.lastIndexOf(':');
  return { host: anchor.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(anchor.slice(colon + 1)) };
}

async function answers(anchor: string, egress: Egress): Promise<boolean> {
  const deadline = startDeadline({ signal: new AbortController().signal, timeoutMs: patienceMs });
  try {
    const { socket } = await egress.connect(targetOf(anchor), deadline);
    socket.destroy();
    return true;
  } catch {
    // Why it does not answer makes no difference: it cannot vouch for us.
    return false;
  }
}

/** Connects to every anchor at once, now, and counts those that took the connection within two seconds. */
export async function countAnswering(anchors: readonly string[], egress: Egress): Promise<number> {
  const answered = await Promise.all(anchors.map((anchor) => answers(anchor, egress)));
  return answered.filter(Boolean).length;
}
