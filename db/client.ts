import { createClient } from '@libsql/client';
import type { BatchItem } from 'drizzle-orm/batch';
import { drizzle, type LibSQLDatabase } from 'drizzle-orm/libsql';
import { DomainError } from '#core/error.ts';
import type { Actor, EventType } from '#core/event.ts';
import { actorId } from '#core/event.ts';
import { lockFile } from './lock.ts';
import { migrateSchema } from './migrate.ts';
import * as schema from './schema.ts';

export type Orm = LibSQLDatabase<typeof schema>;
export type Statement = BatchItem<'sqlite'>;

/** An event to be written with a change. */
export type EventDraft = {
  type: EventType;
  at: number;
  componentId?: string;
  incidentId?: string;
  maintenanceId?: string;
  updateId?: string;
  subscriberId?: string;
  /** Told to no subscriber. */
  quiet?: boolean;
};

/** An audit entry to be written with a change. */
export type AuditDraft = {
  at: number;
  actor: Actor;
  action: string;
  subjectKind: string;
  subjectId: string;
  detail?: Record<string, unknown>;
};

/** Everything that a verb decided to write, and what it answers with. */
export type Change<Value> = {
  statements: Statement[];
  events?: EventDraft[];
  audits?: AuditDraft[];
  /** Called once the batch is stored, before anybody hears of its events. */
  committed?: () => void;
  value: Value;
};

/** The open database: reads go through `orm`, writes through `change`. */
export type Database = {
  readonly orm: Orm;
  /** True when no other process can have it open: whatever a predecessor left unfinished is ours now. */
  readonly isSole: boolean;
  /**
   * Reads, decides, and writes the decision as one atomic batch. Deciders run one after another in this
   * process; when another process took the same number first (a unique sequence), the decision is made again
   * on what it left behind.
   */
  change<Value>(decide: () => Promise<Change<Value>>): Promise<Value>;
  /** Calls back after each committed change that carries events. Returns the way to stop. */
  onEvents(listener: () => void): () => void;
  close(): void;
};

export type DatabaseOptions = {
  /** `file:...`, `http(s)://...` or `libsql://...` */
  url: string;
  authToken?: string | undefined;
  /** The folder of generated migrations. */
  migrationsDir: string;
};

/** Deadline of one call to a libSQL server: a replica whose primary is gone would otherwise hang for ever. */
const remoteCallMs = 10_000;
const decideAttempts = 5;

/** True for an error that says a unique or primary key was already taken, from a file or a server. */
export function isTaken(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (/UNIQUE constraint failed|SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)/.test(cause.message)) return true;
  return false;
}

function eventRow(orm: Orm, draft: EventDraft): Statement {
  return orm.insert(schema.events).values(draft);
}

function auditRow(orm: Orm, { actor, ...draft }: AuditDraft): Statement {
  return orm.insert(schema.audits).values({ ...draft, actorKind: actor.kind, actorId: actorId(actor) });
}

/**
 * Opens the database, takes the exclusive lock of a `file:` one, and brings its schema up to date.
 * @throws StartError when another process holds it, it cannot be written, or it is newer than this program
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const path = options.url.startsWith('file:') ? options.url.slice('file:'.length) : null;
  const unlock = path === null ? () => {} : lockFile(path);
  const client = createClient({
    url: options.url,
    ...(options.authToken ? { authToken: options.authToken } : {}),
    ...(path === null
      ? { fetch: (request: Request) => fetch(request, { signal: AbortSignal.timeout(remoteCallMs) }) }
      : { concurrency: 1, timeout: 1_000 }),
  });
  try {
    if (path !== null) {
      await client.execute('PRAGMA journal_mode = WAL');
      await client.execute('PRAGMA synchronous = FULL');
    }
    const orm = drizzle(client, { schema, casing: 'snake_case' });
    await migrateSchema(orm, options.migrationsDir);
    return connect(orm, path !== null, () => {
      client.close();
      unlock();
    });
  } catch (error) {
    client.close();
    unlock();
    throw error;
  }
}

function connect(orm: Orm, isSole: boolean, close: () => void): Database {
  const listeners = new Set<() => void>();
  let last: Promise<unknown> = Promise.resolve();

  async function commit<Value>(decide: () => Promise<Change<Value>>, attempt = 1): Promise<Value> {
    const { statements, events = [], audits = [], committed, value } = await decide();
    const batch = [
      ...statements,
      ...events.map((draft) => eventRow(orm, draft)),
      ...audits.map((draft) => auditRow(orm, draft)),
    ];
    const [first, ...rest] = batch;
    if (!first) return value;
    try {
      await orm.batch([first, ...rest]);
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (attempt < decideAttempts) return commit(decide, attempt + 1);
      throw new DomainError('conflict', 'Somebody else changed the same thing at the same moment; please try again.');
    }
    committed?.();
    if (events.length > 0) for (const listener of listeners) listener();
    return value;
  }

  return {
    orm,
    isSole,
    change(decide) {
      const turn = last.then(() => commit(decide));
      last = turn.catch(() => {});
      return turn;
    },
    onEvents(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
  };
}
