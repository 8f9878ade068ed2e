import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isTaken, openDatabase } from '#db/client.ts';
import { newestEventId } from '#db/events.ts';
import { staff } from '#db/schema.ts';
import { migrationsDir, openTestDatabase } from '../helpers/database.ts';

async function tempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-db-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

describe('openDatabase', () => {
  it('writes ahead and waits for the disk at each commit', async () => {
    const db = await openTestDatabase();
    expect(await db.orm.all(sql`pragma journal_mode`)).toEqual([{ journal_mode: 'wal' }]);
    expect(await db.orm.all(sql`pragma synchronous`)).toEqual([{ synchronous: 2 }]);
    expect(await db.orm.all(sql`pragma foreign_keys`)).toEqual([{ foreign_keys: 1 }]);
  });

  it('refuses a file that another opener holds, and says so', async () => {
    const db = await openTestDatabase();
    await expect(openDatabase({ url: `file:${db.path}`, migrationsDir })).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringContaining('in use by another Intermission process'),
    });
  });

  it('is free again as soon as its holder is killed', async () => {
    const path = join(await tempDir(), 'intermission.db');
    const lock = join(import.meta.dirname, '../../db/lock.ts');
    const source = `import { lockFile } from ${JSON.stringify(lock)}; lockFile(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    await expect(openDatabase({ url: `file:${path}`, migrationsDir })).rejects.toThrow(/in use/);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const db = await openDatabase({ url: `file:${path}`, migrationsDir });
    expect(await newestEventId(db)).toBe(0);
    db.close();
  });

  it('refuses a folder it cannot write to', async () => {
    const path = join(await tempDir(), 'nowhere', 'intermission.db');
    await expect(openDatabase({ url: `file:${path}`, migrationsDir })).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringContaining('cannot be written'),
    });
  });

  it('refuses a database that a newer program has changed', async () => {
    const path = join(await tempDir(), 'intermission.db');
    const db = await openDatabase({ url: `file:${path}`, migrationsDir });
    await db.orm.run(sql`insert into __drizzle_migrations (hash, created_at) values ('later', 9999999999999)`);
    db.close();
    await expect(openDatabase({ url: `file:${path}`, migrationsDir })).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringContaining('newer Intermission'),
    });
  });
});

describe('change', () => {
  const person = (id: string) => ({ id, name: 'night shift', passwordHash: 'x', createdAt: 0 });

  it('writes all of a decision or nothing', async () => {
    const db = await openTestDatabase();
    const twice = async () => ({
      statements: [db.orm.insert(staff).values(person('a')), db.orm.insert(staff).values(person('b'))],
      value: undefined,
    });
    await expect(db.change(twice)).rejects.toMatchObject({ code: 'conflict' });
    expect(await db.orm.select().from(staff)).toEqual([]);
  });

  it('decides again on what another process left behind', async () => {
    const db = await openTestDatabase();
    let decisions = 0;
    const id = await db.change(async () => {
      decisions += 1;
      const taken = await db.orm.select().from(staff);
      // Another process takes the name between our look and our write.
      if (decisions === 1) await db.orm.insert(staff).values(person('theirs'));
      return {
        statements: taken[0] ? [] : [db.orm.insert(staff).values(person('ours'))],
        value: taken[0]?.id ?? 'ours',
      };
    });
    expect([decisions, id]).toEqual([2, 'theirs']);
  });

  it('goes on after a decision that failed', async () => {
    const db = await openTestDatabase();
    await expect(db.change(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await db.change(async () => ({ statements: [], value: 'yes' }))).toBe('yes');
  });

  it('wakes listeners after the commit, and only when something happened', async () => {
    const db = await openTestDatabase();
    const heard: number[] = [];
    const stop = db.onEvents(() => heard.push(heard.length));
    await db.change(async () => ({ statements: [db.orm.insert(staff).values(person('a'))], value: undefined }));
    expect(heard).toEqual([]);
    await db.change(async () => ({ statements: [], events: [{ type: 'settings.changed', at: 1 }], value: undefined }));
    expect(heard).toEqual([0]);
    stop();
    await db.change(async () => ({ statements: [], events: [{ type: 'settings.changed', at: 1 }], value: undefined }));
    expect(heard).toEqual([0]);
  });
});

describe('isTaken', () => {
  it('does not take other refusals for a lost race', async () => {
    const db = await openTestDatabase();
    const orphan = db.orm.run(sql`insert into session values ('t', 'nobody', 0, 0, 0)`);
    const error: unknown = await orphan.catch((cause: unknown) => cause);
    expect(isTaken(error)).toBe(false);
  });
});
