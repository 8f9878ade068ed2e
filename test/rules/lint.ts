import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');
const configuration = ['biome.json', '.gitignore', '.ci/rules'];

const reportSchema = z.object({
  diagnostics: z.array(
    z.object({ severity: z.string(), message: z.string(), location: z.object({ path: z.string() }) }),
  ),
});

function biome(args: string[], cwd: string): Promise<string> {
  const script = join(root, 'node_modules/@biomejs/biome/bin/biome');
  return new Promise((resolve) =>
    execFile(process.execPath, [script, ...args], { cwd }, (_, stdout) => resolve(stdout)),
  );
}

/**
 * Lints an imaginary house by the rules of the real one.
 * @param sources the text of each file by its path from the top folder
 * @returns the errors found in each file, by path; a clean file has an empty list
 */
export async function lintHouse(sources: Record<string, string>): Promise<Map<string, string[]>> {
  const house = await mkdtemp(join(tmpdir(), 'intermission-rules-'));
  try {
    for (const path of configuration) await cp(join(root, path), join(house, path), { recursive: true });
    for (const [path, source] of Object.entries(sources)) {
      await mkdir(dirname(join(house, path)), { recursive: true });
      await writeFile(join(house, path), source);
    }
    const output = await biome(
      ['lint', '--reporter=json', '--diagnostic-level=error', '--max-diagnostics=none', '.'],
      house,
    );
    const { diagnostics } = reportSchema.parse(JSON.parse(output));
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
    return new Map(
      Object.keys(sources).map((path) => [
        path,
        errors.filter(({ location }) => location.path === path).map(({ message }) => message),
      ]),
    );
  } finally {
    await rm(house, { recursive: true, force: true });
  }
}
