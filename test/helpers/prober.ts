import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DeclaredComponent } from '#db/components.ts';
import { migrationsDir } from './database.ts';
import { declared } from './platform.ts';
import type { ProberOrder, ProberReport } from './proberProcess.ts';
import { waitUntil } from './wait.ts';

/** The probes as a process of their own. */
export type Prober = {
  child: ChildProcess;
  /** The newest report. */
  seen: () => ProberReport;
  /** Waits for a report in which all components are in this state. */
  becomes: (state: string) => Promise<ProberReport>;
  stop: () => Promise<void>;
};

/** A component with one tcp probe. */
export function tcpComponent(slug: string, host: string, port: number, intervalMs: number): DeclaredComponent {
  const component = declared(slug, slug);
  const timeoutMs = Math.min(intervalMs, 1_500);
  const rhythm = { kind: 'tcp', name: 'tcp', config: { host, port }, intervalMs, timeoutMs };
  return { ...component, probes: component.probes.map((probe) => ({ ...probe, ...rhythm })) };
}

/** A folder that is gone when the test ends. */
export async function makeProberDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-prober-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Starts the probes; `within` are the words of a command that runs them elsewhere. */
export async function startProber(
  order: Omit<ProberOrder, 'migrationsDir'>,
  within: readonly string[] = [],
): Promise<Prober> {
  const script = join(import.meta.dirname, 'proberProcess.ts');
  const [command = '', ...args] = [...within, process.execPath, script, JSON.stringify({ ...order, migrationsDir })];
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  let newest: ProberReport | null = null;
  child.on('message', (report: ProberReport) => {
    newest = report;
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    await exited;
  };
  onTestFinished(stop);
  await waitUntil('the prober reports', () => newest !== null);
  const seen = () => {
    if (newest === null) throw new Error('the prober has not reported');
    return newest;
  };
  return {
    child,
    seen,
    stop,
    becomes: (state) =>
      waitUntil(
        `everything is ${state}`,
        () => (seen().states.every((each) => each === state) ? seen() : null),
        30_000,
      ),
  };
}
