import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type AgentResult, type Assignments, agentResultSchema, assignmentsSchema } from '#core/assignment.ts';
import { StartError } from '#core/error.ts';

/** The most that is kept while the server is away; beyond either the oldest results go. */
export type SpoolLimits = { results: number; bytes: number };

const usualLimits: SpoolLimits = { results: 200_000, bytes: 64 * 1024 * 1024 };

/** What an agent keeps on disk: results that nobody has acknowledged, and its last orders. */
export type Spool = {
  /** On disk when it returns, for whatever ends this process. Returns how many of the oldest had to go for it. */
  add(result: AgentResult): number;
  /** The newest results first: what is now matters more than what was. */
  newest(limit: number): Kept[];
  /** Forgets what was acknowledged. */
  remove(kept: readonly Kept[]): void;
  count(): number;
  /** The last assignments, or null; also null when they were written by another version. */
  assignments(): Assignments | null;
  keepAssignments(assignments: Assignments): void;
  close(): void;
};

export type Kept = { id: number; result: AgentResult };

/** `synchronous = normal`: a kill loses nothing; a power cut may lose the last moments, which leave a gap and no lie. */
const schema = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  create table if not exists result (
    id integer primary key,
    probe_id text not null,
    at integer not null,
    bytes integer not null,
    body text not null,
    unique (probe_id, at)
  );
  create index if not exists result_at on result (at);
  create table if not exists assignments (only integer primary key check (only = 1), body text not null);
`;

/** One process at a time: two would look twice. */
function openFile(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('pragma locking_mode = exclusive');
    db.exec(schema);
    // Settings of probes have secrets in them.
    chmodSync(path, 0o600);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function open(dataDir: string): DatabaseSync {
  const path = join(dataDir, 'agent.db');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return openFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      /locked/.test(reason)
        ? `Another agent runs on ${dataDir}; stop it, or give this one a folder of its own with --data.`
        : `The folder of this agent, ${dataDir}, cannot be used: ${reason}.`,
    );
  }
}

/**
 * Opens what an agent keeps in its folder.
 * @throws StartError when it cannot be had, or another agent has it
 */
export function openSpool(dataDir: string, limits: SpoolLimits = usualLimits): Spool {
  const db = open(dataDir);
  const insert = db.prepare(
    'insert into result (probe_id, at, bytes, body) values (?, ?, ?, ?) on conflict do nothing',
  );
  const oldest = db.prepare(
    'delete from result where id in (select id from result order by at limit ?) returning bytes',
  );
  const newest = db.prepare('select id, body from result order by at desc, id desc limit ?');
  const drop = db.prepare('delete from result where id in (select value from json_each(?)) returning bytes');
  const total = db.prepare('select count(*) as count, coalesce(sum(bytes), 0) as bytes from result').get();
  let count = Number(total?.['count']);
  let bytes = Number(total?.['bytes']);

  /** Takes deleted rows out of the account. */
  function forget(rows: readonly Record<string, unknown>[]): void {
    count -= rows.length;
    for (const row of rows) bytes -= Number(row['bytes']);
  }

  return {
    add(result) {
      const body = JSON.stringify(result);
      const size = Buffer.byteLength(body);
      if (insert.run(result.probeId, result.at, size, body).changes === 0) return 0;
      count += 1;
      bytes += size;
      const before = count;
      // A hundredth at a time, so that a full spool is not trimmed at every result.
      while (count > limits.results || bytes > limits.bytes) forget(oldest.all(Math.ceil(count / 100)));
      return before - count;
    },
    newest: (limit) =>
      newest.all(limit).map((row) => ({
        id: Number(row['id']),
        result: agentResultSchema.parse(JSON.parse(String(row['body']))),
      })),
    remove: (kept) => forget(drop.all(JSON.stringify(kept.map(({ id }) => id)))),
    count: () => count,
    assignments() {
      const row = db.prepare('select body from assignments').get();
      return row === undefined ? null : (assignmentsSchema.safeParse(JSON.parse(String(row['body']))).data ?? null);
    },
    keepAssignments(assignments) {
      db.prepare('insert or replace into assignments (only, body) values (1, ?)').run(JSON.stringify(assignments));
    },
    close: () => db.close(),
  };
}
