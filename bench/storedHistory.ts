import { type Client, createClient } from '@libsql/client';
import { type Database, openDatabase } from '#db/client.ts';
import type { DeclaredComponent } from '#db/components.ts';
import { applyComponents } from '../test/helpers/platform.ts';

/** A platform with a past, written straight into the tables as years of running would have left them. */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const migrationsDir = `${import.meta.dirname}/../db/migrations`;

export type Past = {
  components: number;
  probesEach?: number;
  days: number;
  incidents: number;
  intervalMs: number;
  /** What the probes ask. */
  url?: string;
  timeoutMs?: number;
};

/** The id of a probe by its number, from 0 on. */
export function probeIdOf({ probesEach = 1 }: Past, number: number): string {
  return `service-${Math.floor(number / probesEach)}/http-${number % probesEach}`;
}

/** Components with http probes. */
export function platformOf(past: Past) {
  const { components, probesEach = 1, intervalMs, url = 'http://127.0.0.1:1/', timeoutMs = 5_000 } = past;
  return Array.from({ length: components }, (_, index): DeclaredComponent => {
    const slug = `service-${index}`;
    const probe = {
      kind: 'http',
      config: { url },
      whenDown: 'major_outage',
      intervalMs,
      timeoutMs,
      downAfter: 3,
      upAfter: 2,
    } as const;
    const probes = Array.from({ length: probesEach }, (_, each) => ({ ...probe, name: `http-${each}` }));
    return { slug, name: `Service ${index}`, description: null, group: null, dependsOn: [], probes };
  });
}

const series = (from: number, to: number) =>
  `with recursive step(value) as (select ${from} union all select value + 1 from step where value + 1 < ${to})`;

/** Latencies of a rollup: most between 10 and 50 ms, a few slow. */
const latencies = (looks: number) => `${looks * 31}, 9, 480, 0, ${Math.floor(looks * 0.4)}, ${Math.floor(looks * 0.5)},
  ${looks - Math.floor(looks * 0.4) - Math.floor(looks * 0.5) - 3}, 2, 1, 0, 0, 0, 0, 0`;

async function fillResults(client: Client, past: Past, now: number): Promise<void> {
  const perHour = hourMs / past.intervalMs;
  const hours = Math.min(7, past.days) * 24;
  for (let hour = -hours; hour < 0; hour += 1) {
    const from = now + hour * hourMs;
    await client.execute(`${series(0, perHour)} insert into result (probe_id, at, outcome, latency_ms, reason)
      select id, ${from} + value * interval_ms + rowid * 7 % interval_ms, 'ok', 10 + abs(random()) % 200, null
      from step, probe`);
  }
}

async function fillRollups(client: Client, past: Past, now: number): Promise<void> {
  const hour = Math.floor(now / hourMs) - 25;
  const day = Math.floor(now / dayMs) - 1;
  const perHour = hourMs / past.intervalMs;
  const firstDay = day + 1 - past.days;
  for (let from = Math.max(hour - 400 * 24, firstDay * 24); from < hour; from += 24 * 20)
    await client.execute(`${series(from, Math.min(hour, from + 24 * 20))} insert into rollup_hour
      select id, value, ${perHour}, 0, 0, 0, ${latencies(perHour)} from step, probe`);
  for (let from = firstDay; from < day; from += 300) {
    const days = series(from, Math.min(day, from + 300));
    await client.execute(`${days} insert into rollup_day
      select id, value, ${perHour * 24 - 12}, 2, 9, 1, ${latencies(perHour * 24)} from step, probe`);
    // One day in ten had an outage of some minutes.
    await client.execute(`${days} insert into component_day
      select id, value, case when (value + rowid) % 10 = 0 then ${dayMs - 420_000} else ${dayMs} end, 0, 0,
        case when (value + rowid) % 10 = 0 then 420000 else 0 end, 0, 0 from step, component`);
  }
  await client.execute(`update component set folded_to_at = ${day * dayMs}, created_at = ${firstDay * dayMs}`);
  await client.execute(
    `update probe set hours_folded_to_at = ${hour * hourMs}, days_folded_to_at = ${Math.floor(hour / 24) * dayMs}`,
  );
}

