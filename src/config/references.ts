import { z } from 'zod';
import { findCycle } from '#core/graph.ts';
import { locales } from '#core/locale.ts';
import { homeLocation } from '#core/location.ts';
import { nearest } from './nearest.ts';
import type { ConfigProblem } from './problems.ts';
import { componentLimit } from './schema.ts';
import type { Path, YamlSource } from './yamlSource.ts';

const word = z.string().catch('');
// Longer lists are refused by the schema; what is compared with each other here stays small.
const list = <Entry extends z.ZodType>(entry: Entry) => z.array(entry).max(componentLimit).catch([]);
const probeNames = z
  .object({ name: word, kind: word, locations: list(word), protects: word })
  .catch({ name: '', kind: '', locations: [], protects: '' });

const translated = z.record(z.string(), z.unknown()).catch({});

/** The names in a file, read whatever else is wrong with it; '' where there is none. */
const namesSchema = z.object({
  page: z.object({ translations: translated }).catch({ translations: {} }),
  locales: z.array(word).max(componentLimit).catch(['en']),
  groups: list(word),
  locations: list(z.object({ name: word }).catch({ name: '' })),
  publish: z
    .object({ targets: list(z.object({ name: word, kind: word }).catch({ name: '', kind: '' })) })
    .catch({ targets: [] }),
  components: list(
    z
      .object({ slug: word, group: word, depends_on: list(word), translations: translated, probes: list(probeNames) })
      .catch({ slug: '', group: '', depends_on: [], translations: {}, probes: [] }),
  ),
});
type Names = z.output<typeof namesSchema>;

/** A problem for each name that was there before, which tells where. */
function repeated(source: YamlSource, names: readonly string[], expected: string, pathOf: (index: number) => Path) {
  return names.flatMap((name, index): ConfigProblem[] => {
    const first = names.indexOf(name);
    if (name === '' || first === index) return [];
    const { line } = source.problem(pathOf(first), expected);
    return [source.problem(pathOf(index), expected, { found: `"${name}" again, after line ${line}` })];
  });
}

function slugProblems(source: YamlSource, { components }: Names): ConfigProblem[] {
  const slugs = components.map(({ slug }) => slug);
  return repeated(source, slugs, 'a slug that no other component has', (index) => ['components', index, 'slug']);
}

function probeProblems(source: YamlSource, { components }: Names): ConfigProblem[] {
  return components.flatMap(({ probes }, component) => {
    const names = probes.map(({ name, kind }) => name || kind);
    const pathOf = (index: number) => ['components', component, 'probes', index, 'name'];
    return repeated(source, names, 'a name that no other probe of it has', pathOf);
  });
}

function locationProblems(source: YamlSource, { locations, components }: Names): ConfigProblem[] {
  const names = locations.map(({ name }) => name);
  const known = [...new Set([homeLocation, ...names])];
  return [
    ...repeated(source, names, 'a name that no other location has', (index) => ['locations', index, 'name']),
    ...components.flatMap(({ probes }, index) =>
      probes.flatMap((probe, place) => {
        const path = ['components', index, 'probes', place, 'locations'];
        return [
          ...repeated(source, probe.locations, 'each location once', (at) => [...path, at]),
          ...probe.locations.flatMap((name, at) =>
            name === '' || known.includes(name)
              ? []
              : source.problem([...path, at], `one of ${known.join(', ')}`, { suggestion: nearest(name, known) }),
          ),
        ];
      }),
    ),
  ];
}

function groupProblems(source: YamlSource, { groups, components }: Names): ConfigProblem[] {
  const expected = groups.length === 0 ? 'a group that is listed under groups' : `one of ${groups.join(', ')}`;
  return [
    ...repeated(source, groups, 'a name that no other group has', (index) => ['groups', index]),
    ...components.flatMap(({ group }, index) =>
      group === '' || groups.includes(group)
        ? []
        : source.problem(['components', index, 'group'], expected, { suggestion: nearest(group, groups) }),
    ),
  ];
}

function dependencyProblems(source: YamlSource, { components }: Names): ConfigProblem[] {
  const slugs = components.map(({ slug }) => slug);
  return components.flatMap(({ depends_on }, index) => [
    ...repeated(source, depends_on, 'each slug once', (place) => ['components', index, 'depends_on', place]),
    ...depends_on.flatMap((slug, place) =>
      slug === '' || slugs.includes(slug)
        ? []
        : source.problem(['components', index, 'depends_on', place], 'the slug of a component', {
            suggestion: nearest(slug, slugs),
          }),
    ),
  ]);
}

function protectionProblems(source: YamlSource, { components }: Names): ConfigProblem[] {
  const slugs = components.map(({ slug }) => slug);
  return components.flatMap(({ probes }, index) =>
    probes.flatMap(({ protects }, place) =>
      protects === '' || slugs.includes(protects)
        ? []
        : source.problem(['components', index, 'probes', place, 'protects'], 'the slug of a component', {
            suggestion: nearest(protects, slugs),
          }),
    ),
  );
}

function targetProblems(source: YamlSource, { publish: { targets } }: Names): ConfigProblem[] {
  const names = targets.map(({ name, kind }) => name || kind);
  const pathOf = (index: number) => ['publish', 'targets', index, 'name'];
  return repeated(source, names, 'a name that no other target has', pathOf);
}

/** Translations are into languages of the page besides its first. */
function localeProblems(source: YamlSource, names: Names): ConfigProblem[] {
  const [first, ...others] = names.locales;
  const expected =
    others.length === 0
      ? 'a language that is listed under locales'
      : `a further language of locales: ${others.join(', ')}`;
  const strange = (path: Path, translations: Record<string, unknown>) =>
    Object.keys(translations)
      // What is no language at all has been told by the schema.
      .filter((key) => locales.some((locale) => locale === key) && !others.includes(key))
      .map((key) =>
        source.problem([...path, 'translations', key], expected, {
          found: key === first ? `"${key}", which is the first of them` : `"${key}"`,
        }),
      );
  return [
    ...strange(['page'], names.page.translations),
    ...names.components.flatMap(({ translations }, index) => strange(['components', index], translations)),
  ];
}

function cycleProblems(source: YamlSource, { components }: Names): ConfigProblem[] {
  const cycle = findCycle(components.flatMap(({ slug, depends_on }) => depends_on.map((to) => ({ from: slug, to }))));
  if (cycle === null) return [];
  const [from, to = ''] = cycle;
  const index = components.findIndex(({ slug, depends_on }) => slug === from && depends_on.includes(to));
  const place = components[index]?.depends_on.indexOf(to) ?? 0;
  const found = `the cycle ${cycle.join(' -> ')}`;
  return [source.problem(['components', index, 'depends_on', place], 'dependencies without a cycle', { found })];
}

/** What is wrong between the parts of a file: names given twice, names that nothing has, dependencies in a circle. */
export function referenceProblems(source: YamlSource): ConfigProblem[] {
  const names = namesSchema.safeParse(source.value);
  if (!names.success) return [];
  const rules = [
    slugProblems,
    probeProblems,
    locationProblems,
    groupProblems,
    dependencyProblems,
    protectionProblems,
    targetProblems,
    localeProblems,
    cycleProblems,
  ];
  return rules.flatMap((problems) => problems(source, names.data));
}
