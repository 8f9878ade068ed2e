import { once } from 'node:events';
import { createServer } from 'node:net';
import { and, eq } from 'drizzle-orm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { listComponents } from '#db/components.ts';
import { listIncidents } from '#db/incidents.ts';
import { deliveries, events, flips, probes, results } from '#db/schema.ts';
import { createEgress, type Egress } from '#probes/egress.ts';
import { startScheduler } from '#probes/scheduler.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { loopback } from '../helpers/finding.ts';
import { startNameserver } from '../helpers/nameserver.ts';
import { applyComponents, console_, declared, policy } from '../helpers/platform.ts';
import { closedPort, startTcpTarget } from '../helpers/target.ts';

/** A port that somebody listens on, until the way to it is cut. */
async function openDoor() {
  const port = await startTcpTarget((socket) => socket.resume());
  return port;
}

type House = { name: string; port: number; dependsOn?: string[] };

/** Names that all lead to loopback, so that they count as hosts of the network. */
async function openPlatform(houses: readonly House[]) {
  const db = await openTestDatabase();
  const zone = Object.fromEntries(houses.map(({ name }) => [`${name}.example`, ['127.0.0.1']]));
  const nameserver = await startNameserver({ ...zone, 'anchor.example': ['127.0.0.1'] });
  const components = houses.map(({ name, port, dependsOn = [] }) => ({
    ...declared(name, name, dependsOn),
    probes: [
      {
        name: 'tcp',
        kind: 'tcp',
        config: { host: `${name}.example`, port },
        whenDown: 'major_outage' as const,
        intervalMs: 200,
        timeoutMs: 2_000,
        downAfter: 3,
        upAfter: 2,
      },
    ],
  }));
  await applyComponents(db, components, console_, Date.now());
  const egress = createEgress({ allow: loopback, resolvers: [nameserver.at] });
  return { db, egress };
}

function start(db: Database, { egress, anchors }: { egress: Egress; anchors: readonly string[] }) {
  const log = { error: () => {} };
  const scheduler = startScheduler({ db, policy: () => policy, log, egress, anchors: () => anchors });
  onTestFinished(scheduler.stop);
  return scheduler;
}

