import type { Warning } from '#core/plan.ts';
import { sharedFateSentence, sharedFates } from '#core/sharedFate.ts';
import type { Declared, Surroundings } from '#db/settings.ts';

/** Everything that a warning may look at. */
export type PlanScene = Surroundings & { before: Declared; after: Declared; remarks: readonly Warning[] };

const slugsOf = ({ components }: Declared): Set<string> => new Set(components.map(({ slug }) => slug));

const about = (slug: string): string => `component ${slug}`;

function retiring({ before, after }: PlanScene): Declared['components'] {
  const staying = slugsOf(after);
  return before.components.filter(({ slug }) => !staying.has(slug));
}

function openIncidentStays(scene: PlanScene): Warning[] {
  return retiring(scene).flatMap(({ slug }) =>
    scene.openIncidents
      .filter(({ slugs }) => slugs.includes(slug))
      .map(({ title }) => ({
        about: about(slug),
        sentence: `It is retired while the incident "${title}" is open and names it: the incident stays open until somebody resolves it.`,
      })),
  );
}

function historyIsHidden(scene: PlanScene): Warning[] {
  return retiring(scene).map(({ slug }) => ({
    about: about(slug),
    sentence: 'It leaves the page. Its history is kept but hidden, and comes back when its slug does.',
  }));
}

function historyReturns({ after, retired }: PlanScene): Warning[] {
  return [...slugsOf(after)]
    .filter((slug) => retired.includes(slug))
    .map((slug) => ({
      about: about(slug),
      sentence: 'It was here before and brings its history back. The time in between counts as unknown.',
    }));
}

function dependencyIsUnprobed({ after }: PlanScene): Warning[] {
  return after.components
    .filter(({ probes }) => probes.length === 0)
    .flatMap(({ slug }) => {
      const above = after.components.filter(({ dependsOn }) => dependsOn.includes(slug)).map((each) => each.slug);
      if (above.length === 0) return [];
      const who = `${above.join(', ')} ${above.length === 1 ? 'depends' : 'depend'} on it`;
      return [{ about: about(slug), sentence: `${who}, but it has no probe: its failure is suspected, never seen.` }];
    });
}

function fateIsShared({ after }: PlanScene): Warning[] {
  const placed = after.components.map(({ runsOn = [], ...component }) => ({ ...component, runsOn }));
  return sharedFates(placed).map((fate) => ({ about: about(fate.component), sentence: sharedFateSentence(fate) }));
}

/** Every rule. Each looks at the whole scene and says what there is to know; a new one is a function and a name here. */
const rules: readonly ((scene: PlanScene) => Warning[])[] = [
  openIncidentStays,
  historyIsHidden,
  historyReturns,
  dependencyIsUnprobed,
  fateIsShared,
];

/** What to know before the plan is applied. */
export function warningsOf(scene: PlanScene): Warning[] {
  return [...scene.remarks, ...rules.flatMap((rule) => rule(scene))];
}
