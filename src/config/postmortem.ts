import { type Frontmatter, postmortemSchema } from '#core/postmortem.ts';
import { fromFileCase } from './keyCase.ts';
import { parseAt } from './parseAt.ts';
import { ConfigError, type ConfigProblem } from './problems.ts';
import { readYaml } from './yamlSource.ts';

/** The settings between two lines of three hyphens, and the prose below them. */
const parts = /^---\r?\n(?<settings>[\s\S]*?)\r?\n---[ \t]*(?:\r?\n(?<body>[\s\S]*))?$/;

function withoutFrontmatter(file: string): ConfigProblem {
  const expected = 'settings between two lines of three hyphens';
  return { file, line: 1, column: 1, where: 'the file', expected, found: 'none' };
}

/**
 * Parses a postmortem.
 * @param file the name that problems are told with
 * @throws ConfigError with every problem, each with its line and column
 */
export function parsePostmortem(file: string, text: string): Frontmatter & { body: string } {
  const { settings, body = '' } = parts.exec(text)?.groups ?? {};
  if (settings === undefined) throw new ConfigError(file, [withoutFrontmatter(file)]);
  // An empty line stands for the hyphens, so that lines count as they do in the file. No variable is put in: this is prose.
  const source = readYaml(file, `\n${settings}`, {});
  if (source.value === undefined) throw new ConfigError(file, source.problems);
  const { data, problems } = parseAt(source, [], fromFileCase(source.value, postmortemSchema), postmortemSchema);
  if (data === undefined || source.problems.length > 0) throw new ConfigError(file, [...source.problems, ...problems]);
  return { ...data, body: body.trim() };
}
