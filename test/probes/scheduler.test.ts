import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { type DeclaredComponent, listComponents } from '#db/components.ts';
import type { IncidentPolicy } from '#db/flips.ts';
import { listIncidents } from '#db/incidents.ts';
import { recordPing } from '#db/pings.ts';
import { absences, flips, presence, probes, results, sights } from '#db/schema.ts';
import { createEgress } from '#probes/egress.ts';
import { type Scheduler, type SchedulerOptions, startScheduler } from '#probes/scheduler.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { loopback } from '../helpers/finding.ts';
import { declareListening } from '../helpers/listening.ts';
import { startNameserver } from '../helpers/nameserver.ts';
import { openPlaces, sightings } from '../helpers/places.ts';
import { applyComponents } from '../helpers/platform.ts';
import { closedPort, startHttpTarget, startTcpTarget } from '../helpers/target.ts';

const policy: IncidentPolicy = { openIncidents: 'publish', onRecovery: 'resolve', nextUpdateMinutes: null };
const dayMs = 86_400_000;

type Look = { config: unknown; kind?: string; intervalMs?: number; timeoutMs?: number; dependsOn?: string[] };

function declared(slug: string, look: Look): DeclaredComponent {
  const { kind = 'http', config, intervalMs = dayMs, timeoutMs = 5_000, dependsOn = [] } = look;
  const probe = {
    name: kind,
    kind,
    config,
    intervalMs,
    timeoutMs,
    whenDown: 'major_outage',
    downAfter: 3,
    upAfter: 2,
  } as const;
  return { slug, name: slug, description: null, group: null, dependsOn, probes: [probe] };
}

/** Components whose probes are all due now. */
async function openPlatform(db: Database, components: DeclaredComponent[]): Promise<void> {
  await applyComponents(db, components, { kind: 'console', name: 'test' }, Date.now());
  await db.orm.update(probes).set({ nextDueAt: Date.now() });
}

type Trouble = { detail: object; sentence: string };

function start(db: Database, options: Partial<SchedulerOptions> = {}): Scheduler & { troubles: Trouble[] } {
  const troubles: Trouble[] = [];
  const log = { error: (detail: object, sentence: string) => void troubles.push({ detail, sentence }) };
  const scheduler = startScheduler({
    db,
    egress: createEgress({ allow: loopback }),
    policy: () => policy,
    log,
    ...options,
  });
  onTestFinished(scheduler.stop);
  return { ...scheduler, troubles };
}

const stored = (db: Database) => db.orm.select().from(results);

/** Waits until so many results are stored, and returns them. */
const storedAtLeast = (db: Database, count: number) =>
  vi.waitFor(
    async () => {
      const rows = await stored(db);
      expect(rows.length).toBeGreaterThanOrEqual(count);
      return rows;
    },
    { timeout: 10_000, interval: 20 },
  );

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const slugs = (count: number) => Array.from({ length: count }, (_, i) => `film-${i}`);

/** A target that answers after a while, and knows how many it served at once. */
async function startSlowTarget(afterMs: number) {
  const seen = { now: 0, most: 0 };
  const url = await startHttpTarget((_, response) => {
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    setTimeout(() => {
      seen.now -= 1;
      response.end();
    }, afterMs);
  });
  return { url, seen };
}

