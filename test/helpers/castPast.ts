import type { LatencySeries, SnapshotComponent, SnapshotDay, SnapshotFlip, SnapshotYear } from '#core/snapshot.ts';
import type { ComponentState } from '#core/status.ts';
import { dayMs, dayStartOf } from '#core/uptime.ts';
import { stateLetters } from '#core/years.ts';

/** What the page remembers of the cast: invented, and the same each time. */

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** A number in [0, 1) that only looks random. */
function chance(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return x - Math.floor(x);
}

function seedOf(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 9_973, 7);
}

/** One day in sixty was bad in some way; the better the younger. */
function letterOf(seed: number, dayAt: number): string {
  const roll = chance(seed + dayAt / dayMs);
  if (roll < 0.003) return stateLetters.major_outage;
  if (roll < 0.007) return stateLetters.partial_outage;
  if (roll < 0.014) return stateLetters.degraded;
  return roll < 0.017 ? stateLetters.maintenance : stateLetters.operational;
}

const failingOf = (letter: string) => (/[dpx]/.test(letter) ? 40 * minuteMs : 0);

/** Years since `createdAt` that end with the given days. */
export function yearsOf(slug: string, createdAt: number, days: readonly SnapshotDay[], now: number): SnapshotYear[] {
  const known = new Map(days.map((day) => [Date.parse(day.date), day]));
  const years = new Map<number, { firstDayAt: number; states: string; failingMs: number }>();
  for (let at = dayStartOf(createdAt); at <= now; at += dayMs) {
    const year = new Date(at).getUTCFullYear();
    const day = known.get(at);
    const letter = day ? stateLetters[day.state] : letterOf(seedOf(slug), at);
    const last = years.get(year) ?? { firstDayAt: at, states: '', failingMs: 0 };
    const failingMs = last.failingMs + (day?.failingMs ?? failingOf(letter));
    years.set(year, { ...last, states: last.states + letter, failingMs });
  }
  return [...years].map(([year, own]) => ({ year, ...own, uptime: 1 - own.failingMs / (own.states.length * dayMs) }));
}

/** Steps that rise and fall by the time of day, with a hard hour now and then. */
function seriesOf(slug: string, fromAt: number, stepMs: number, length: number, hole: number): LatencySeries {
  const seed = seedOf(slug);
  const base = 30 + (seed % 60);
  const p50Ms = Array.from({ length }, (_, step) => {
    if (step >= length - hole) return null;
    const wave = Math.sin(((fromAt + step * stepMs) / (stepMs === hourMs ? dayMs : 7 * dayMs)) * 2 * Math.PI);
    return Math.round(base * (1 + 0.25 * wave + 0.2 * chance(seed + step)));
  });
  const p95Ms = p50Ms.map((value, step) =>
    value === null ? null : Math.round(value * (1.6 + (chance(seed + step * 3) > 0.95 ? 3 : 0.5 * chance(step)))),
  );
  return { fromAt, p50Ms, p95Ms };
}

export function latencyOf(slug: string, now: number): SnapshotComponent['latency'] {
  const hoursAt = (Math.floor(now / hourMs) - 24) * hourMs;
  const daysAt = dayStartOf(now) - 90 * dayMs;
  return { hours: seriesOf(slug, hoursAt, hourMs, 24, 0), days: seriesOf(slug, daysAt, dayMs, 90, 1) };
}

/** A change for each failing day, and the present one. */
export function flipsOf(days: readonly SnapshotDay[], state: ComponentState, sinceAt: number): SnapshotFlip[] {
  const past = days.flatMap((day): SnapshotFlip[] => {
    const at = Date.parse(day.date) + 10 * hourMs;
    if (day.failingMs === 0 || at > sinceAt) return [];
    return [
      { at, from: 'operational', to: day.state },
      { at: at + day.failingMs, from: day.state, to: 'operational' },
    ];
  });
  const present: SnapshotFlip[] = state === 'operational' ? [] : [{ at: sinceAt, from: 'operational', to: state }];
  return [...past, ...present].toReversed().slice(0, 50);
}
