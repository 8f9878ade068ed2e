import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { spreadOverdueProbes } from '#db/probes.ts';
import { createEgress } from '#probes/egress.ts';
import { startScheduler } from '#probes/scheduler.ts';
import { settleMs, startHousekeeping } from '../src/housekeeping.ts';
import { openStored } from './storedHistory.ts';

/** The prober and all that it stores, in a process of its own. Tells what it took to its parent. */
const [path = '', seconds = '180'] = process.argv.slice(2);
const dayMs = 86_400_000;
const log = { error: (detail: object, sentence: string) => console.error(sentence, detail) };
const db = await openStored(path);
const before = process.cpuUsage();
const startedAt = Date.now();
await spreadOverdueProbes(db, startedAt);
const policy = { openIncidents: 'publish', onRecovery: 'resolve', nextUpdateMinutes: null } as const;
const scheduler = startScheduler({ db, egress: createEgress({ allow: ['127.0.0.0/8'] }), policy: () => policy, log });
const retention = { resultsMs: 7 * dayMs, hourlyRollupsMs: 400 * dayMs, dailyRollupsMs: null, flipsMs: null };
const housekeeping = startHousekeeping({ db, retention: () => retention, log, waitMs: settleMs });
await sleep(Number(seconds) * 1_000);
const endedAt = Date.now();
await scheduler.stop();
await housekeeping.stop();
const { user, system } = process.cpuUsage(before);
const peak = /VmHWM:\s+(\d+) kB/.exec(await readFile('/proc/self/status', 'utf8'))?.[1] ?? Number.NaN;
process.send?.({ startedAt, endedAt, cpuMs: (user + system) / 1_000, peakMiB: Number(peak) / 1_024 });
db.close();
process.disconnect?.();