describe('a scheduler', () => {
  it('looks at what is due, once, and stores what it found', async () => {
    const db = await openTestDatabase();
    const url = await startHttpTarget((_, response) => response.end());
    const config = { host: '127.0.0.1', port: await closedPort() };
    await openPlatform(db, [declared('page', { config: { url } }), declared('store', { kind: 'tcp', config })]);
    const before = Date.now();
    const scheduler = start(db);
    const rows = await storedAtLeast(db, 2);
    expect(rows.toSorted((a, b) => (a.probeId < b.probeId ? -1 : 1))).toMatchObject([
      { probeId: 'page/http', outcome: 'ok', reason: null },
      { probeId: 'store/tcp', outcome: 'fail', latencyMs: null, reason: 'connect: connection refused' },
    ]);
    expect(rows.every(({ at }) => at >= before)).toBe(true);
    await vi.waitFor(() => expect(scheduler.lastTickAt()).toBeGreaterThanOrEqual(before + 500), { timeout: 5_000 });
    expect(await stored(db)).toHaveLength(2);
  });

  it('looks again at every interval', async () => {
    const db = await openTestDatabase();
    const url = await startHttpTarget((_, response) => response.end());
    await openPlatform(db, [declared('page', { config: { url }, intervalMs: 100 })]);
    start(db);
    const ats = (await storedAtLeast(db, 5)).map(({ at }) => at);
    expect(new Set(ats.map((at) => Math.floor((at - (ats[0] ?? 0)) / 50))).size).toBe(ats.length);
  });

  it('opens an incident when a target breaks, and resolves it when it is back', async () => {
    const db = await openTestDatabase();
    let status = 500;
    const url = await startHttpTarget((_, response) => response.writeHead(status).end());
    await openPlatform(db, [declared('page', { config: { url }, intervalMs: 50 })]);
    start(db);
    await vi.waitFor(async () => expect(await listIncidents(db, { open: true })).toHaveLength(1), { timeout: 10_000 });
    expect(await listComponents(db)).toMatchObject([{ slug: 'page', state: 'major_outage' }]);
    status = 200;
    await vi.waitFor(async () => expect(await listIncidents(db, { open: true })).toEqual([]), { timeout: 10_000 });
    expect(await listComponents(db)).toMatchObject([{ slug: 'page', state: 'operational' }]);
  });

  it('follows the policy of the moment', async () => {
    const db = await openTestDatabase();
    const config = { host: '127.0.0.1', port: await closedPort() };
    const broken = (slug: string) => declared(slug, { kind: 'tcp', config, intervalMs: 50 });
    let openIncidents: IncidentPolicy['openIncidents'] = 'off';
    await openPlatform(db, [broken('first')]);
    start(db, { policy: () => ({ ...policy, openIncidents }) });
    const isHandled = async (count: number) => {
      const rows = await db.orm.select().from(flips);
      expect(rows.filter(({ handledAt }) => handledAt !== null)).toHaveLength(count);
    };
    await vi.waitFor(() => isHandled(1), { timeout: 10_000 });
    openIncidents = 'publish';
    await openPlatform(db, [broken('first'), broken('second')]);
    await vi.waitFor(() => isHandled(2), { timeout: 10_000 });
    expect(await listIncidents(db)).toMatchObject([{ components: [{ state: 'major_outage' }] }]);
  });

  it('looks at once at what a failing component stands on', async () => {
    const db = await openTestDatabase();
    let status = 200;
    const url = await startHttpTarget((_, response) => response.writeHead(status).end());
    await openPlatform(db, [
      declared('page', { config: { url }, intervalMs: 100, dependsOn: ['store'] }),
      declared('store', { config: { url } }),
    ]);
    start(db);
    const looksAtStore = async () => (await stored(db)).filter(({ probeId }) => probeId === 'store/http');
    await vi.waitFor(async () => expect(await looksAtStore()).toHaveLength(1), { timeout: 5_000 });
    status = 500;
    await vi.waitFor(async () => expect((await looksAtStore()).length).toBeGreaterThan(1), { timeout: 5_000 });
    expect((await looksAtStore()).at(-1)).toMatchObject({ outcome: 'fail' });
  });

  it('never has more looks on their way than told, and comes to all of them', async () => {
    const db = await openTestDatabase();
    const { url, seen } = await startSlowTarget(30);
    await openPlatform(
      db,
      slugs(20).map((slug) => declared(slug, { config: { url } })),
    );
    start(db, { concurrency: 3 });
    const rows = await storedAtLeast(db, 20);
    expect(new Set(rows.map(({ probeId }) => probeId)).size).toBe(20);
    expect(rows.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(seen.most).toBeLessThanOrEqual(3);
    expect(seen.most).toBeGreaterThan(1);
  });

  it('does not look twice at the same time with one probe', async () => {
    const db = await openTestDatabase();
    const { url, seen } = await startSlowTarget(300);
    await openPlatform(db, [declared('page', { config: { url }, intervalMs: 50 })]);
    start(db);
    await storedAtLeast(db, 2);
    expect(seen.most).toBe(1);
  });

  it('stores many results in few batches', async () => {
    const db = await openTestDatabase();
    const url = await startHttpTarget((_, response) => response.end());
    await openPlatform(
      db,
      slugs(60).map((slug) => declared(slug, { config: { url } })),
    );
    let batches = 0;
    const counting: Database = {
      ...db,
      change(decide) {
        batches += 1;
        return db.change(decide);
      },
    };
    start(counting);
    await storedAtLeast(db, 60);
    expect(batches).toBeLessThan(20);
  });

  it('keeps one slow target from holding up the others', async () => {
    const db = await openTestDatabase();
    const url = await startHttpTarget((_, response) => response.end());
    const silent = await startTcpTarget(() => {});
    await openPlatform(db, [
      declared('silent', { config: { url: `http://127.0.0.1:${silent}/` }, timeoutMs: 1_500 }),
      ...slugs(5).map((slug) => declared(slug, { config: { url } })),
    ]);
    start(db);
    const rows = await storedAtLeast(db, 6);
    expect(rows.map(({ probeId }) => probeId).at(-1)).toBe('silent/http');
  });
});

describe('a database in trouble', () => {
  it('while results are stored loses none of them, and fails no target', async () => {
    const db = await openTestDatabase();
    const url = await startHttpTarget((_, response) => response.end());
    await openPlatform(
      db,
      slugs(3).map((slug) => declared(slug, { config: { url } })),
    );
    const { $client } = db.orm as unknown as { $client: { execute(sql: string): Promise<unknown> } };
    await db.orm.update(probes).set({ nextDueAt: Date.now() + 1_000 });
    const { troubles, lastTickAt } = start(db);
    const startedAt = lastTickAt();
    await vi.waitFor(() => expect(lastTickAt()).toBeGreaterThan(startedAt));
    await $client.execute('alter table result rename to result_away');
    await vi.waitFor(() => expect(troubles.map(({ sentence }) => sentence)).toContain('results could not be stored'), {
      timeout: 5_000,
    });
    await $client.execute('alter table result_away rename to result');
    const rows = await storedAtLeast(db, 3);
    expect(rows.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  });

  it('while probes are claimed stops nothing for good', async () => {
    const db = await openTestDatabase();
    const url = await startHttpTarget((_, response) => response.end());
    await openPlatform(db, [declared('page', { config: { url } })]);
    const { $client } = db.orm as unknown as { $client: { execute(sql: string): Promise<unknown> } };
    await $client.execute('alter table probe rename to probe_away');
    const scheduler = start(db);
    const tickAt = scheduler.lastTickAt();
    await vi.waitFor(
      () => expect(scheduler.troubles.map(({ sentence }) => sentence)).toContain('due probes could not be claimed'),
      { timeout: 5_000 },
    );
    expect(scheduler.lastTickAt()).toBe(tickAt);
    await $client.execute('alter table probe_away rename to probe');
    expect(await storedAtLeast(db, 1)).toMatchObject([{ outcome: 'ok' }]);
    expect(scheduler.lastTickAt()).toBeGreaterThan(tickAt);
  });
});

describe('a process that stood still', () => {
  it('says unknown of the looks that were on their way, and looks again', async () => {
    const db = await openTestDatabase();
    const reached = Promise.withResolvers<void>();
    const port = await startTcpTarget(() => reached.resolve());
    const config = { host: '127.0.0.1', port, expect: 'never' };
    await openPlatform(db, [declared('store', { kind: 'tcp', config, timeoutMs: 800 })]);
    start(db);
    await reached.promise;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
    const [row] = await storedAtLeast(db, 1);
    expect(row).toMatchObject({
      outcome: 'unknown',
      latencyMs: null,
      reason: expect.stringMatching(/^probe: this process stood still for \d+ ms$/),
    });
    await db.orm.update(probes).set({ nextDueAt: Date.now() });
    const [, next] = await storedAtLeast(db, 2);
    expect(next).toMatchObject({ outcome: 'fail', reason: expect.stringMatching(/^timeout: /) });
  });
});

describe('a clock that is set', () => {
  /** Looks four times a second at one target, while the clock is set. */
  async function watch(steppedMs: number) {
    const db = await openTestDatabase();
    let status = 200;
    const url = await startHttpTarget((_, response) => response.writeHead(status).end());
    await openPlatform(
      db,
      slugs(4).map((slug) => declared(slug, { config: { url }, intervalMs: 1_000 })),
    );
    let shiftMs = 0;
    const looks = async () => (await stored(db)).toSorted((a, b) => a.id - b.id);
    const { troubles } = start(db, { now: () => Date.now() + shiftMs });
    await storedAtLeast(db, 8);
    shiftMs = steppedMs;
    const steppedAt = performance.now();
    const before = (await looks()).length;
    const answer = (next: number) => {
      status = next;
    };
    return { db, troubles, looks, steppedAt, before, answer };
  }

  it.each([3_600_000, -3_600_000])('by %d ms makes no burst of looks and no flip', async (steppedMs) => {
    const { db, troubles, looks, steppedAt, before } = await watch(steppedMs);
    await vi.waitFor(async () => expect((await looks()).length).toBeGreaterThanOrEqual(before + 12), 10_000);
    const seconds = (performance.now() - steppedAt) / 1_000;
    const after = (await looks()).slice(before);
    for (const [probeId, rows] of Map.groupBy(after, (row) => row.probeId))
      expect(rows.length, probeId).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    expect(after.every((row) => row.outcome === 'ok')).toBe(true);
    expect(await db.orm.$count(flips)).toBe(4);
    expect(troubles.map(({ sentence }) => sentence)).toEqual(['the clock of this machine was set']);
  });

  it.each([3_600_000, -3_600_000])('by %d ms mixes up no order', async (steppedMs) => {
    const { db, answer } = await watch(steppedMs);
    const states = async () => new Set((await listComponents(db)).map((row) => row.state));
    answer(500);
    await vi.waitFor(async () => expect(await states()).toEqual(new Set(['major_outage'])), 10_000);
    answer(200);
    await vi.waitFor(async () => expect(await states()).toEqual(new Set(['operational'])), 10_000);
    await vi.waitFor(async () => expect(await listIncidents(db, { open: true })).toEqual([]), 5_000);
    for (const [, rows] of Map.groupBy(
      await db.orm.select().from(flips).orderBy(flips.seq),
      (row) => row.componentId,
    )) {
      expect(rows.map((row) => row.to)).toEqual(['operational', 'major_outage', 'operational']);
      expect(rows.map((row) => row.at)).toEqual(rows.map((row) => row.at).toSorted((a, b) => a - b));
    }
  });
});

describe('a location that falls silent', () => {
  it('is unknown once its patience has passed, counted from the start of the server', async () => {
    const db = await openTestDatabase();
    const longAgo = Date.now() - dayMs;
    await openPlaces(db, { locations: ['lisbon'] }, longAgo);
    await sightings(db, longAgo, { lisbon: 'ok' });
    const state = async () => (await listComponents(db))[0]?.state;
    const scheduler = start(db);
    const startedAt = Date.now();
    await vi.waitFor(() => expect(scheduler.lastTickAt()).toBeGreaterThan(startedAt + 2_000), { timeout: 10_000 });
    expect(await state()).toBe('operational');
    const [sight] = await db.orm.select().from(sights);
    expect(sight?.silentAt).toBeGreaterThanOrEqual(startedAt + 120_000);
    await db.orm.update(sights).set({ silentAt: Date.now() });
    await vi.waitFor(async () => expect(await state()).toBe('unknown'), { timeout: 10_000 });
    expect(await listIncidents(db)).toEqual([]);
  });
});

describe('a stop', () => {
  it('waits for the looks on their way and stores them, and claims no more', async () => {
    const db = await openTestDatabase();
    const { url, seen } = await startSlowTarget(400);
    await openPlatform(db, [declared('page', { config: { url } })]);
    const scheduler = start(db);
    await vi.waitFor(() => expect(seen.now).toBe(1));
    await scheduler.stop();
    expect(await stored(db)).toMatchObject([{ outcome: 'ok' }]);
    await db.orm.update(probes).set({ nextDueAt: Date.now() });
    await pause(200);
    expect(seen.now).toBe(0);
    expect(await stored(db)).toHaveLength(1);
  });

  it('leaves a look that takes too long, and says nothing about its target', async () => {
    const db = await openTestDatabase();
    const reached = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const port = await startTcpTarget((socket) => {
      reached.resolve();
      socket.on('close', () => closed.resolve());
    });
    const config = { host: '127.0.0.1', port, expect: 'never' };
    await openPlatform(db, [declared('store', { kind: 'tcp', config, timeoutMs: 60_000 })]);
    const scheduler = start(db);
    await reached.promise;
    await scheduler.stop();
    await closed.promise;
    expect(await stored(db)).toEqual([]);
  });
});

it('has fifty others done while one waits for a resolver that is dead', async () => {
  const db = await openTestDatabase();
  const url = new URL(await startHttpTarget((_, response) => response.end('fine')));
  const { at } = await startNameserver({ 'film.test': ['127.0.0.1'] });
  const { port: resolverPort } = await startNameserver({ 'dead.test': 'silent' });
  const config = { url: `http://film.test:${url.port}/`, contains: 'fine' };
  const dead = { host: 'dead.test', resolver: '127.0.0.1', resolverPort };
  await openPlatform(db, [
    declared('dead', { kind: 'dns', config: dead }),
    ...Array.from({ length: 50 }, (_, i) => declared(`film-${i}`, { config })),
  ]);
  start(db, { egress: createEgress({ allow: loopback, resolvers: [at] }) });
  const rows = await storedAtLeast(db, 50);
  expect(rows.map(({ probeId }) => probeId)).not.toContain('dead/dns');
  expect(rows.map(({ outcome }) => outcome)).toEqual(Array(50).fill('ok'));
  const all = await storedAtLeast(db, 51);
  expect(all.find(({ probeId }) => probeId === 'dead/dns')).toMatchObject({
    outcome: 'fail',
    reason: 'dns: the resolver did not answer',
  });
});

it('stores no reason that says what came from the environment', async () => {
  const db = await openTestDatabase();
  const url = await startHttpTarget((_, response) => response.end('closed'));
  await openPlatform(db, [declared('film', { config: { url, contains: 'sesame-4711' } })]);
  start(db, { secrets: () => ['sesame-4711'] });
  const [row] = await storedAtLeast(db, 1);
  expect(row).toMatchObject({ outcome: 'fail', reason: 'body: "[hidden]" is not in the body' });
});

describe('a scheduler of probes that listen', () => {
  it('judges pings as they come, and opens the incident of a failure', async () => {
    const db = await openTestDatabase();
    const id = await declareListening(db, 'heartbeat', { interval: '1d', grace: '1h' });
    const { troubles } = start(db);
    const success = { signal: 'success', exitCode: null, runId: null, body: null, isCut: false, runMs: null } as const;
    await recordPing(db, id, success, Date.now());
    const [heard] = await storedAtLeast(db, 1);
    expect(heard).toMatchObject({ probeId: id, outcome: 'ok' });
    await recordPing(db, id, { ...success, signal: 'fail', exitCode: 2 }, Date.now());
    await storedAtLeast(db, 2);
    await vi.waitFor(async () => expect(await listIncidents(db, { open: true })).toHaveLength(1), { timeout: 5_000 });
    expect(troubles).toEqual([]);
  });

  it('notes that it is here, and until when', async () => {
    const db = await openTestDatabase();
    const scheduler = start(db);
    await vi.waitFor(async () => expect(await db.orm.select().from(presence)).toHaveLength(1));
    const stoppedAt = Date.now();
    await scheduler.stop();
    const [row] = await db.orm.select().from(presence);
    expect(row?.seenAt).toBeGreaterThanOrEqual(stoppedAt);
    start(db);
    await vi.waitFor(async () => expect(await db.orm.select().from(absences)).toHaveLength(1));
  });
});
