import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SnapshotFlip, SnapshotYear } from '#core/snapshot.ts';
import {
  type Day,
  dayMs,
  dayOf,
  dayStartOf,
  noTimes,
  sumTimes,
  type Times,
  timesByDay,
  type UptimeWeights,
  uptimeOf,
} from '#core/uptime.ts';
import { withDays, type YearTimes, yearOf } from '#core/years.ts';
import type { Database } from './client.ts';
import {
  componentDaysOf,
  flipBefore,
  flipsAfterSeq,
  flipsBetween,
  newestFlips,
  type PlacedFlip,
} from './componentDays.ts';
import type { ComponentRow } from './components.ts';
import { foldedYearsOf } from './snapshotYears.ts';

/** How many days the bars show. */
const barDays = 90;
/** How many flips are listed. */
const flipsListed = 50;

/** What is remembered of a component: the days that are over as they are drawn, and the flips of the others. */
type Memory = {
  weights: UptimeWeights;
  since: number;
  foldedToAt: number;
  flipSeq: number;
  /** Bars of the days before `from`'s. */
  bars: Day[];
  times: Times;
  /** The folded years; the newest one goes on. */
  years: YearTimes[];
  /** Those that are over, as they are shown. */
  past: SnapshotYear[];
  /** Where the flips take over from the folded days. */
  from: number;
  flips: PlacedFlip[];
  /** Newest first. */
  listed: PlacedFlip[];
};

/** What is shown of a component's past. */
export type History = {
  /** Oldest first, today last. */
  days: Day[];
  /** Over these days. */
  uptime: number | null;
  years: SnapshotYear[];
  flips: SnapshotFlip[];
};

/** The past of components, read once and then kept up with what comes. */
export type Histories = {
  /** Reads what is new of these components, and forgets all others. */
  catchUp(rows: readonly ComponentRow[], now: number): Promise<void>;
  at(row: ComponentRow, now: number): History;
};

const windowStart = (now: number) => dayStartOf(now) - (barDays - 1) * dayMs;
const inOrder = (flips: readonly PlacedFlip[]) => flips.toSorted((a, b) => a.at - b.at || a.seq - b.seq);

/** Starts with nothing read. */
export function createHistories(db: Database, weightsNow: () => UptimeWeights): Histories {
  const memories = new Map<string, Memory>();

  /** Thirteen years are read once; afterwards come the days that have been folded since. */
  async function readYears(id: string, foldedToAt: number, known: Memory | undefined): Promise<YearTimes[]> {
    if (!known || known.foldedToAt > foldedToAt) return foldedYearsOf(db, id, foldedToAt);
    return withDays(known.years, await componentDaysOf(db, id, known.foldedToAt, foldedToAt));
  }

  async function load({ id, createdAt, foldedToAt, flipSeq }: ComponentRow, now: number): Promise<Memory> {
    const weights = weightsNow();
    const since = windowStart(now);
    const from = Math.max(createdAt, foldedToAt);
    const folded = await componentDaysOf(db, id, since, foldedToAt);
    const before = await flipBefore(db, id, from);
    const flips = [...(before ? [before] : []), ...(await flipsBetween(db, id, from, Number.MAX_SAFE_INTEGER))];
    const bars: Day[] = [];
    for (let at = since; at < Math.min(dayStartOf(from), dayStartOf(now)); at += dayMs)
      bars.push(dayOf(at, folded.get(at) ?? noTimes(), weights));
    const times = sumTimes(folded.values());
    const years = await readYears(id, foldedToAt, memories.get(id));
    const past = years.slice(0, -1).map((year) => yearOf(year, weights));
    const listed = await newestFlips(db, id, flipsListed);
    const newest = Math.max(flipSeq, ...flips.slice(-1).map(({ seq }) => seq));
    return { weights, since, foldedToAt, flipSeq: newest, bars, times, years, past, from, flips, listed };
  }

  async function refresh(row: ComponentRow, now: number): Promise<void> {
    const known = memories.get(row.id);
    const isAnew = known?.since !== windowStart(now) || known.weights !== weightsNow();
    if (isAnew || known.foldedToAt !== row.foldedToAt) {
      memories.set(row.id, await load(row, now));
      return nextTurn();
    }
    if (known.flipSeq >= row.flipSeq) return;
    const news = await flipsAfterSeq(db, row.id, known.flipSeq);
    const flipSeq = news.at(-1)?.seq ?? known.flipSeq;
    const listed = inOrder([...known.listed, ...news])
      .toReversed()
      .slice(0, flipsListed);
    memories.set(row.id, { ...known, flipSeq, flips: inOrder([...known.flips, ...news]), listed });
  }

  return {
    async catchUp(rows, now) {
      const ids = new Set(rows.map(({ id }) => id));
      for (const id of memories.keys()) if (!ids.has(id)) memories.delete(id);
      for (const row of rows) await refresh(row, now);
    },
    at({ id }, now) {
      const memory = memories.get(id);
      if (!memory) throw new Error(`the history of component ${id} was not read`);
      const { weights, since } = memory;
      const recent = timesByDay(memory.flips, memory.from, now);
      const days = [...memory.bars];
      for (let at = since + days.length * dayMs; days.length < barDays; at += dayMs)
        days.push(dayOf(at, recent.get(at) ?? noTimes(), weights));
      const shown = [...recent].filter(([at]) => at >= since).map(([, times]) => times);
      const newest = withDays(memory.years.slice(-1), recent).map((year) => yearOf(year, weights));
      return {
        days,
        uptime: uptimeOf(sumTimes([memory.times, ...shown]), weights).ratio,
        years: [...memory.past, ...newest],
        flips: memory.listed.map(({ at, from, to }) => ({ at, from, to })),
      };
    },
  };
}