async function fillFlips(client: Client, past: Past, now: number): Promise<void> {
  const today = Math.floor(now / dayMs);
  await client.execute(`insert into flip (component_id, seq, "from", "to", at, decided_at, handled_at)
    select id, 1, 'unknown', 'operational', created_at, created_at, created_at from component`);
  for (let from = today - past.days; from < today; from += 300) {
    const days = series(from, Math.min(today, from + 300));
    for (const [offset, before, after, part] of [
      [0, 'operational', 'major_outage', 0],
      [420_000, 'major_outage', 'operational', 1],
    ] as const)
      await client.execute(`${days} insert into flip (component_id, seq, "from", "to", at, decided_at, reason, handled_at)
        select id, 2 + (value - ${today - past.days}) * 2 + ${part}, '${before}', '${after}',
          value * ${dayMs} + ${12 * hourMs + offset}, value * ${dayMs} + ${12 * hourMs + offset + 60_000},
          'connect: connection refused', value * ${dayMs} + ${12 * hourMs + offset + 60_000}
        from step, component where (value + component.rowid) % 10 = 0`);
  }
  await client.execute(`update component set state = 'operational',
    flip_seq = (select max(seq) from flip where component_id = component.id)`);
  await client.execute(`update probe set standing = '{"state":"up","ok":{"count":1,"sinceAt":1},"fail":{"count":0,"sinceAt":0},
    "trouble":{"count":0,"sinceAt":0},"unknown":{"count":0,"sinceAt":0}}'`);
}

const words = 'We have found the cause and are mending it. Films that were sent are safe. '.repeat(4);

async function fillIncidents(client: Client, past: Past, now: number): Promise<void> {
  const each = Math.floor((past.days * dayMs) / Math.max(1, past.incidents));
  const id = (kind: string) => `printf('${kind}%011d', value)`;
  const at = `(${now - dayMs} - value * ${each})`;
  for (let from = 0; from < past.incidents; from += 500) {
    const some = series(from, Math.min(past.incidents, from + 500));
    await client.execute(`${some} insert into incident (id, title, status, impact, update_seq, automatic, started_at,
        created_at, updated_at, resolved_at)
      select ${id('i')}, 'Payments are refused', 'resolved', 'major', 4, 0, ${at}, ${at}, ${at} + 9000000, ${at} + 9000000
      from step`);
    await client.execute(`${some} insert into incident_component (incident_id, component_id, role, state)
      select ${id('i')}, component.id, 'affected', 'major_outage' from step
      join component on component.position in (1 + value % ${past.components}, 1 + (value + 1) % ${past.components})`);
    for (const [seq, status] of ['investigating', 'identified', 'monitoring', 'resolved'].entries())
      await client.execute(`${some} insert into incident_update (id, incident_id, seq, status, body, at, automatic)
        select ${id(String(seq))}, ${id('i')}, ${seq + 1}, '${status}', '${words}', ${at} + ${seq} * 3000000, 0 from step`);
    await client.execute(`${some} insert into event (type, at, incident_id, expanded_at)
      select 'incident.opened', ${at}, ${id('i')}, ${at} from step`);
  }
}

/** Makes a database file with that past up to now. */
export async function storePast(path: string, past: Past, now = Date.now()): Promise<void> {
  const db = await openDatabase({ url: `file:${path}`, migrationsDir });
  await applyComponents(db, platformOf(past), { kind: 'console', name: 'bench' }, now);
  db.close();
  const client = createClient({ url: `file:${path}`, concurrency: 1 });
  await client.execute('PRAGMA synchronous = OFF');
  await fillRollups(client, past, now);
  await fillFlips(client, past, now);
  await fillIncidents(client, past, now);
  await fillResults(client, past, now);
  await client.execute('PRAGMA wal_checkpoint(TRUNCATE)');
  client.close();
}

/** Opens a database file as the house does. */
export function openStored(path: string): Promise<Database> {
  return openDatabase({ url: `file:${path}`, migrationsDir });
}
