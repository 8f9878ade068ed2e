import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { defaultFlapThresholds } from '#core/flap.ts';
import { homeLocation } from '#core/location.ts';
import { dayMs, defaultWeights } from '#core/uptime.ts';
import { readBrand } from './brand/brand.ts';
import type { Environment } from './interpolate.ts';
import { fromFileCase } from './keyCase.ts';
import { nearest } from './nearest.ts';
import { parseAt } from './parseAt.ts';
import { resolvePaths } from './paths.ts';
import { ConfigError, type ConfigProblem } from './problems.ts';
import { referenceProblems } from './references.ts';
import { componentLimit, componentSchema, lookSchema, probeSchema, statusSchema } from './schema.ts';
import type { ComponentConfig, LocationConfig, ProbeConfig, StatusConfig } from './status.ts';
import { readTargets } from './targets.ts';
import { declaredOf, hiddenFields } from './things.ts';
import { type Path, readYaml, type YamlSource } from './yamlSource.ts';

/** What the file needs to know about a kind of probe: its name, the schema of its own settings, and `run` if it looks. */
export type KnownKind = { kind: string; schema: z.ZodType; run?: unknown };

type Policies = StatusConfig['policies'];
type Reading = {
  source: YamlSource;
  kinds: readonly KnownKind[];
  problems: ConfigProblem[];
  policies: Policies;
  /** Relative paths begin here. */
  folder: string;
};

const defaultTimeoutMs = 10_000;

/** A listening probe is judged when its job is due; beyond that it is looked after this often. */
const listening = { intervalMs: 60_000, timeoutMs: 10_000 };

/** How often a probe looks and how long that may take. One that listens has its schedule among its own settings. */
function paceOf(reading: Reading, path: Path, common: z.output<typeof lookSchema | typeof probeSchema>) {
  if (!('interval' in common)) return listening;
  const { interval, timeout = Math.min(defaultTimeoutMs, interval) } = common;
  if (timeout > interval)
    reading.problems.push(reading.source.problem([...path, 'timeout'], 'a duration not longer than the interval'));
  return { intervalMs: interval, timeoutMs: timeout };
}

/** Where a probe looks from, and how many of these places must agree. One that listens does so at the server. */
function placesOf(reading: Reading, path: Path, common: z.output<typeof lookSchema | typeof probeSchema>) {
  if (!('locations' in common)) return { locations: null, quorum: null };
  const { locations, quorum = null } = common;
  if (quorum !== null && quorum > locations.length)
    reading.problems.push(
      reading.source.problem([...path, 'quorum'], `at most the number of its locations, ${locations.length}`),
    );
  const isHomeOnly = locations.every((location) => location === homeLocation);
  return isHomeOnly ? { locations: null, quorum: null } : { locations, quorum };
}

function readProbe(reading: Reading, path: Path, input: unknown): ProbeConfig | undefined {
  const { source, kinds, problems, policies, folder } = reading;
  const entries = typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.entries(input) : null;
  if (entries === null) {
    problems.push(source.problem(path, 'a map of keys'));
    return undefined;
  }
  const named = Object.fromEntries(entries)['kind'];
  const kind = kinds.find((candidate) => candidate.kind === named);
  const listens = kind !== undefined && !('run' in kind);
  const commonSchema = listens ? probeSchema : lookSchema;
  const commonKeys = Object.keys(commonSchema.shape);
  const isCommon = ([key]: [string, unknown]) => commonKeys.includes(key);
  const common = parseAt(source, path, Object.fromEntries(entries.filter(isCommon)), commonSchema);
  problems.push(...common.problems);
  if (kind === undefined) {
    const names = kinds.map((candidate) => candidate.kind);
    if (typeof named === 'string')
      problems.push(
        source.problem([...path, 'kind'], `one of ${names.join(', ')}`, { suggestion: nearest(named, names) }),
      );
    return undefined;
  }
  const own = Object.fromEntries(entries.filter((entry) => !isCommon(entry)));
  const settings = parseAt(source, path, fromFileCase(own, kind.schema), kind.schema, commonKeys);
  problems.push(...settings.problems);
  if (common.data === undefined || settings.problems.length > 0) return undefined;

  const { when_down, down_after, up_after, name } = common.data;
  return {
    name: name ?? kind.kind,
    kind: kind.kind,
    config: resolvePaths(settings.data, folder),
    ...paceOf(reading, path, common.data),
    whenDown: when_down,
    // A late job is late: there is no second look that could tell better.
    downAfter: down_after ?? (listens ? 1 : policies.downAfter),
    upAfter: up_after ?? (listens ? 1 : policies.upAfter),
    ...placesOf(reading, path, common.data),
    ...(listens ? { listens } : {}),
  };
}

