import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { demoDirectory } from '#config';
import { StartError } from '#core/error.ts';

/** The running sample platform. */
export type Demo = {
  /** The `status.yaml` written for it. */
  statusConfigPath: string;
  /** What probes must be allowed to dial to see it. */
  egressAllow: string[];
  pid: number;
  stop(): Promise<void>;
};

const startLimitMs = 15_000;
const stopLimitMs = 2_000;
const readySchema = z.object({ ports: z.record(z.string(), z.number()) });

async function portsOf(child: ChildProcess): Promise<Record<string, number>> {
  const gone = new AbortController();
  child.once('exit', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(startLimitMs)]);
  try {
    const [ready] = await once(child, 'message', { signal });
    return readySchema.parse(ready).ports;
  } catch (error) {
    child.kill('SIGKILL');
    throw new StartError('The sample platform did not start; what it said is above.', { cause: error });
  }
}

async function stop(child: ChildProcess): Promise<void> {
  child.off('exit', tellEnd);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  const patience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  if (child.connected) child.disconnect();
  await gone;
  clearTimeout(patience);
}

function tellEnd(code: number | null, signal: string | null): void {
  process.stderr.write(
    `The sample platform ended by itself (${signal ?? code}); its services stay down until the next start.\n`,
  );
}

/** Fills each `${DEMO_...}` of the template; any other variable stays for the start to fill. */
function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/\$\{DEMO_([A-Z_]+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/**
 * Starts the sample film-submission platform as a process that ends with this one, and writes a `status.yaml` that
 * watches it.
 * @throws StartError when it does not come up
 */
export async function startDemo(dataDir: string): Promise<Demo> {
  const dir = demoDirectory(dataDir);
  await mkdir(dir, { recursive: true });
  const child = spawn(process.execPath, [join(import.meta.dirname, 'platform.ts'), dir], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ports = await portsOf(child);
  child.once('exit', tellEnd);
  // Neither the process nor the channel to it keeps us alive.
  child.unref();
  child.channel?.unref();

  const template = await readFile(join(import.meta.dirname, 'status.yaml'), 'utf8');
  const values = Object.entries(ports).map(([name, port]) => [name.toUpperCase().replaceAll('-', '_'), port]);
  const statusConfigPath = join(dir, 'status.yaml');
  await writeFile(
    statusConfigPath,
    fill(template, { ...Object.fromEntries(values), DIR: JSON.stringify(dir).slice(1, -1) }),
  );
  return {
    statusConfigPath,
    egressAllow: ['127.0.0.0/8', '::1/128'],
    pid: child.pid ?? 0,
    stop: () => stop(child),
  };
}
