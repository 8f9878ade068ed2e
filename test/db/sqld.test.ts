import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '#db/client.ts';
import { turnMaintenances } from '#db/maintenanceClock.ts';
import { scheduleMaintenance } from '#db/maintenances.ts';
import { events } from '#db/schema.ts';
import { databaseContract } from '../contracts/database.ts';
import { maintenancesContract } from '../contracts/maintenances.ts';
import { sightsContract } from '../contracts/sights.ts';
import { migrationsDir } from '../helpers/database.ts';
import { console_, noon, openFilmPlatform } from '../helpers/platform.ts';
import { startSqld } from '../helpers/sqld.ts';

let server: Awaited<ReturnType<typeof startSqld>>;
let database: Database;

beforeAll(async () => {
  server = await startSqld();
  database = await openDatabase({ url: server.url, migrationsDir });
});

afterAll(async () => {
  database?.close();
  await server?.stop();
});

/** One server serves the whole suite; each test starts from empty tables. */
async function emptyDatabase(): Promise<Database> {
  const tables = await database.orm.all<{ name: string }>(
    sql`select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like '\\_\\_%' escape '\\' and name not like 'libsql%'`,
  );
  await database.change(async () => ({
    statements: [
      database.orm.run(sql`pragma defer_foreign_keys = on`),
      ...tables.map(({ name }) => database.orm.run(sql`delete from ${sql.identifier(name)}`)),
    ],
    value: undefined,
  }));
  return database;
}

databaseContract('a libSQL server', emptyDatabase);
sightsContract('a libSQL server', emptyDatabase);
maintenancesContract('a libSQL server', emptyDatabase);

it('begins and ends planned work once, however many processes have the clock', async () => {
  const db = await emptyDatabase();
  await openFilmPlatform(db);
  const others = await Promise.all([1, 2].map(() => openDatabase({ url: server.url, migrationsDir })));
  const planned = { title: 'A larger disk', body: 'We move.', components: ['mail', 'blog'], translations: {} };
  const times = { from: noon + 60_000, to: noon + 120_000, startsByItself: true, endsByItself: true };
  await scheduleMaintenance(db, { ...planned, ...times }, console_, noon);
  for (const at of [times.from, times.to]) await Promise.all([db, ...others].map((each) => turnMaintenances(each, at)));
  for (const other of others) other.close();
  const types = (await db.orm.select().from(events)).map(({ type }) => type);
  expect(types.filter((type) => type.startsWith('maintenance.'))).toEqual([
    'maintenance.scheduled',
    'maintenance.started',
    'maintenance.completed',
  ]);
});
