import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A target for probes, in a process of its own. */
export async function startTarget(): Promise<{ url: string; port: number; stop: () => void }> {
  const child = fork(join(import.meta.dirname, 'targetProcess.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { url: `http://127.0.0.1:${port}/`, port, stop: () => void child.kill() };
}
