import { asc, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Signal } from '#core/hearing.ts';
import { absencesSince } from '#db/absences.ts';
import type { Database } from '#db/client.ts';
import { listComponents } from '#db/components.ts';
import { handleFlips } from '#db/flips.ts';
import { listIncidents } from '#db/incidents.ts';
import { recordPing } from '#db/pings.ts';
import { claimDueProbes, findProbe } from '#db/probes.ts';
import { pings, presence, probes, results } from '#db/schema.ts';
import { createListener, type Listener } from '#probes/listener.ts';
import type { Pulse } from '#probes/pulse.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { componentOf, declareListening, listeningProbe } from '../helpers/listening.ts';
import { applyComponents, console_, noon, policy } from '../helpers/platform.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A house with one heartbeat each day at two, an hour of grace, and a clock that tests turn. */
async function openHouse(settings: Record<string, unknown> = { cron: '0 2 * * *', grace: '1h' }, kind = 'heartbeat') {
  const db = await openTestDatabase();
  const clock = { now: noon };
  const id = await declareListening(db, kind, settings, clock.now);
  /** When the process last stood still, on the clock of `performance.now()`. */
  const still = { endedAt: Number.NEGATIVE_INFINITY };
  const pulse: Pulse = { stillSinceMs: (startedAt) => (still.endedAt >= startedAt ? 4_000 : 0), stop: () => {} };
  let listener: Listener;

  /** Begins as a start of the process does. */
  function begin() {
    listener = createListener({ db, now: () => clock.now, pulse });
  }
  begin();

  /** Does what is due, as the scheduler does. */
  async function work() {
    await listener.notePresence();
    for (const probe of await claimDueProbes(db, clock.now, 10)) await listener.hear(probe);
    await handleFlips(db, policy, clock.now);
  }

  /** Lets the time pass, with somebody here all the while. */
  async function pass(ms: number) {
    const end = clock.now + ms;
    while (clock.now < end) {
      const probe = await findProbe(db, id);
      const step = Math.min(end, Math.max(clock.now + 1, probe?.nextDueAt ?? end));
      await db.orm.update(presence).set({ seenAt: step });
      clock.now = step;
      await work();
    }
  }

  /** Stops for a while, and starts again. */
  async function restart(awayMs: number) {
    await listener.leave();
    clock.now += awayMs;
    begin();
    await applyComponents(db, [componentOf('jobs', [listeningProbe(kind, settings)])], console_, clock.now);
    await work();
  }

  async function ping(signal: Signal = 'success', more: { body?: string; runId?: string; exitCode?: number } = {}) {
    const { body, runId = null, exitCode = null } = more;
    const kept = body === undefined ? null : Buffer.from(body);
    await recordPing(db, id, { signal, exitCode, runId, body: kept, isCut: false, runMs: null }, clock.now);
  }

  const found = async () =>
    (await db.orm.select().from(results).orderBy(asc(results.at))).map(({ at, outcome }) => [outcome, at]);
  const state = async () => (await listComponents(db))[0]?.state;
  const hearing = async () => (await findProbe(db, id))?.hearing;
  return { db, clock, still, pulse, id, work, pass, restart, ping, found, state, hearing };
}

const twoOnTheNextDay = Date.UTC(2026, 10, 2, 2);

