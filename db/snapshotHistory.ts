import { setImmediate as nextTurn } from 'node:timers/promises';
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
import type { Database } from './client.ts';
import { componentDaysOf, flipBefore, flipsAfterSeq, flipsBetween, type PlacedFlip } from './componentDays.ts';
import type { ComponentRow } from './components.ts';

/** How many days the bars show. */
const barDays = 90;

/** What is remembered of a component: the days that are over as they are drawn, and the flips of the others. */
type Memory = {
  weights: UptimeWeights;
  since: number;
  foldedToAt: number;
  flipSeq: number;
  /** Bars of the days before `from`'s. */
  bars: Day[];
  times: Times;
  /** Where the flips take over from the folded days. */
  from: number;
  flips: PlacedFlip[];
};

/** The bars and the uptime of components, read once and then kept up with what comes. */
export type Histories = {
  /** Reads what is new of these components, and forgets all others. */
  catchUp(rows: readonly ComponentRow[], now: number): Promise<void>;
  /** The bars, oldest first and today last, and the uptime over them. */
  at(row: ComponentRow, now: number): { days: Day[]; uptime: number | null };
};

const windowStart = (now: number) => dayStartOf(now) - (barDays - 1) * dayMs;
const inOrder = (flips: readonly PlacedFlip[]) => flips.toSorted((a, b) => a.at - b.at || a.seq - b.seq);

/** Starts with nothing read. */
export function createHistories(db: Database, weightsNow: () => UptimeWeights): Histories {
  const memories = new Map<string, Memory>();

  async function load({ id, createdAt, foldedToAt, flipSeq }: ComponentRow, now: number): Promise<Memory> {
    const weights = weightsNow();
    const since = windowStart(now);
    const from = Math.max(since, createdAt, foldedToAt);
    const folded = await componentDaysOf(db, id, since, foldedToAt);
    const before = await flipBefore(db, id, from);
    const flips = [...(before ? [before] : []), ...(await flipsBetween(db, id, from, Number.MAX_SAFE_INTEGER))];
    const bars: Day[] = [];
    for (let at = since; at < Math.min(dayStartOf(from), dayStartOf(now)); at += dayMs)
      bars.push(dayOf(at, folded.get(at) ?? noTimes(), weights));
    const times = sumTimes(folded.values());
    const newest = Math.max(flipSeq, ...flips.slice(-1).map(({ seq }) => seq));
    return { weights, since, foldedToAt, flipSeq: newest, bars, times, from, flips };
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
    memories.set(row.id, { ...known, flipSeq, flips: inOrder([...known.flips, ...news]) });
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
      const { weights } = memory;
      const recent = timesByDay(memory.flips, memory.from, now);
      const days = [...memory.bars];
      for (let at = memory.since + days.length * dayMs; days.length < barDays; at += dayMs)
        days.push(dayOf(at, recent.get(at) ?? noTimes(), weights));
      return { days, uptime: uptimeOf(sumTimes([memory.times, ...recent.values()]), weights).ratio };
    },
  };
}
