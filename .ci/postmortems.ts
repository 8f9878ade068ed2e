import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { snakeCase } from '../src/config/keyCase.ts';
import { parsePostmortem } from '../src/config/postmortem.ts';
import { postmortemSchema } from '../src/core/postmortem.ts';

// Looks through the postmortems, and holds their published schema to the one that reads them. With --write it writes
// that schema anew.

const dir = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? 'content/incidents';
const schemaPath = join(import.meta.dirname, '../content/incidents/schema.json');

/** The schema as files spell it. */
function publishedSchema(): string {
  const schema = z.toJSONSchema(postmortemSchema, { io: 'input' });
  const inFiles = (key: string, value: unknown): unknown => {
    if (key === 'required' && Array.isArray(value)) return value.map((name: string) => snakeCase(name));
    if (key !== 'properties') return value;
    return Object.fromEntries(Object.entries(Object(value)).map(([name, part]) => [snakeCase(name), part]));
  };
  return `${JSON.stringify({ title: 'Frontmatter of a postmortem', ...schema }, inFiles, 2)}\n`;
}

const mistakes = globSync(join(dir, '*.md'))
  .filter((path) => !path.endsWith('README.md'))
  .toSorted()
  .flatMap((path) => {
    try {
      parsePostmortem(relative('.', path), readFileSync(path, 'utf8'));
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });

if (process.argv.includes('--write')) writeFileSync(schemaPath, publishedSchema());
else if (JSON.stringify(JSON.parse(readFileSync(schemaPath, 'utf8'))) !== JSON.stringify(JSON.parse(publishedSchema())))
  mistakes.push('content/incidents/schema.json is not that of src/core/postmortem.ts: node .ci/postmortems.ts --write');

if (mistakes.length > 0) {
  console.error(mistakes.join('\n'));
  process.exitCode = 1;
}