describe('a listening probe', () => {
  it('is unknown until its job speaks, and up from then on', async () => {
    const { work, pass, ping, state, found, clock } = await openHouse();
    await pass(3 * day);
    expect([await state(), await found()]).toEqual(['unknown', []]);
    await ping();
    await work();
    expect([await state(), await found()]).toEqual(['operational', [['ok', clock.now]]]);
  });

  it('makes one incident of one late job, dated to its deadline, and ends it with the next good word', async () => {
    const { db, work, pass, ping, state, clock } = await openHouse();
    await ping();
    await work();
    await pass(twoOnTheNextDay + hour - 1 - clock.now);
    expect(await state()).toBe('operational');
    await pass(1);
    expect(await state()).toBe('major_outage');
    await pass(3 * day);
    const incidents = await listIncidents(db, {});
    expect(incidents).toHaveLength(1);
    expect(incidents[0]?.startedAt).toBe(twoOnTheNextDay + hour);
    await ping();
    await work();
    expect(await state()).toBe('operational');
    expect((await listIncidents(db, { open: true })).length).toBe(0);
  });

  it('turns down on one failure and up on one success, each of them told', async () => {
    const { work, ping, state, found, clock } = await openHouse();
    await ping('success');
    await ping('fail', { exitCode: 1 });
    await work();
    expect(await state()).toBe('major_outage');
    await ping('success');
    await work();
    expect(await state()).toBe('operational');
    expect(await found()).toEqual([
      ['ok', clock.now],
      ['fail', clock.now + 1],
      ['ok', clock.now + 2],
    ]);
  });

  it('told to wait for two misses turns down on the second, dated to the first', async () => {
    const { db, work, ping, pass, state, clock, id } = await openHouse();
    await db.orm.update(probes).set({ downAfter: 2 }).where(eq(probes.id, id));
    await ping();
    await work();
    await pass(twoOnTheNextDay + hour - clock.now);
    expect(await state()).toBe('operational');
    await pass(day);
    expect(await state()).toBe('major_outage');
    expect((await listIncidents(db, {}))[0]?.startedAt).toBe(twoOnTheNextDay + hour);
  });

  it('keeps the time that a run took', async () => {
    const { db, work, ping, clock } = await openHouse();
    const runId = '0f8fad5b-d9cb-469f-a165-70867728950e';
    await ping('start', { runId });
    clock.now += 4_000;
    await ping('start');
    clock.now += 1_000;
    await ping('success', { runId });
    await work();
    const rows = await db.orm.select().from(pings).orderBy(asc(pings.id));
    expect(rows.map(({ runMs }) => runMs)).toEqual([null, null, 5_000]);
  });

  it('hears every ping of a crowd before it judges the silence after them', async () => {
    const { work, ping, clock, found } = await openHouse({ interval: '1m', grace: '1m' });
    await ping();
    await work();
    clock.now += 2 * minute + 1;
    for (let i = 0; i < 24; i++) await ping('log');
    await ping();
    for (let i = 0; i < 5; i++) await work();
    expect((await found()).map(([outcome]) => outcome)).toEqual(['ok', 'ok']);
  });

  it('keeps the newest hundred pings, and none that is not judged is lost', async () => {
    const { db, work, ping, clock } = await openHouse();
    for (let i = 0; i < 120; i++) {
      clock.now += 1_000;
      await ping(i === 0 ? 'fail' : 'log');
    }
    expect(await db.orm.select().from(pings)).toHaveLength(120);
    for (let i = 0; i < 13; i++) await work();
    await ping('log');
    await work();
    const rows = await db.orm.select().from(pings).orderBy(asc(pings.id));
    expect(rows).toHaveLength(100);
    expect(rows.at(-1)?.id).toBe(121);
  });

  it('hears a ping that comes in the millisecond of its deadline', async () => {
    const { work, ping, pass, state, clock } = await openHouse();
    await ping();
    await work();
    await pass(twoOnTheNextDay + hour - clock.now);
    expect(await state()).toBe('major_outage');
    await ping();
    await work();
    expect(await state()).toBe('operational');
  });

  it('that is judged twice, by two processes or after a crash, tells everything once', async () => {
    const { db, work, ping, found, id, clock } = await openHouse();
    await ping('fail');
    const before = await findProbe(db, id);
    await work();
    const after = await findProbe(db, id);
    // As if the process had died between the results and the settlement.
    await db.orm.update(probes).set({ hearing: before?.hearing ?? null, nextDueAt: clock.now });
    await work();
    expect(await found()).toEqual([['fail', clock.now]]);
    expect((await findProbe(db, id))?.hearing).toEqual(after?.hearing);
    expect(await listIncidents(db, {})).toHaveLength(1);
  });

  it('is due at once when a ping comes while it is being judged', async () => {
    const { db, ping, id, clock, pulse, work } = await openHouse();
    await ping();
    const [claimed] = await claimDueProbes(db, clock.now, 10);
    if (!claimed) throw new Error('nothing was due');
    const interrupted: Database['change'] = async (decide) => {
      await ping('fail');
      return db.change(decide);
    };
    const racing = createListener({
      db: { ...db, change: interrupted },
      now: () => clock.now,
      pulse,
    });
    await racing.hear(claimed);
    expect((await findProbe(db, id))?.nextDueAt).toBe(clock.now);
    await work();
    expect((await db.orm.select().from(results)).some(({ outcome }) => outcome === 'fail')).toBe(true);
  });

  it('whose settings can no longer be read is unknown, and hears what waited once they can', async () => {
    const { db, work, ping, state, id, clock } = await openHouse();
    await ping();
    await work();
    await db.orm.update(probes).set({ config: {} }).where(eq(probes.id, id));
    clock.now += 1_000;
    await ping('fail');
    await work();
    expect(await state()).toBe('unknown');
    await declareListening(db, 'heartbeat', { cron: '0 2 * * *', grace: '1h' }, clock.now);
    clock.now += 1;
    await work();
    expect(await state()).toBe('major_outage');
  });

  it('begins anew when it comes back from retirement', async () => {
    const { db, ping, work, clock, found, hearing } = await openHouse();
    await ping('fail');
    await work();
    await applyComponents(db, [componentOf('other', [])], console_, clock.now);
    clock.now += 30 * day;
    await declareListening(db, 'heartbeat', { cron: '0 2 * * *', grace: '1h' }, clock.now);
    await work();
    expect(await hearing()).toMatchObject({ anchorAt: null, isFailing: false, pingId: 1 });
    expect(await found()).toHaveLength(1);
  });
});

