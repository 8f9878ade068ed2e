import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { ensureBuild } from '../src/build.ts';

/** What a benchmark found, and under what conditions. Figures it could not take are null. */
export type Measurement = { figures: Record<string, number | null>; setting: Record<string, unknown> };

const benches: Record<string, () => Promise<{ measure: () => Promise<Measurement> }>> = {
  start: () => import('./start.ts'),
  flow: () => import('./flow.ts'),
  page: () => import('./page.ts'),
  publish: () => import('./publish.ts'),
  probes: () => import('./probes.ts'),
  results: () => import('./results.ts'),
  history: () => import('./history.ts'),
  lighthouse: () => import('./lighthouse.ts'),
};

const name = process.argv[2] ?? '';
const load = benches[name];
if (!load) {
  process.stderr.write(`Usage: npm run bench -- NAME, with NAME one of ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}

const root = join(import.meta.dirname, '..');
await ensureBuild(root, (line) => process.stderr.write(`${line}\n`));
const { figures, setting } = await (await load()).measure();
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() };
process.stdout.write(
  `${JSON.stringify({ name, commit, node: process.version, figures, setting: { ...setting, ...machine } })}\n`,
);
process.exit(0);
