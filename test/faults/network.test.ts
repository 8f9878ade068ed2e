import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNameserver } from '../helpers/nameserver.ts';
import { type Netns, openNetns, whyNoNetns } from '../helpers/netns.ts';
import { makeProberDir, startProber, tcpComponent } from '../helpers/prober.ts';
import { startTcpTarget } from '../helpers/target.ts';
import { waitUntil } from '../helpers/wait.ts';

const reason = whyNoNetns();
if (reason !== null) console.warn(`The network is not cut here: ${reason}`);

/** A target that can be ended for good. */
async function startMortal(host: string) {
  const server = createServer((socket) => socket.on('error', () => {}).end());
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as { port: number }).port, end: () => void server.close() };
}

/** Two hosts to look at and three anchors, all of them beyond the link. */
async function openWorld(net: Netns, names = false) {
  const [first, second, third] = net.here;
  await startNameserver(
    { 'films.example': [first], 'calls.example': [second], 'anchor.example': [third] },
    { host: first, port: 53 },
  );
  const mortals = [await startMortal(first), await startMortal(second)] as const;
  const hosts = names ? ['films.example', 'calls.example'] : [first, second];
  const components = mortals.map(({ port }, i) => tcpComponent(`service-${i}`, hosts[i] ?? '', port, 1_000));
  const anchors = await Promise.all(
    [first, third, third].map(async (host, i) => {
      const port = await startTcpTarget((socket) => socket.end(), host);
      return `${i === 2 ? 'anchor.example' : host}:${port}`;
    }),
  );
  const order = { dir: await makeProberDir(), components, anchors, allow: [`${first}/24`] };
  return { order, mortals };
}

describe.skipIf(reason !== null)('the network of the prober', { timeout: 90_000 }, () => {
  it.each(['here', 'there'] as const)(
    'cut %s makes everything unknown, and says nothing when it is cut or joined',
    async (end) => {
      const net = openNetns();
      const { order, mortals } = await openWorld(net);
      const prober = await startProber(order, net.within);
      await prober.becomes('operational');

      net.cut(end);
      const blind = await prober.becomes('unknown');
      await waitUntil('staff can see it', () => prober.seen().isImpaired);
      expect(blind.blindResults[0]?.reason).toMatch(/^probe: /);
      net.join(end);
      if (end === 'there') net.ip('neigh', 'flush', 'all');
      await prober.becomes('operational');
      await waitUntil('staff can see that it is over', () => !prober.seen().isImpaired);
      await sleep(3_000);
      expect(prober.seen()).toMatchObject({ incidents: 0, deliveries: 0, isImpaired: false });
      expect(new Set(prober.seen().flips.map((flip) => flip.to))).toEqual(new Set(['operational', 'unknown']));

      // What dies while the network works is told.
      for (const mortal of mortals) mortal.end();
      await prober.becomes('major_outage');
      await waitUntil('the subscriber is told', () => prober.seen().deliveries > 0);
    },
  );

  it('without its name server makes everything unknown, and says nothing', async () => {
    const net = openNetns();
    const { order } = await openWorld(net, true);
    const prober = await startProber(order, net.within);
    await prober.becomes('operational');
    net.useNameserver(net.blackhole);
    const blind = await prober.becomes('unknown');
    expect(blind.blindResults[0]?.reason).toMatch(/^probe: the resolver of this machine does not work/);
    net.useNameserver(net.here[0]);
    await prober.becomes('operational');
    await sleep(2_000);
    expect(prober.seen()).toMatchObject({ incidents: 0, deliveries: 0 });
    expect(prober.seen().flips.map((flip) => flip.to)).not.toContain('major_outage');
  });
});