function readComponent(reading: Reading, path: Path, input: unknown): ComponentConfig | undefined {
  const { data, problems } = parseAt(reading.source, path, input, componentSchema);
  reading.problems.push(...problems);
  const declared: unknown = data?.probes ?? Object(input).probes;
  const probes = (Array.isArray(declared) ? declared : []).map((probe: unknown, index) =>
    readProbe(reading, [...path, 'probes', index], probe),
  );
  if (data === undefined) return undefined;
  return {
    slug: data.slug,
    name: data.name,
    description: data.description ?? null,
    group: data.group ?? null,
    dependsOn: data.depends_on,
    runsOn: data.runs_on,
    translations: data.translations,
    probes: probes.filter((probe) => probe !== undefined),
  };
}

/** The declared locations in their order; the server's own leads where it is not among them. */
function locationsFrom(declared: z.output<typeof statusSchema>['locations']): LocationConfig[] {
  const named = declared.map(({ name, label }) => ({ name, label: label ?? name }));
  const hasHome = named.some(({ name }) => name === homeLocation);
  return hasHome ? named : [{ name: homeLocation, label: homeLocation }, ...named];
}

function policiesFrom(input: z.output<typeof statusSchema>['policies'] | undefined): Policies {
  const { start_percent, stop_percent } = input?.flapping ?? {};
  return {
    downAfter: input?.down_after ?? 3,
    upAfter: input?.up_after ?? 2,
    openIncidents: input?.open_incidents ?? 'publish',
    onRecovery: input?.on_recovery ?? 'resolve',
    nextUpdateMinutes: input?.next_update_minutes ?? null,
    flapping: {
      start: start_percent ?? defaultFlapThresholds.start,
      stop: stop_percent ?? defaultFlapThresholds.stop,
    },
    anchors: input?.anchors ?? [],
    uptime: input?.uptime ?? defaultWeights,
    retention: {
      resultsMs: input?.retention.results ?? 7 * dayMs,
      hourlyRollupsMs: input?.retention.hourly_rollups ?? 400 * dayMs,
      dailyRollupsMs: input?.retention.daily_rollups ?? null,
      flipsMs: input?.retention.flips ?? null,
    },
  };
}

/** All problems in the order of the file, less those that only follow from a variable that is not set. */
function inOrder(unset: readonly ConfigProblem[], others: readonly ConfigProblem[]): ConfigProblem[] {
  const follows = (problem: ConfigProblem) =>
    unset.some(({ line, column }) => line === problem.line && column === problem.column);
  const all = [...unset, ...others.filter((problem) => !follows(problem))];
  return all.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/**
 * Reads the text of a `status.yaml`.
 * @param file its path, absolute or from the working folder: problems are told with it, and paths in it begin beside it
 * @param environment answers the `${NAME}` in text values
 * @throws ConfigError with every problem of the file
 */
export function parseStatus(
  file: string,
  text: string,
  environment: Environment,
  kinds: readonly KnownKind[],
): StatusConfig {
  const source = readYaml(file, text, environment);
  if (source.value === undefined) throw new ConfigError(file, source.problems);

  const frame = parseAt(source, [], source.value, statusSchema);
  const problems = [...frame.problems];
  const policies = policiesFrom(frame.data?.policies);
  const reading: Reading = { source, kinds, problems, policies, folder: dirname(resolve(file)) };
  const declared: unknown = Object(source.value).components;
  const listed = Array.isArray(declared) ? declared : [];
  if (listed.length > componentLimit) throw new ConfigError(file, inOrder(source.problems, problems));
  const components = listed.map((input: unknown, index) => readComponent(reading, ['components', index], input));
  const targets = readTargets(reading);
  problems.push(...referenceProblems(source));
  const look = frame.data && readBrand(source, file, frame.data.page);
  problems.push(...(look?.problems ?? []));
  const found = inOrder(source.problems, problems);
  if (frame.data === undefined || look === undefined || found.length > 0) throw new ConfigError(file, found);

  const { page, groups, locations, locales } = frame.data;
  const status = {
    page: {
      name: page.name,
      about: page.about ?? null,
      supportUrl: page.support_url ?? null,
      brand: look.brand,
      timeZone: page.time_zone,
      translations: page.translations,
    },
    groups,
    locations: locationsFrom(locations),
    components: components.filter((component) => component !== undefined),
    policies,
    publish: { targets },
    locales,
    remarks: look.remarks,
  };
  const values = source.filled.map(({ value }) => value);
  const isForProgramsOnly = ({ path }: { path: Path }) => path.includes('probes') || path[0] === 'publish';
  const secrets = source.filled.filter(isForProgramsOnly).map(({ value }) => value);
  const hidden = hiddenFields(declaredOf({ ...status, secrets, hidden: [] }), values);
  return { ...status, hidden, secrets };
}
