import type { PlainLoss } from '#core/loss.ts';
import {
  openIncidents,
  type Snapshot,
  type SnapshotComponent,
  type SnapshotDay,
  type SnapshotYear,
} from '#core/snapshot.ts';
import { type ComponentState, isFailing } from '#core/status.ts';
import type { UptimeWeights } from '#core/uptime.ts';
import { statesOf } from '#core/years.ts';
import type { Spoken } from './catalogue.ts';
import type { Formats } from './formats.ts';
import type { en } from './messages/en.ts';

type Language = Spoken<typeof en> & Formats;

/** Whole sentences that a page makes of what it shows. */
export type Sentences = {
  /** One component's state as a sentence: "Payments is not available." */
  componentSentence: (component: { name: string; state: ComponentState }) => string;
  /** One sentence on the whole state: what a visitor came to learn. */
  wholeSentence: (snapshot: Snapshot) => string;
  /** What a day of a component was, as it stands behind a date: "major outage, failing for 3 h 05 min". */
  storySentence: (day: SnapshotDay) => string;
  /** The same with its date: "12 Oct: major outage, failing for 3 h 05 min". */
  daySentence: (day: SnapshotDay, now: number) => string;
  /** A year of a component: "3 days with a failure, failing for 2 h 10 min". */
  yearSentence: (year: SnapshotYear) => string;
  /** A latency: "31 ms", "1.2 s". */
  latencyWords: (ms: number) => string;
  /** The bars of a component in words, for those who do not see them. */
  daysSummary: (days: readonly SnapshotDay[], now: number) => string;
  /** What was lost, or that nothing was: one line that stands alone. */
  lossSentence: (loss: PlainLoss) => string;
  /** How uptime is counted. */
  formulaSentence: (weights: UptimeWeights) => string;
};

const failures = ['major_outage', 'partial_outage', 'degraded'] as const;
const dateOf = (date: string) => Date.parse(`${date}T00:00:00Z`);

function subject({ whole, names }: Language, named: readonly string[], total: number): string {
  return named.length <= 2 ? names(named) : whole.someServices({ count: named.length, total });
}

function joined({ clauses }: Language, parts: readonly string[]): string {
  return parts.reduce((before, after) => clauses({ before, after }));
}

function asOneSentence(language: Language, parts: readonly string[]): string {
  return `${joined(language, parts)}.`;
}

function failingSentence(language: Language, components: readonly SnapshotComponent[]): string {
  const total = components.length;
  const namesIn = (state: ComponentState) =>
    components.filter((component) => component.state === state).map((component) => component.name);
  if (total > 1 && namesIn('major_outage').length === total) return language.whole.nothingWorks;
  const parts = failures.flatMap((state) => {
    const named = namesIn(state);
    if (named.length === 0) return [];
    return language.whole[state]({ count: named.length, subject: subject(language, named, total) });
  });
  return asOneSentence(language, parts);
}

function wholeSentence(language: Language, snapshot: Snapshot): string {
  const { whole } = language;
  const { components } = snapshot;
  if (components.length === 0) return whole.empty;
  if (components.some((component) => isFailing(component.state))) return failingSentence(language, components);
  if (components.every((component) => component.state === 'unknown')) return whole.unseen;
  const open = openIncidents(snapshot);
  if (open.length > 0 && open.every((incident) => incident.status === 'monitoring')) return whole.watching;
  if (open.length > 0) return whole.openOnly({ count: open.length });
  const inWork = components.filter((component) => component.state === 'maintenance').map((component) => component.name);
  if (inWork.length > 0) return whole.planned({ subject: subject(language, inWork, components.length) });
  return whole.works;
}

function storySentence(language: Language, { state, failingMs }: SnapshotDay): string {
  const word = language.statesInline[state];
  return failingMs > 0 ? language.days.failing({ state: word, duration: language.duration(failingMs) }) : word;
}

function daySentence(language: Language, day: SnapshotDay, now: number): string {
  return language.days.day({ day: language.day(dateOf(day.date), now), story: storySentence(language, day) });
}

function yearSentence(language: Language, { states, failingMs }: SnapshotYear): string {
  const { years, duration } = language;
  const days = statesOf(states);
  const count = (isCounted: (state: ComponentState) => boolean) => days.filter(isCounted).length;
  const [failing, unseen, work] = [
    count(isFailing),
    count((state) => state === 'unknown'),
    count((state) => state === 'maintenance'),
  ];
  const parts = [
    failing > 0 ? years.failing({ count: failing, duration: duration(failingMs) }) : '',
    work > 0 ? years.work({ count: work }) : '',
    unseen > 0 ? years.unseen({ count: unseen }) : '',
  ].filter(Boolean);
  return parts.length > 0 ? joined(language, parts) : years.calm;
}

function latencyWords({ latency, count }: Language, ms: number): string {
  return ms < 1_000
    ? latency.milliseconds({ number: count(ms) })
    : latency.seconds({ number: count(Math.round(ms / 100) / 10) });
}

function daysSummary(language: Language, days: readonly SnapshotDay[], now: number): string {
  const failing = days.filter((one) => isFailing(one.state));
  const unseen = days.filter((one) => one.state === 'unknown').length;
  const counts = { days: days.length, count: failing.length };
  const details = failing.slice(-5).map((one) => daySentence(language, one, now));
  const earlier = failing.length - details.length;
  const parts = [
    failing.length === 0 ? language.days.none(counts) : language.days.some(counts),
    ...details.toReversed(),
    earlier > 0 ? language.days.earlier({ count: earlier }) : '',
    unseen > 0 ? language.days.unseen({ count: unseen }) : '',
  ];
  return asOneSentence(language, parts.filter(Boolean));
}

function weightWords({ weights, count }: Language, weight: number): string {
  if (weight === 0) return weights.none;
  return weight === 1 ? weights.full : `${count(Math.round(weight * 1_000) / 10)} %`;
}

function lossSentence({ loss: words, wholeInstant }: Language, loss: PlainLoss): string {
  if (loss.kind === 'none') return words.none;
  const { fromAt, toAt, what, recovery } = loss;
  const instants = { from: wholeInstant(fromAt), to: wholeInstant(toAt) };
  return words.line({ ...instants, what, recovery: words.recoveries[recovery] });
}

/** The sentences of one language. */
export function sentencesIn(language: Language): Sentences {
  return {
    componentSentence: ({ name, state }) => language.component[state]({ name }),
    wholeSentence: (snapshot) => wholeSentence(language, snapshot),
    storySentence: (day) => storySentence(language, day),
    daySentence: (day, now) => daySentence(language, day, now),
    yearSentence: (year) => yearSentence(language, year),
    latencyWords: (ms) => latencyWords(language, ms),
    daysSummary: (days, now) => daysSummary(language, days, now),
    lossSentence: (loss) => lossSentence(language, loss),
    formulaSentence: ({ major_outage, partial_outage, degraded }) =>
      language.formula({
        major: weightWords(language, major_outage),
        partial: weightWords(language, partial_outage),
        degraded: weightWords(language, degraded),
      }),
  };
}
