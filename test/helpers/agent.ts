import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');

export type AgentProcessOptions = {
  server: string;
  token: string;
  location: string;
  /** Its folder, and its home. */
  dir: string;
  egressAllow?: string;
};

/** An agent as an operator starts it: a process of its own. */
export function startAgentProcess({ server, token, location, dir, egressAllow = '127.0.0.0/8' }: AgentProcessOptions) {
  const args = ['probe', 'agent', '--server', server, '--location', location, '--data', dir];
  const child = spawn(process.execPath, [join(root, 'src/cli.ts'), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: dir, AGENT_TOKEN: token, EGRESS_ALLOW: egressAllow },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    said: () => said,
    /** Resolves with the exit code. */
    exited,
    /** Ends it as a power cut would. */
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    /** Ends it as an operator would; resolves with the exit code. */
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