describe('after the server was away', () => {
  it('pings that waited in the database are heard before anything is called late', async () => {
    const { work, ping, restart, pass, found, state, clock } = await openHouse();
    await ping();
    await work();
    await pass(twoOnTheNextDay + 30 * minute - clock.now);
    // The ping is stored, and the process dies before it is judged.
    await ping();
    await restart(5 * hour);
    await pass(minute);
    expect((await found()).map(([outcome]) => outcome)).toEqual(['ok', 'ok']);
    expect(await state()).toBe('operational');
  });

  it('a ping that may have come meanwhile makes it unknown until its next due time, and no incident', async () => {
    const { db, work, ping, restart, pass, found, state, clock } = await openHouse();
    await ping();
    await work();
    await pass(twoOnTheNextDay - minute - clock.now);
    await restart(3 * hour);
    await pass(10 * minute);
    expect(await state()).toBe('unknown');
    expect((await found()).at(-1)).toEqual(['unknown', twoOnTheNextDay + hour]);
    expect(await listIncidents(db, {})).toEqual([]);
    await pass(day);
    expect(await state()).toBe('major_outage');
    expect((await found()).at(-1)).toEqual(['fail', twoOnTheNextDay + day + hour]);
  });

  it('what was late before the stop stays late', async () => {
    const { db, work, ping, restart, pass, state, clock } = await openHouse();
    await ping();
    await work();
    await pass(twoOnTheNextDay + 2 * hour - clock.now);
    await restart(6 * hour);
    await pass(hour);
    expect(await state()).toBe('major_outage');
    expect(await listIncidents(db, {})).toHaveLength(1);
  });

  it('nothing is newly called late within five minutes', async () => {
    const { work, ping, restart, pass, state, found, clock } = await openHouse({ cron: '0 2 * * *', grace: '2m' });
    await ping();
    await work();
    await pass(twoOnTheNextDay - 10 * minute - clock.now);
    // Back a minute before the job is due: its ping cannot have been lost, but may take a while to find us again.
    await restart(9 * minute);
    await pass(5 * minute - 1);
    expect(await state()).toBe('operational');
    await pass(1);
    expect(await state()).toBe('major_outage');
    expect((await found()).at(-1)).toEqual(['fail', twoOnTheNextDay + 2 * minute]);
  });

  it('a restart every night does not hide a dead job', async () => {
    const { work, ping, restart, pass, state, clock } = await openHouse();
    await ping();
    await work();
    for (let night = 0; night < 2; night++) {
      await pass(twoOnTheNextDay + night * day + 30 * minute - clock.now);
      await restart(minute);
    }
    await pass(hour);
    expect(await state()).toBe('major_outage');
  });

  it('suspended counts as away, and nobody has to notice it but the clock', async () => {
    const { db, work, ping, pass, state, clock } = await openHouse();
    await ping();
    await work();
    await pass(twoOnTheNextDay - minute - clock.now);
    clock.now += 4 * hour;
    await work();
    expect(await state()).toBe('unknown');
    expect((await absencesSince(db, 0)).at(-1)).toEqual({ fromAt: clock.now - 4 * hour, toAt: clock.now });
  });

  it('a short standstill lets the words that waited in the socket come first', async () => {
    const { work, ping, pass, state, clock, still } = await openHouse();
    await ping();
    await work();
    await pass(twoOnTheNextDay + hour - 1 - clock.now);
    still.endedAt = performance.now();
    clock.now += 4_000;
    await work();
    expect(await state()).toBe('operational');
    await ping();
    still.endedAt = Number.NEGATIVE_INFINITY;
    await work();
    expect(await state()).toBe('operational');
  });
});