/** A listener whose port can be closed and opened again. */
async function switchedDoor() {
  const server = createServer((socket) => socket.on('error', () => {}).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  onTestFinished(() => void server.close());
  return {
    port,
    close: () => new Promise((done) => server.close(done)),
    open: async () => {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}

const states = async (db: Database) => new Set((await listComponents(db)).map((row) => row.state));
const becomes = (db: Database, ...wanted: string[]) =>
  vi.waitFor(async () => expect(await states(db)).toEqual(new Set(wanted)), { timeout: 10_000, interval: 20 });

/** Everything that would be said or shown of an outage. */
async function outcry(db: Database) {
  return {
    incidents: await db.orm.$count(events, eq(events.type, 'incident.opened')),
    deliveries: await db.orm.$count(deliveries),
    downs: await db.orm.$count(flips, eq(flips.to, 'major_outage')),
  };
}
const silence = { incidents: 0, deliveries: 0, downs: 0 };

describe('when everything fails together', () => {
  it('and no anchor answers, it is our own trouble: unknown, and not a word', async () => {
    const door = await switchedDoor();
    const { db, egress } = await openPlatform(['films', 'calls', 'jury'].map((name) => ({ name, port: door.port })));
    const anchors = [`anchor.example:${door.port}`, `127.0.0.1:${door.port}`, `127.0.0.2:${await closedPort()}`];
    const scheduler = start(db, { egress, anchors });
    await becomes(db, 'operational');
    expect(scheduler.impairment()).toBeNull();
    const cutAt = Date.now();
    await door.close();
    await becomes(db, 'unknown');
    expect(scheduler.impairment()).toMatchObject({ anchorsAnswering: 0, anchorsAsked: 3 });
    expect(scheduler.impairment()?.sinceAt).toBeGreaterThanOrEqual(cutAt);
    const blind = (await db.orm.select().from(results)).filter((row) => row.at >= cutAt && row.outcome !== 'ok');
    expect(blind.length).toBeGreaterThanOrEqual(9);
    const settledOnes = blind.filter((row) => row.outcome === 'unknown');
    expect(settledOnes[0]?.reason).toBe('probe: our own network was in trouble, the anchors did not answer either');
    expect(await outcry(db)).toEqual(silence);
    await door.open();
    await becomes(db, 'operational');
    expect(scheduler.impairment()).toBeNull();
    expect(await outcry(db)).toEqual(silence);
    expect(await listIncidents(db)).toEqual([]);
  });

  it('and one anchor alone answers, it still is', async () => {
    const door = await switchedDoor();
    const { db, egress } = await openPlatform(['films', 'calls'].map((name) => ({ name, port: door.port })));
    const anchors = [`127.0.0.1:${await openDoor()}`, `anchor.example:${door.port}`, `127.0.0.1:${door.port}`];
    const scheduler = start(db, { egress, anchors });
    await becomes(db, 'operational');
    await door.close();
    await becomes(db, 'unknown');
    expect(scheduler.impairment()).toMatchObject({ anchorsAnswering: 1 });
    expect(await outcry(db)).toEqual(silence);
    // As when the settings are changed: nobody is asked any more, and so nobody says that it is over.
    anchors.length = 0;
    await vi.waitFor(() => expect(scheduler.impairment()).toBeNull(), 5_000);
  });

  it('and the anchors answer, they are down', async () => {
    const door = await switchedDoor();
    const { db, egress } = await openPlatform(['films', 'calls', 'jury'].map((name) => ({ name, port: door.port })));
    const anchor = await openDoor();
    start(db, { egress, anchors: [`127.0.0.1:${anchor}`, `anchor.example:${anchor}`, `127.0.0.1:${door.port}`] });
    await becomes(db, 'operational');
    await door.close();
    await becomes(db, 'major_outage');
  });

  it('and there are no anchors, they are taken at their word', async () => {
    const door = await switchedDoor();
    const { db, egress } = await openPlatform(['films', 'calls'].map((name) => ({ name, port: door.port })));
    start(db, { egress, anchors: [] });
    await becomes(db, 'operational');
    await door.close();
    await becomes(db, 'major_outage');
  });
});

describe('when a third of the hosts die', () => {
  it('they are down within three looks, in one incident where they stand on the same', async () => {
    const door = await switchedDoor();
    const other = await openDoor();
    const dying = ['database', 'films', 'calls', 'jury'];
    const { db, egress } = await openPlatform([
      ...dying.map((name) => ({ name, port: door.port, dependsOn: name === 'database' ? [] : ['database'] })),
      ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => ({ name, port: other })),
    ]);
    start(db, { egress, anchors: [`127.0.0.1:${other}`, `anchor.example:${other}`] });
    await becomes(db, 'operational');
    await door.close();
    await vi.waitFor(async () => {
      const [incident] = await listIncidents(db, { open: true });
      expect(incident?.components).toHaveLength(4);
    }, 10_000);
    const [incident, ...others] = await listIncidents(db);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ title: 'database is not available' });
    for (const name of dying) {
      const rows = await db.orm
        .select()
        .from(results)
        .where(eq(results.probeId, `${name}/tcp`));
      const inOrder = rows.toSorted((a, b) => a.at - b.at);
      const fails = inOrder.slice(inOrder.findLastIndex((row) => row.outcome !== 'fail') + 1);
      const component = (await listComponents(db)).find((row) => row.slug === name);
      expect(component).toMatchObject({ state: 'major_outage', stateSinceAt: fails[0]?.at });
      const [flip] = await db.orm
        .select()
        .from(flips)
        .where(and(eq(flips.componentId, component?.id ?? ''), eq(flips.to, 'major_outage')));
      expect(fails.filter((row) => row.at <= (flip?.decidedAt ?? 0)).length).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('asking anchors', () => {
  it('keeps nobody waiting but the failures in question', async () => {
    const door = await switchedDoor();
    const other = await openDoor();
    const { db, egress } = await openPlatform([
      { name: 'films', port: door.port },
      { name: 'calls', port: door.port },
      { name: 'jury', port: other },
      { name: 'mail', port: other },
    ]);
    let asked = 0;
    const silent: typeof egress = {
      ...egress,
      // An anchor that never answers, as behind a blackhole.
      connect: (target, deadline) =>
        target.host === 'anchor.example'
          ? deadline.within('connect', () => {
              asked += 1;
              return new Promise<never>(() => {});
            })
          : egress.connect(target, deadline),
    };
    start(db, { egress: silent, anchors: ['anchor.example:1', 'anchor.example:2', 'anchor.example:3'] });
    await becomes(db, 'operational');
    await door.close();
    await vi.waitFor(() => expect(asked).toBeGreaterThan(0), 10_000);
    const before = await db.orm.$count(results, eq(results.probeId, 'jury/tcp'));
    await vi.waitFor(
      async () => expect(await db.orm.$count(results, eq(results.probeId, 'jury/tcp'))).toBeGreaterThan(before + 2),
      { timeout: 1_500, interval: 50 },
    );
    expect(await db.orm.$count(flips, eq(flips.to, 'major_outage'))).toBe(0);
  });
});

it('asks nobody about a single host that fails while others answer', async () => {
  const door = await switchedDoor();
  const other = await openDoor();
  const { db, egress } = await openPlatform([
    { name: 'films', port: door.port },
    { name: 'jury', port: other },
    { name: 'mail', port: other },
  ]);
  start(db, { egress, anchors: [`127.0.0.1:${await closedPort()}`] });
  await becomes(db, 'operational');
  await door.close();
  await becomes(db, 'operational', 'major_outage');
  expect((await db.orm.select().from(probes)).filter((row) => row.standing.state === 'down')).toHaveLength(1);
});
