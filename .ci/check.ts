import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/** One step of the gate: a program of a package, or a script of ours, run with this Node. */
type Step = { name: string; script: string; args?: string[] };

const root = join(import.meta.dirname, '..');

/** The slow ones first, so that the short ones fill the gaps. */
const steps: Step[] = [
  {
    name: 'types of pages',
    script: 'node_modules/astro/bin/astro.mjs',
    args: ['check', '--tsconfig', '.ci/tsconfig.pages.json'],
  },
  { name: 'dead code', script: 'node_modules/knip/bin/knip.js', args: ['--no-progress'] },
  { name: 'types', script: 'node_modules/typescript7/bin/tsc', args: ['--noEmit'] },
  {
    name: 'format, lint, house rules',
    script: 'node_modules/@biomejs/biome/bin/biome',
    args: ['check', '--error-on-warnings'],
  },
  { name: 'floating promises', script: 'node_modules/oxlint/bin/oxlint', args: ['--type-aware'] },
  { name: 'postmortems', script: '.ci/postmortems.ts' },
  { name: 'paths in the docs', script: '.ci/docsPaths.ts' },
];

type Outcome = { code: number | null; output: string; seconds: number };

function run(step: Step): Promise<Outcome> {
  const startedAt = Date.now();
  const env = { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', FORCE_COLOR: process.stdout.isTTY ? '1' : '0' };
  const child = spawn(process.execPath, [step.script, ...(step.args ?? [])], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, seconds: (Date.now() - startedAt) / 1_000 }));
  });
}

const waiting = [...steps];
const failed: string[] = [];

async function work(): Promise<void> {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const { code, output, seconds } = await run(step);
    console.log(`${code === 0 ? '✓' : '✗'} ${step.name.padEnd(28)}${seconds.toFixed(1).padStart(6)} s`);
    if (code === 0) continue;
    failed.push(step.name);
    console.log(output.trimEnd());
  }
}

await Promise.all(Array.from({ length: Math.min(steps.length, availableParallelism()) }, work));
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
