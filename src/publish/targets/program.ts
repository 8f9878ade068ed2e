import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TargetError } from './target.ts';

export type ProgramOptions = {
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** What it reads; nothing unless said. */
  input?: Readable;
  /** The longest it may run. */
  limitMs: number;
  signal: AbortSignal;
};

export type Outcome = { code: number | null; stdout: string; stderr: string };

/** More than this of what a program says is not kept. */
const maxSaidChars = 64 * 1024;

function listen(stream: Readable): () => string {
  let said = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    if (said.length < maxSaidChars) said += chunk.slice(0, maxSaidChars - said.length);
  });
  return () => said;
}

/**
 * Runs a program by name with its arguments as they are: no shell reads them. It ends with everything that it started.
 * @throws TargetError when it is not there or takes too long
 */
export async function runProgram(name: string, args: readonly string[], options: ProgramOptions): Promise<Outcome> {
  const { cwd, env, input, limitMs, signal } = options;
  signal.throwIfAborted();
  const within = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const stdin = input ? 'pipe' : 'ignore';
  // A group of its own: ssh, which rsync and git start, has to end with them.
  const child = spawn(name, [...args], { cwd, env, stdio: [stdin, 'pipe', 'pipe'], detached: true });
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) {
    const [error] = await once(child, 'error');
    throw new TargetError(
      `${name} cannot be started: ${error.code === 'ENOENT' ? 'it is not installed' : error.code}.`,
    );
  }
  const end = () => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself a moment ago.
    }
  };
  within.addEventListener('abort', end, { once: true });
  const out = listen(stdout);
  const err = listen(stderr);
  const closed = once(child, 'close');
  try {
    if (input && child.stdin)
      // When it stops reading it says why; that it stopped is no news besides.
      await pipeline(input, child.stdin, { signal: within }).catch((error: unknown) => {
        if (
          !(
            error instanceof Error &&
            'code' in error &&
            /^(EPIPE|ABORT_ERR|ERR_STREAM_PREMATURE_CLOSE)$/.test(String(error.code))
          )
        ) {
          end();
          throw error;
        }
      });
    const [code] = await closed;
    signal.throwIfAborted();
    if (within.aborted) throw new TargetError(`${name} was not done within ${Math.round(limitMs / 1_000)} s.`);
    return { code: typeof code === 'number' ? code : null, stdout: out(), stderr: err() };
  } finally {
    within.removeEventListener('abort', end);
  }
}

/** How git, rsync and ssh say why, among the lines in which they say that. */
const tells = /^(! |fatal: |ssh: |rsync: |remote: error)|permission denied|verification failed|^connection /i;

/** What a program said of its failure: the line that tells most. */
export function complaint({ code, stderr }: Outcome): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling = lines.find((line) => tells.test(line));
  return telling ?? lines.at(-1) ?? `it ended with code ${code}`;
}
