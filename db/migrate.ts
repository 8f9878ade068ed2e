import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { migrate } from 'drizzle-orm/libsql/migrator';
import { z } from 'zod';
import { StartError } from '#core/error.ts';
import type { Orm } from './client.ts';

const journalSchema = z.object({ entries: z.array(z.object({ when: z.number() })) });

async function newestKnown(migrationsDir: string): Promise<number> {
  const journal = journalSchema.parse(JSON.parse(await readFile(join(migrationsDir, 'meta/_journal.json'), 'utf8')));
  return Math.max(0, ...journal.entries.map((entry) => entry.when));
}

async function newestApplied(orm: Orm): Promise<number> {
  const [table] = await orm.all<{ name: string }>(
    sql`select name from sqlite_master where type = 'table' and name = '__drizzle_migrations'`,
  );
  if (!table) return 0;
  const [row] = await orm.all<{ newest: number | null }>(
    sql`select max(created_at) as newest from __drizzle_migrations`,
  );
  return Number(row?.newest ?? 0);
}

/**
 * Brings the schema up to date.
 * @throws StartError when the database was written by a newer program
 */
export async function migrateSchema(orm: Orm, migrationsDir: string): Promise<void> {
  const [known, applied] = await Promise.all([newestKnown(migrationsDir), newestApplied(orm)]);
  if (applied > known)
    throw new StartError(
      'This database was last used by a newer Intermission; start that version, or restore a backup made before it.',
    );
  if (applied < known) await migrate(orm, { migrationsFolder: migrationsDir });
}