describe('a judgement', () => {
  it('of silence that was interrupted by a standstill is made again', async () => {
    const { db, work, ping, pass, clock, still, pulse, found } = await openHouse();
    await ping();
    await work();
    await pass(twoOnTheNextDay + hour - 1 - clock.now);
    clock.now += 1;
    const [claimed] = await claimDueProbes(db, clock.now, 10);
    if (!claimed) throw new Error('nothing was due');
    const suspended: Pulse = {
      ...pulse,
      stillSinceMs(startedAt) {
        const ms = pulse.stillSinceMs(startedAt);
        still.endedAt = Number.POSITIVE_INFINITY;
        return ms;
      },
    };
    const listener = createListener({ db: { ...db, isSole: false }, now: () => clock.now, pulse: suspended });
    expect(await listener.hear(claimed)).toBeNull();
    expect((await found()).map(([outcome]) => outcome)).toEqual(['ok']);
    still.endedAt = Number.NEGATIVE_INFINITY;
    await pass(minute);
    expect((await found()).at(-1)).toEqual(['fail', twoOnTheNextDay + hour]);
  });
});

describe('a backup', () => {
  it('turns down when its newest copy grows older than promised', async () => {
    const { work, ping, pass, state, clock } = await openHouse({ rpo: '26h', protects: 'jobs' }, 'backup');
    const takenAt = clock.now - hour;
    await ping('success', { body: JSON.stringify({ taken_at: new Date(takenAt).toISOString(), bytes: 1_000 }) });
    await work();
    expect(await state()).toBe('operational');
    await pass(takenAt + 26 * hour - 1 - clock.now);
    expect(await state()).toBe('operational');
    await pass(1);
    expect(await state()).toBe('major_outage');
  });

  it('fails with a sentence on a body that states nothing', async () => {
    const { db, work, ping, id } = await openHouse({ rpo: '26h', protects: 'jobs' }, 'backup');
    await ping('success', { body: 'all fine' });
    await work();
    const [row] = await db.orm.select().from(results).where(eq(results.probeId, id));
    expect(row).toMatchObject({
      outcome: 'fail',
      reason: 'backup: the body is not JSON; expected JSON with taken_at and bytes',
    });
  });
});
