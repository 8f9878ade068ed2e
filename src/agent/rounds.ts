import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentResult, Assignment } from '#core/assignment.ts';
import type { Egress } from '#probes/egress.ts';
import { startPulse } from '#probes/pulse.ts';
import { runSteadily } from '#probes/runner.ts';

/** Looks on their way at the same time; the others wait. */
const concurrency = 100;

const longestSleepMs = 500;

/** How long a stop waits for the looks that are on their way. */
const farewellMs = 2_000;

export type RoundsOptions = {
  location: string;
  egress: Egress;
  /** The time that results are dated by, epoch ms. */
  now: () => number;
  onResult: (result: AgentResult) => void;
};

/** Looks with every assigned probe when it is due. */
export type Rounds = {
  /** Looks with these from now on, and with no others. */
  assign(probes: readonly Assignment[]): void;
  /** Begins no more looks, and waits up to two seconds for those on their way. */
  stop(): Promise<void>;
};

/** A probe has the same slot in each interval, at each location another one: a restart neither bunches nor skips. */
function nextSlot({ id, intervalMs }: Assignment, location: string, after: number): number {
  const phase = createHash('sha256').update(`${location} ${id}`).digest().readUInt32BE(0) % intervalMs;
  return after + intervalMs - ((((after - phase) % intervalMs) + intervalMs) % intervalMs);
}

/** Starts with nothing to look at. */
export function startRounds({ location, egress, now, onResult }: RoundsOptions): Rounds {
  const pulse = startPulse();
  const stopping = new AbortController();
  const flying = new Map<string, Promise<void>>();
  let due = new Map<string, { probe: Assignment; dueAt: number }>();
  let isStopping = false;

  async function look(probe: Assignment): Promise<void> {
    const result = await runSteadily(probe, pulse, { egress, signal: stopping.signal, at: now() });
    if (!stopping.signal.aborted) onResult(result);
  }

  /** Begins what is due, and says how long to sleep. */
  function tick(): number {
    let sleepMs = longestSleepMs;
    for (const entry of due.values()) {
      // After the clock was set back a slot may lie far ahead.
      if (entry.dueAt > now() + entry.probe.intervalMs) entry.dueAt = nextSlot(entry.probe, location, now());
      if (entry.dueAt <= now() && flying.size < concurrency) {
        entry.dueAt = nextSlot(entry.probe, location, now());
        // A look that outlasts its interval is not joined by a second one.
        if (flying.has(entry.probe.id)) continue;
        const { id } = entry.probe;
        const flight = look(entry.probe).finally(() => flying.delete(id));
        flying.set(id, flight);
      }
      sleepMs = Math.min(sleepMs, entry.dueAt - now());
    }
    return Math.max(10, sleepMs);
  }

  async function loop(): Promise<void> {
    while (!isStopping) await sleep(tick(), null, { signal: stopping.signal }).catch(() => null);
  }
  const ended = loop();

  return {
    assign(probes) {
      const known = due;
      due = new Map(
        probes.map((probe) => {
          const before = known.get(probe.id);
          const isSame = before?.probe.intervalMs === probe.intervalMs;
          return [probe.id, { probe, dueAt: isSame ? before.dueAt : nextSlot(probe, location, now()) }];
        }),
      );
    },
    async stop() {
      isStopping = true;
      await Promise.race([Promise.all(flying.values()), sleep(farewellMs)]);
      stopping.abort();
      await ended;
      pulse.stop();
    },
  };
}
