import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { makeProberDir, startProber, tcpComponent } from '../helpers/prober.ts';
import type { ProberReport } from '../helpers/proberProcess.ts';
import { startTcpTarget } from '../helpers/target.ts';
import { waitUntil } from '../helpers/wait.ts';

const awayMs = 5_000;

async function order() {
  const port = await startTcpTarget((socket) => socket.end());
  return {
    dir: await makeProberDir(),
    components: [tcpComponent('films', '127.0.0.1', port, 500)],
    anchors: [],
    allow: ['127.0.0.0/8'],
  };
}

/** The one time in which nobody looked. */
async function blindSpan(seen: () => ProberReport) {
  const { flips } = await waitUntil('it is seen again', () => {
    const report = seen();
    return report.flips.length >= 3 && report.states.every((state) => state === 'operational') ? report : null;
  });
  expect(flips.map((flip) => flip.to)).toEqual(['operational', 'unknown', 'operational']);
  const [, from, to] = flips;
  return { from: from?.at ?? 0, to: to?.at ?? 0, reason: from?.reason };
}

describe('time in which the prober was away', { timeout: 60_000 }, () => {
  it('suspended is unknown, and nothing is called down', async () => {
    const prober = await startProber(await order());
    await prober.becomes('operational');
    await sleep(1_500);
    const leftAt = Date.now();
    prober.child.kill('SIGSTOP');
    await sleep(awayMs);
    const backAt = Date.now();
    prober.child.kill('SIGCONT');
    const span = await blindSpan(prober.seen);
    expect(span.reason).toBe('probe: nobody looked');
    expect(span.from).toBeGreaterThan(leftAt - 1_500);
    expect(span.from).toBeLessThan(leftAt + 1_500);
    expect(span.to).toBeGreaterThanOrEqual(backAt);
    await sleep(2_000);
    expect(prober.seen()).toMatchObject({ incidents: 0, deliveries: 0 });
    expect(prober.seen().flips).toHaveLength(3);
  });

  it('stopped is unknown from the last look to the first', async () => {
    const same = await order();
    const first = await startProber(same);
    await first.becomes('operational');
    await sleep(1_500);
    await first.stop();
    const leftAt = Date.now();
    await sleep(awayMs);
    const backAt = Date.now();
    const second = await startProber(same);
    const span = await blindSpan(second.seen);
    expect(span.from).toBeLessThan(leftAt + 1_500);
    expect(span.to).toBeGreaterThanOrEqual(backAt);
    expect(second.seen()).toMatchObject({ incidents: 0, deliveries: 0 });
  });
});
