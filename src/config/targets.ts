import { targetKinds } from '#publish/targets/registry.ts';
import { fromFileCase, snakeCase } from './keyCase.ts';
import { nearest } from './nearest.ts';
import { parseAt } from './parseAt.ts';
import { resolvePaths } from './paths.ts';
import type { ConfigProblem } from './problems.ts';
import { targetSchema } from './schema.ts';
import type { TargetConfig } from './status.ts';
import type { Path, YamlSource } from './yamlSource.ts';

type Reading = {
  source: YamlSource;
  problems: ConfigProblem[];
  /** Relative paths begin here. */
  folder: string;
};

const commonKeys = Object.keys(targetSchema.shape);

/** A secret stands in a variable alone: what is written into a file is read by whoever keeps its copies. */
function secretProblems({ source }: Reading, path: Path, secrets: readonly string[], own: object): ConfigProblem[] {
  return secrets.flatMap((key) => {
    const name = snakeCase(key);
    const place = [...path, name].join('.');
    const isFilled = source.filled.some((filled) => filled.path.join('.') === place);
    if (isFilled || !(name in own)) return [];
    return source.problem([...path, name], 'the name of an environment variable, such as "${S3_SECRET}"', {
      found: 'the secret itself',
    });
  });
}

function readTarget(reading: Reading, path: Path, input: unknown): TargetConfig | undefined {
  const { source, problems, folder } = reading;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    problems.push(source.problem(path, 'a map of keys'));
    return undefined;
  }
  const entries = Object.entries(input);
  const isCommon = ([key]: [string, unknown]) => commonKeys.includes(key);
  const common = parseAt(source, path, Object.fromEntries(entries.filter(isCommon)), targetSchema);
  problems.push(...common.problems);
  const named: unknown = Reflect.get(input, 'kind');
  const kind = targetKinds.find((each) => each.kind === named);
  if (kind === undefined) {
    const names = targetKinds.map((each) => each.kind);
    if (typeof named === 'string')
      problems.push(
        source.problem([...path, 'kind'], `one of ${names.join(', ')}`, { suggestion: nearest(named, names) }),
      );
    return undefined;
  }
  const own = Object.fromEntries(entries.filter((entry) => !isCommon(entry)));
  const settings = parseAt(source, path, fromFileCase(own, kind.schema), kind.schema, commonKeys);
  problems.push(...settings.problems, ...secretProblems(reading, path, kind.secrets, own));
  if (common.data === undefined || settings.data === undefined) return undefined;
  const parsed = Object.entries(Object(resolvePaths(settings.data, folder, kind.files)));
  const isSecret = ([key]: [string, unknown]) => kind.secrets.includes(key);
  return {
    name: common.data.name ?? kind.kind,
    kind: kind.kind,
    refreshMs: common.data.refresh ?? kind.refreshMs,
    config: Object.fromEntries(parsed.filter((entry) => !isSecret(entry))),
    secrets: Object.fromEntries(parsed.filter(isSecret).map(([key, value]) => [key, String(value)])),
  };
}

/** Reads `publish.targets`, each by the schema of its kind; what is wrong is added to the problems. */
export function readTargets(reading: Reading): TargetConfig[] {
  const listed: unknown = Object(Object(reading.source.value).publish).targets;
  if (!Array.isArray(listed)) return [];
  return listed
    .map((input: unknown, index) => readTarget(reading, ['publish', 'targets', index], input))
    .filter((target) => target !== undefined);
}
