import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Database, openDatabase } from '#db/client.ts';

export const migrationsDir = join(import.meta.dirname, '../../db/migrations');

/** A fresh, migrated database file of the test's own; closed and removed when the test ends. */
export async function openTestDatabase(): Promise<Database & { path: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-db-'));
  const path = join(dir, 'intermission.db');
  const database = await openDatabase({ url: `file:${path}`, migrationsDir });
  onTestFinished(async () => {
    database.close();
    await rm(dir, { recursive: true, force: true });
  });
  return { ...database, path };
}
