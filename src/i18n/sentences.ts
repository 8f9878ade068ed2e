import type { PlainLoss } from '#core/loss.ts';
import { openIncidents, type Snapshot, type SnapshotComponent, type SnapshotDay } from '#core/snapshot.ts';
import { type ComponentState, isFailing } from '#core/status.ts';
import type { UptimeWeights } from '#core/uptime.ts';
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
  /** One day of a component in words: "12 Oct: major outage, failing for 3 h 05 min". */
  daySentence: (day: SnapshotDay, now: number) => string;
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

function failingSentence(language: Language, components: readonly SnapshotComponent[]): string {
  const total = components.length;
  const namesIn = (state: ComponentState) =>
    components.filter((component) => component.state === state).map((component) => component.name);
  if (total > 1 && namesIn('major_outage').length === total) return language.whole.nothingWorks;
  const clauses = failures.flatMap((state) => {
    const named = namesIn(state);
    if (named.length === 0) return [];
    return language.whole[state]({ count: named.length, subject: subject(language, named, total) });
  });
  return `${clauses.join('; ')}.`;
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

function daySentence(language: Language, { date, state, failingMs }: SnapshotDay, now: number): string {
  const words = { day: language.day(dateOf(date), now), state: language.states[state].toLowerCase() };
  if (failingMs <= 0) return language.days.calm(words);
  return language.days.failing({ ...words, duration: language.duration(failingMs) });
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
  return `${parts.filter(Boolean).join('; ')}.`;
}

function weightWords({ weights }: Language, weight: number): string {
  if (weight === 0) return weights.none;
  return weight === 1 ? weights.full : `${Math.round(weight * 1_000) / 10} %`;
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
    daySentence: (day, now) => daySentence(language, day, now),
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
