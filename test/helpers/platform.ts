import type { Actor } from '#core/event.ts';
import type { Locale } from '#core/locale.ts';
import type { Outcome } from '#core/verdict.ts';
import type { Database } from '#db/client.ts';
import { type DeclaredComponent, listComponents } from '#db/components.ts';
import { handleFlips, type IncidentPolicy } from '#db/flips.ts';
import { recordResults } from '#db/results.ts';
import { applySettings } from '#db/settings.ts';

/** Midday of a quiet day. */
export const noon = Date.UTC(2026, 10, 1, 12);

export const console_: Actor = { kind: 'console', name: 'test' };

export const policy: IncidentPolicy = { openIncidents: 'publish', onRecovery: 'resolve', nextUpdateMinutes: 20 };

/** A component with one probe named `http` that runs each second. */
export function declared(slug: string, name: string, dependsOn: readonly string[] = []): DeclaredComponent {
  return {
    slug,
    name,
    description: null,
    group: null,
    dependsOn,
    probes: [
      {
        name: 'http',
        kind: 'http',
        config: { url: `http://127.0.0.1/${slug}` },
        whenDown: 'major_outage',
        intervalMs: 1_000,
        timeoutMs: 500,
        downAfter: 3,
        upAfter: 2,
      },
    ],
  };
}

/** Two services on one database, a mail server that stands alone, and a blog that nobody probes. */
export const filmPlatform: readonly DeclaredComponent[] = [
  declared('submissions', 'Submissions', ['database']),
  declared('payments', 'Payments', ['database']),
  declared('mail', 'Mail'),
  declared('database', 'Main database'),
  { ...declared('blog', 'Blog'), probes: [] },
];

/** Applies components, with no settings beside them. */
export async function applyComponents(
  db: Database,
  components: readonly DeclaredComponent[],
  actor: Actor,
  now: number,
): Promise<void> {
  await applySettings(db, { components }, { actor, now });
}

/** Makes the page of the film platform speak these languages. */
export async function speakLanguages(db: Database, locales: readonly Locale[]): Promise<void> {
  await applySettings(db, { components: filmPlatform, locales }, { actor: console_, now: noon });
}

/** Applies the film platform and lets every probe succeed once. */
export async function openFilmPlatform(db: Database, at = noon): Promise<Map<string, string>> {
  await applyComponents(db, filmPlatform, console_, at);
  await look(db, at, { submissions: 'ok', payments: 'ok', mail: 'ok', database: 'ok' });
  return new Map((await listComponents(db)).map((row) => [row.slug, row.id]));
}

/** One look at each named component, and what follows from it. */
export async function look(
  db: Database,
  at: number,
  outcomes: Record<string, Outcome>,
  rules: IncidentPolicy = policy,
): Promise<void> {
  const results = Object.entries(outcomes).map(([slug, outcome]) => ({
    probeId: `${slug}/http`,
    at,
    outcome,
    latencyMs: 5,
    reason: outcome === 'ok' ? null : 'refused',
  }));
  await recordResults(db, results, at);
  await handleFlips(db, rules, at);
}
