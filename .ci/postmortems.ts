import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { snakeCase } from '../src/config/keyCase.ts';
import { parsePostmortem, parseTranslation, readName } from '../src/config/postmortem.ts';
import { locales } from '../src/core/locale.ts';
import { postmortemSchema, translationSchema } from '../src/core/postmortem.ts';

// Looks through the postmortems and their translations, and holds the published schemas to the ones that read them.
// With --write it writes those schemas anew.

const dir = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? 'content/incidents';
const schemas = [
  { file: 'schema.json', title: 'Frontmatter of a postmortem', schema: postmortemSchema },
  { file: 'translation.json', title: 'Frontmatter of a translated postmortem', schema: translationSchema },
];

/** A schema as files spell it. */
function published(title: string, schema: z.ZodType): string {
  const inFiles = (key: string, value: unknown): unknown => {
    if (key === 'required' && Array.isArray(value)) return value.map((name: string) => snakeCase(name));
    if (key !== 'properties') return value;
    return Object.fromEntries(Object.entries(Object(value)).map(([name, part]) => [snakeCase(name), part]));
  };
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, inFiles, 2)}\n`;
}

/** @throws Error with what is wrong, a line each */
function look(path: string): void {
  const file = relative('.', path);
  const read = (one: string) => readFileSync(one, 'utf8');
  const name = readName(basename(path));
  if (name === null && basename(path) !== '_template.md')
    throw new Error(
      `${file}: expected a name such as full-disk.md or full-disk.es.md, of a language among ${locales.join(', ')}.`,
    );
  if (name === null || name.language === null) return void parsePostmortem(file, read(path));
  const original = join(dirname(path), `${name.slug}.md`);
  if (globSync(original).length === 0) throw new Error(`${file}: expected the original ${name.slug}.md beside it.`);
  const words = parsePostmortem(relative('.', original), read(original));
  if (words.language === name.language) throw new Error(`${file}: the original is in this language itself.`);
  parseTranslation(file, read(path), words);
}

const mistakes = globSync(join(dir, '*.md'))
  .filter((path) => !path.endsWith('README.md'))
  .toSorted()
  .flatMap((path) => {
    try {
      look(path);
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });

for (const { file, title, schema } of schemas) {
  const path = join(import.meta.dirname, '../content/incidents', file);
  if (process.argv.includes('--write')) writeFileSync(path, published(title, schema));
  else if (
    JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))) !== JSON.stringify(JSON.parse(published(title, schema)))
  )
    mistakes.push(`content/incidents/${file} is not that of src/core/postmortem.ts: node .ci/postmortems.ts --write`);
}

if (mistakes.length > 0) {
  console.error([...new Set(mistakes)].join('\n'));
  process.exitCode = 1;
}
