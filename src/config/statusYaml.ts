import type { z } from 'zod';
import { dayMs, defaultWeights } from '#core/uptime.ts';
import type { Environment } from './interpolate.ts';
import { fromFileCase } from './keyCase.ts';
import { nearest } from './nearest.ts';
import { parseAt } from './parseAt.ts';
import { ConfigError, type ConfigProblem } from './problems.ts';
import { referenceProblems } from './references.ts';
import { componentSchema, probeSchema, statusSchema } from './schema.ts';
import type { ComponentConfig, ProbeConfig, StatusConfig } from './status.ts';
import { type Path, readYaml, type YamlSource } from './yamlSource.ts';

/** What the file needs to know about a kind of probe: its name and the schema of its own settings. */
export type KnownKind = { kind: string; schema: z.ZodType };

type Policies = StatusConfig['policies'];
type Reading = { source: YamlSource; kinds: readonly KnownKind[]; problems: ConfigProblem[]; policies: Policies };

const defaultTimeoutMs = 10_000;
const commonKeys = Object.keys(probeSchema.shape);

function readProbe(reading: Reading, path: Path, input: unknown): ProbeConfig | undefined {
  const { source, kinds, problems, policies } = reading;
  const entries = typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.entries(input) : null;
  if (entries === null) {
    problems.push(source.problem(path, 'a map of keys'));
    return undefined;
  }
  const isCommon = ([key]: [string, unknown]) => commonKeys.includes(key);
  const common = parseAt(source, path, Object.fromEntries(entries.filter(isCommon)), probeSchema);
  problems.push(...common.problems);

  const named = Object.fromEntries(entries)['kind'];
  const kind = kinds.find((candidate) => candidate.kind === named);
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

  const { interval, timeout, when_down, down_after, up_after, name } = common.data;
  const timeoutMs = timeout ?? Math.min(defaultTimeoutMs, interval);
  if (timeoutMs > interval)
    problems.push(source.problem([...path, 'timeout'], 'a duration not longer than the interval'));
  return {
    name: name ?? kind.kind,
    kind: kind.kind,
    config: settings.data,
    intervalMs: interval,
    timeoutMs,
    whenDown: when_down,
    downAfter: down_after ?? policies.downAfter,
    upAfter: up_after ?? policies.upAfter,
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
    probes: probes.filter((probe) => probe !== undefined),
  };
}

function policiesFrom(input: z.output<typeof statusSchema>['policies'] | undefined): Policies {
  return {
    downAfter: input?.down_after ?? 3,
    upAfter: input?.up_after ?? 2,
    openIncidents: input?.open_incidents ?? 'publish',
    onRecovery: input?.on_recovery ?? 'resolve',
    nextUpdateMinutes: input?.next_update_minutes ?? null,
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
 * @param file the name that problems are told with
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
  const reading: Reading = { source, kinds, problems, policies };
  const declared: unknown = Object(source.value).components;
  const components = (Array.isArray(declared) ? declared : []).map((input: unknown, index) =>
    readComponent(reading, ['components', index], input),
  );
  problems.push(...referenceProblems(source));
  const found = inOrder(source.problems, problems);
  if (frame.data === undefined || found.length > 0) throw new ConfigError(file, found);

  const { page, groups, locales } = frame.data;
  return {
    page: {
      name: page.name,
      about: page.about ?? null,
      supportUrl: page.support_url ?? null,
      accent: page.accent ?? null,
      timeZone: page.time_zone,
    },
    groups,
    components: components.filter((component) => component !== undefined),
    policies,
    secrets: source.filled.filter(({ path }) => path.includes('probes')).map(({ value }) => value),
    locales,
  };
}
