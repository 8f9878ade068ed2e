import type { Outcome } from '#core/verdict.ts';
import type { Database } from '#db/client.ts';
import type { DeclaredProbe } from '#db/components.ts';
import { handleFlips } from '#db/flips.ts';
import { recordResults } from '#db/results.ts';
import { applySettings } from '#db/settings.ts';
import { console_, declared, noon, policy } from './platform.ts';

export const places = ['home', 'lisbon', 'porto'] as const;
export type Place = (typeof places)[number];

/** One component, `mail`, whose only probe looks each second from the given locations. */
export async function openPlaces(db: Database, probe: Partial<DeclaredProbe> = {}, at = noon): Promise<void> {
  const mail = declared('mail', 'Mail');
  const probes = mail.probes.map((each) => ({ ...each, locations: [...places], ...probe }));
  const locations = places.map((name) => ({ name, label: name.toUpperCase() }));
  await applySettings(db, { locations, components: [{ ...mail, probes }] }, { actor: console_, now: at });
}

/** What each named location saw at the same instant, handed in at `now`. */
export async function sightings(
  db: Database,
  at: number,
  outcomes: Partial<Record<Place, Outcome>>,
  now = at,
): Promise<void> {
  const results = Object.entries(outcomes).map(([location, outcome]) => ({
    probeId: 'mail/http',
    location,
    at,
    outcome,
    latencyMs: 5,
    reason: outcome === 'ok' ? null : 'refused',
  }));
  await recordResults(db, results, now);
  await handleFlips(db, policy, now);
}
