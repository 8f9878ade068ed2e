import type { Card } from '#core/card.ts';
import { isOpen } from '#core/incident.ts';
import type { Locale } from '#core/locale.ts';
import type { Snapshot, SnapshotIncident } from '#core/snapshot.ts';
import { worstState } from '#core/status.ts';
import { type Words, wordsIn } from '../i18n/words.ts';

type Frame = Pick<Card, 'name' | 'nameSuffix' | 'accent' | 'logo'>;

function frameOf({ page }: Snapshot, words: Words): Frame {
  const { accent, logo } = page.brand;
  return { name: page.name, nameSuffix: words.status, accent: accent?.light ?? null, logo: logo?.light ?? null };
}

/** With its year: a card is kept for longer than anybody knows. */
function timeWords(words: Words, at: number): string {
  return `${words.asOf} ${words.instant(at, 0)}`;
}

/** How things are, as a card. */
export function wholeCard(snapshot: Snapshot, locale: Locale): Card {
  const words = wordsIn(locale);
  return {
    ...frameOf(snapshot, words),
    state: snapshot.state,
    word: words.states[snapshot.state],
    headline: words.wholeSentence(snapshot),
    time: timeWords(words, snapshot.generatedAt),
  };
}

/** What an incident is called and how far it is, as a card. */
export function incidentCard(snapshot: Snapshot, locale: Locale, incident: SnapshotIncident): Card {
  const words = wordsIn(locale);
  const states = incident.components.map(({ state }) => state);
  const status = words.statuses[incident.status];
  return {
    ...frameOf(snapshot, words),
    state: isOpen(incident) ? worstState(states) : 'operational',
    word: isOpen(incident) ? `${status} · ${words.impacts[incident.impact]}` : status,
    headline: incident.title,
    time: timeWords(words, incident.updatedAt),
  };
}
