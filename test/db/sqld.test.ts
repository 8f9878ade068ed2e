import { sql } from 'drizzle-orm';
import { afterAll, beforeAll } from 'vitest';
import { type Database, openDatabase } from '#db/client.ts';
import { databaseContract } from '../contracts/database.ts';
import { sightsContract } from '../contracts/sights.ts';
import { migrationsDir } from '../helpers/database.ts';
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
