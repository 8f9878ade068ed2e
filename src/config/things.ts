import { hash } from 'node:crypto';
import { formatDuration } from '#core/duration.ts';
import { homeLocation } from '#core/location.ts';
import type { Declared } from '#db/settings.ts';
import { brandWords } from './brand/brandWords.ts';
import { snakeCase } from './keyCase.ts';
import type { StatusConfig, TargetConfig } from './status.ts';

/** A target as it is kept: of its secrets as much as shows that they have changed. */
function keptTarget({ secrets, ...target }: TargetConfig): TargetConfig {
  const digests = Object.entries(secrets).map(([key, value]) => [key, `sha256:${hash('sha256', value).slice(0, 16)}`]);
  return { ...target, secrets: Object.fromEntries(digests) };
}

/** What is declared, of all that is known of the file. */
export function declaredOf({ secrets: _, remarks: __, page, publish, ...declared }: StatusConfig): Declared {
  const { brand, ...said } = page;
  return {
    page: { ...said, ...brandWords(brand) },
    ...declared,
    publish: { targets: publish.targets.map(keptTarget) },
  };
}

/** One thing that is declared: the page, a component, a probe. Each has its own line in a plan. */
export type Thing = {
  kind: string;
  /** Empty where there is only one of its kind. */
  name: string;
  label: string | null;
  /** By path in the spelling of the file, such as `steps.2.url`; what is empty is left out. */
  fields: ReadonlyMap<string, unknown>;
};

export const keyOf = ({ kind, name }: Pick<Thing, 'kind' | 'name'>): string => (name === '' ? kind : `${kind} ${name}`);

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** Keys of free maps, such as headers, are no words of ours and stay as they are. */
const spelled = (key: string): string => (/^[a-z][a-zA-Z0-9]*$/.test(key) ? snakeCase(key) : key);

/** Entries of a list are known by name where all have one, else by their place from 1. */
function entriesOf(list: readonly unknown[]): [string, unknown][] {
  const names = list.map((entry): unknown => Object(entry).name);
  const areNamed = names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
  return list.map((entry, index) => [String(areNamed ? names[index] : index + 1), entry]);
}

/** The leaves of a value by path. A list of plain values is one leaf. */
function leavesOf(value: unknown, path: readonly string[] = []): [string, unknown][] {
  if (value === undefined || value === null) return [];
  if (isScalar(value)) return [[path.join('.'), value]];
  if (!Array.isArray(value))
    return Object.entries(Object(value)).flatMap(([key, entry]) => leavesOf(entry, [...path, spelled(key)]));
  if (value.every(isScalar)) return value.length === 0 ? [] : [[path.join('.'), value]];
  return entriesOf(value).flatMap(([name, entry]) => leavesOf(entry, [...path, name]));
}

function thing(kind: string, name: string, label: string | null, value: unknown): Thing {
  return { kind, name, label, fields: new Map(leavesOf(value)) };
}

/** Rhythm is kept in milliseconds and written as durations. */
function asWritten(settings: object): Record<string, unknown> {
  const entries = Object.entries(settings).map(([key, value]): [string, unknown] =>
    key.endsWith('Ms') && typeof value === 'number' ? [key.slice(0, -2), formatDuration(value)] : [key, value],
  );
  return Object.fromEntries(entries);
}

function componentThings({ slug, dependsOn, probes, ...own }: Declared['components'][number]): Thing[] {
  return [
    thing('component', slug, own.name, own),
    ...dependsOn.map((to) => thing('dependency', `${slug} -> ${to}`, null, {})),
    ...probes.map(({ name, config, ...common }) =>
      thing('probe', `${slug}/${name}`, common.kind, { ...asWritten(common), ...Object(config) }),
    ),
  ];
}

function targetThings({ targets = [] }: { targets?: readonly TargetConfig[] }): Thing[] {
  return targets.map(({ name, kind, config, secrets, ...common }) =>
    thing('target', name, kind, { ...asWritten({ kind, ...common }), ...config, ...secrets }),
  );
}

/**
 * Everything that is declared, in the order of the file, each as a thing with its fields. It lists no fields: whatever
 * a setting, a component or a probe has is one.
 */
export function thingsOf(declared: Declared): Map<string, Thing> {
  const { components, groups, locations = [], publish, hidden: _, ...settings } = declared;
  const things = [
    ...Object.entries(settings).map(([key, value]) => thing(spelled(key), '', null, value)),
    ...(Array.isArray(groups) ? groups : []).map((group) => thing('group', String(group), null, {})),
    // The server's own is there whether it is named or not.
    ...locations
      .filter(({ name, label }) => name !== homeLocation || label !== name)
      .map(({ name, label }) => thing('location', name, null, { label })),
    ...components.flatMap(componentThings),
    ...targetThings(Object(publish)),
  ];
  return new Map(things.map((each) => [keyOf(each), each]));
}

/** The address of a field among all of them. */
export const fieldAddress = (each: Thing, field: string): string => `${keyOf(each)} ${field}`.trim();

/**
 * The addresses of the fields whose text came out of a variable.
 * @param values what the variables held
 */
export function hiddenFields(declared: Declared, values: readonly string[]): string[] {
  const secrets = values.map((value) => value.trim().toLowerCase()).filter((value) => value !== '');
  const holds = (value: unknown) => {
    const text = [value].flat().map(String).join('\n').toLowerCase();
    return secrets.some((secret) => text.includes(secret));
  };
  return [...thingsOf(declared).values()].flatMap((each) =>
    [...each.fields].filter(([, value]) => holds(value)).map(([field]) => fieldAddress(each, field)),
  );
}
