import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export type CrowdOrder = {
  url: string;
  /** Connections that are open. */
  connections: number;
  /** How many of them go on asking. */
  asking: number;
  /** How long a reader rests between two questions, on average. */
  pauseMs: number;
  /** How long they go on. */
  forMs: number;
};

export type CrowdReport = { waitsMs: number[]; errors: number; stillOpen: number };

/** A crowd that has come and waits for the word to begin. */
export async function gatherCrowd(order: CrowdOrder): Promise<() => Promise<CrowdReport>> {
  const program = join(import.meta.dirname, 'crowdProcess.ts');
  const child = fork(program, [JSON.stringify(order)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(child, 'message');
  return async () => {
    child.send('go');
    const [report] = (await once(child, 'message')) as [CrowdReport];
    child.kill();
    return report;
  };
}
