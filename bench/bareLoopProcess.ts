import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The peer: asks the same target as often and as evenly as the prober does, with nothing but `node:http`, no agent, and
 * the time of each phase. Tells its CPU time a request to its parent.
 */
async function ask(url: string): Promise<Record<string, number>> {
  const times: Record<string, number> = { start: performance.now() };
  const outgoing = request(url, { agent: false });
  outgoing.once('socket', (socket) => {
    socket.once('lookup', () => (times['lookup'] = performance.now()));
    socket.once('connect', () => (times['connect'] = performance.now()));
  });
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  times['firstByte'] = performance.now();
  for await (const chunk of response) times['bytes'] = (times['bytes'] ?? 0) + chunk.length;
  times['end'] = performance.now();
  return times;
}

const [url = '', perSecond = '50', seconds = '180'] = process.argv.slice(2);
const everyMs = 1_000 / Number(perSecond);
const startedAt = performance.now();
const before = process.cpuUsage();
let asked = 0;
const asking: Promise<unknown>[] = [];
while (performance.now() - startedAt < Number(seconds) * 1_000) {
  for (; asked * everyMs <= performance.now() - startedAt; asked += 1) asking.push(ask(url));
  if (asking.length > 500) await Promise.all(asking.splice(0));
  await sleep(Math.max(0, asked * everyMs - (performance.now() - startedAt)));
}
await Promise.all(asking);
const { user, system } = process.cpuUsage(before);
process.send?.({ asked, cpuMs: (user + system) / 1_000 });
process.disconnect?.();
