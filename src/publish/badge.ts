import { makeBadge } from 'badge-maker';
import type { Snapshot } from '#core/snapshot.ts';
import type { ComponentState } from '#core/status.ts';
import { wordsIn } from '../i18n/words.ts';
import { cleanText } from './feedText.ts';

/** What a badge says: of whom, and how they are. */
export type Badge = { label: string; state: ComponentState };

export const badgeFormats = ['svg', 'json'] as const;
export type BadgeFormat = (typeof badgeFormats)[number];

export const badgeTypes: Record<BadgeFormat, string> = {
  svg: 'image/svg+xml; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

/** A badge is read by programs too, and far from the page: it speaks one language. */
const words = wordsIn('en');

/** In the names that shields.io has for them. */
const colours: Record<ComponentState, string> = {
  operational: 'brightgreen',
  degraded: 'yellow',
  partial_outage: 'orange',
  major_outage: 'red',
  maintenance: 'blue',
  unknown: 'lightgrey',
};

function svgText({ label, message, color }: { label: string; message: string; color: string }): string {
  return makeBadge({ label, message, color });
}

/** The endpoint JSON of shields.io (https://shields.io/badges/endpoint-badge). */
function jsonText({ label, message, color }: { label: string; message: string; color: string }): string {
  return JSON.stringify({ schemaVersion: 1, label, message, color, cacheSeconds: 60 });
}

const writers = { svg: svgText, json: jsonText };

/** A badge of the whole platform or of one component. */
export function badgeText(format: BadgeFormat, { label, state }: Badge): string {
  return writers[format]({
    label: cleanText(label),
    message: words.statesInline[state],
    color: colours[state],
  });
}

/** Every badge, by its address without the ending. */
export function badgesOf({ page, state, components }: Snapshot): { path: string; badge: Badge }[] {
  return [
    { path: '/badge', badge: { label: words.siteTitle({ name: page.name }), state } },
    ...components.map((component) => ({
      path: `/badge/${component.slug}`,
      badge: { label: component.name, state: component.state },
    })),
  ];
}

/** What a badge says that may be old: it shows no age, so that it says that nothing is known. */
export function staleBadgeText(format: BadgeFormat, { label }: Badge): string {
  return badgeText(format, { label, state: 'unknown' });
}
