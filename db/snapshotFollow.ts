import { setImmediate as nextTurn } from 'node:timers/promises';
import { and, asc, gt, isNotNull, lte } from 'drizzle-orm';
import type { Database } from './client.ts';
import { events } from './schema.ts';

/** Things, or events, that one statement reads at most: more would hold the event loop. */
const sliceThings = 50;
const sliceEvents = 500;

/** How things of one sort are read and shown. */
export type Sort<Row extends { id: string }, Shown extends { id: string }> = {
  /** The column of events that names one. */
  named: typeof events.incidentId | typeof events.maintenanceId;
  /** The next ones after the given one, in their order. */
  page: (after: Shown | null, limit: number) => Promise<Row[]>;
  /** Those of these ids, in no order. */
  find: (ids: readonly string[]) => Promise<Row[]>;
  /** As the public sees it. */
  show: (row: Row) => Shown;
  /** True when the first stands before the second. */
  isBefore: (a: Shown, b: Shown) => boolean;
};

/** All things of one sort, read once and then kept up with the log of events. */
export type Followed<Shown> = {
  /** Reads what changed up to that event. */
  catchUp(revision: number): Promise<void>;
  /** In their order; the same list until one changes, and the same value for each until it does. */
  all(): Shown[];
};

/** Starts with nothing read. */
export function follow<Row extends { id: string }, Shown extends { id: string }>(
  db: Database,
  { named, page, find, show, isBefore }: Sort<Row, Shown>,
): Followed<Shown> {
  let list: Shown[] = [];
  let revision: number | null = null;

  async function loadAll(): Promise<Shown[]> {
    const found: Shown[] = [];
    for (;;) {
      const slice = await page(found.at(-1) ?? null, sliceThings);
      found.push(...slice.map(show));
      if (slice.length < sliceThings) return found;
      await nextTurn();
    }
  }

  async function changedBetween(after: number, upTo: number): Promise<string[]> {
    const ids = new Set<string>();
    for (let last = after; ; ) {
      const slice = await db.orm
        .select({ id: events.id, thingId: named })
        .from(events)
        .where(and(gt(events.id, last), lte(events.id, upTo), isNotNull(named)))
        .orderBy(asc(events.id))
        .limit(sliceEvents);
      for (const { thingId } of slice) if (thingId !== null) ids.add(thingId);
      const newest = slice.at(-1);
      if (!newest || slice.length < sliceEvents) return [...ids];
      last = newest.id;
      await nextTurn();
    }
  }

  async function reread(ids: readonly string[]): Promise<void> {
    const fresh = new Map<string, Shown>();
    for (let start = 0; start < ids.length; start += sliceThings) {
      for (const row of await find(ids.slice(start, start + sliceThings))) fresh.set(row.id, show(row));
      await nextTurn();
    }
    const others = list.filter(({ id }) => !fresh.has(id));
    for (const shown of fresh.values()) {
      const place = others.findIndex((other) => isBefore(shown, other));
      others.splice(place === -1 ? others.length : place, 0, shown);
    }
    list = others;
  }

  return {
    async catchUp(upTo) {
      if (revision === null) list = await loadAll();
      else if (upTo > revision) {
        const ids = await changedBetween(revision, upTo);
        if (ids.length > 0) await reread(ids);
      }
      revision = upTo;
    },
    all: () => list,
  };
}
