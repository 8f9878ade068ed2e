import { z } from 'zod';
import { expectation } from './expectation.ts';
import { snakeCase } from './keyCase.ts';
import { nearest } from './nearest.ts';
import type { ConfigProblem } from './problems.ts';
import type { Path, YamlSource } from './yamlSource.ts';

/** A union that failed inside one of its branches: the issue in there tells more. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().find(({ path }) => path.length > 0);
  return inner === undefined ? issue : deepest({ ...inner, path: [...issue.path, ...inner.path] });
}

/** A value with more mistakes, or a map with more unknown keys, is something else altogether. */
const mistakeLimit = 100;

function issueProblems(
  source: YamlSource,
  path: Path,
  issue: z.core.$ZodIssue,
  known: readonly string[],
): ConfigProblem[] {
  const tokens = issue.path.map((token) => (typeof token === 'symbol' ? token.toString() : token));
  const place = [...path, ...tokens];
  if (issue.code === 'unrecognized_keys')
    return issue.keys
      .slice(0, mistakeLimit)
      .map((key) =>
        source.problem(place, `one of the keys ${known.join(', ')}`, { key, suggestion: nearest(key, known) }),
      );
  const choices = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const suggestion = typeof issue.input === 'string' ? nearest(issue.input, choices) : undefined;
  return [source.problem(place, issue.message, { suggestion })];
}

/**
 * Parses the value that stands at `path`, and tells what is wrong with it in the places of its file.
 * @param alsoKnown keys of the same map that another schema reads
 */
export function parseAt<Schema extends z.ZodType>(
  source: YamlSource,
  path: Path,
  value: unknown,
  schema: Schema,
  alsoKnown: readonly string[] = [],
): { data: z.output<Schema> | undefined; problems: ConfigProblem[] } {
  const knownKeys = new Map<string, string[]>();
  const parsed = schema.safeParse(value, {
    reportInput: true,
    error: (issue) => {
      if (issue.code === 'unrecognized_keys' && issue.inst instanceof z.ZodObject)
        knownKeys.set(JSON.stringify(issue.path ?? []), Object.keys(issue.inst.shape).map(snakeCase));
      return expectation(issue);
    },
  });
  if (parsed.success) return { data: parsed.data, problems: [] };
  const problems = parsed.error.issues
    .slice(0, mistakeLimit)
    .map(deepest)
    .flatMap((issue) => {
      const known = knownKeys.get(JSON.stringify(issue.path)) ?? [];
      return issueProblems(source, path, issue, issue.path.length === 0 ? [...known, ...alsoKnown] : known);
    });
  return { data: undefined, problems };
}
