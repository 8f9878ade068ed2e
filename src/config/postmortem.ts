import type { z } from 'zod';
import { type Locale, localeSchema } from '#core/locale.ts';
import { type Frontmatter, type PostmortemWords, postmortemSchema, translationSchemaOf } from '#core/postmortem.ts';
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

/** Lower case, with a language before the extension where it is a translation. */
const fileName = /^(?<slug>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?<language>[a-z]+))?\.md$/;

/** What the name of a file says. */
export type FileName = {
  file: string;
  /** The address of the postmortem. */
  slug: string;
  /** That of a translation; null for the original. */
  language: Locale | null;
};

/**
 * Reads the name of a file: `night.md` is a postmortem, `night.es.md` the same in Spanish.
 * @returns null for what is neither, such as a name that begins with an underscore
 */
export function readName(file: string): FileName | null {
  const { slug, language } = fileName.exec(file)?.groups ?? {};
  if (slug === undefined) return null;
  if (language === undefined) return { file, slug, language: null };
  const { data } = localeSchema.safeParse(language);
  return data ? { file, slug, language: data } : null;
}

/** @throws ConfigError with every problem, each with its line and column */
function parseFile<Schema extends z.ZodType>(file: string, text: string, schema: Schema) {
  const { settings, body = '' } = parts.exec(text)?.groups ?? {};
  if (settings === undefined) throw new ConfigError(file, [withoutFrontmatter(file)]);
  // An empty line stands for the hyphens, so that lines count as they do in the file. No variable is put in: this is prose.
  const source = readYaml(file, `\n${settings}`, {});
  if (source.value === undefined) throw new ConfigError(file, source.problems);
  const { data, problems } = parseAt(source, [], fromFileCase(source.value, schema), schema);
  if (data === undefined || source.problems.length > 0) throw new ConfigError(file, [...source.problems, ...problems]);
  return { settings: data, body: body.trim() };
}

/**
 * Parses a postmortem.
 * @param file the name that problems are told with
 * @throws ConfigError with every problem, each with its line and column
 */
export function parsePostmortem(file: string, text: string): Frontmatter & { body: string } {
  const { settings, body } = parseFile(file, text, postmortemSchema);
  return { ...settings, body };
}

/**
 * Parses a translation of a postmortem, entry by entry beside the original.
 * @param file the name that problems are told with
 * @throws ConfigError with every problem, each with its line and column
 */
export function parseTranslation(
  file: string,
  text: string,
  original: Frontmatter & { body: string },
): PostmortemWords {
  const { settings, body } = parseFile(file, text, translationSchemaOf(original));
  if ((body === '') === (original.body === '')) return { ...settings, body };
  const found = body === '' ? 'none' : 'some';
  const expected = body === '' ? 'prose below the settings, as in the original' : 'no prose, as in the original';
  throw new ConfigError(file, [{ file, line: text.split('\n').length, column: 1, where: 'the file', expected, found }]);
}
