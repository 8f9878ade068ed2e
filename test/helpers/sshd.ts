import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { missingProgram } from './debian.ts';
import { freePort } from './freePort.ts';
import { waitUntil } from './wait.ts';

const run = promisify(execFile);

/** A real sshd on loopback, with keys made for it. */
export type Sshd = {
  port: number;
  user: string;
  identityFile: string;
  knownHosts: string;
  /** Its own folder, for whatever a test keeps at the host. */
  dir: string;
  stop: () => Promise<void>;
};

/** The reason why there is no sshd here; null where there is one. */
export async function missingSshd(): Promise<string | null> {
  return (
    (await missingProgram('rsync')) ??
    (await missingProgram('ssh', 'openssh-client')) ??
    missingProgram('sshd', 'openssh-server')
  );
}

async function makeKey(path: string): Promise<string> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path]);
  return (await readFile(`${path}.pub`, 'utf8')).trim();
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.on('data', () => settle(true)).on('error', () => settle(false));
  });
}

/** Starts an sshd that lets the account of this process in, by one key. */
export async function startSshd(): Promise<Sshd> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-sshd-'));
  const port = await freePort();
  const hostKey = await makeKey(join(dir, 'host_key'));
  const userKey = await makeKey(join(dir, 'user_key'));
  await writeFile(join(dir, 'authorized_keys'), `${userKey}\n`, { mode: 0o600 });
  await writeFile(join(dir, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey.split(' ').slice(0, 2).join(' ')}\n`);
  await writeFile(
    join(dir, 'sshd_config'),
    `ListenAddress 127.0.0.1:${port}
HostKey ${dir}/host_key
AuthorizedKeysFile ${dir}/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PidFile none
`,
  );
  await chmod(dir, 0o755);
  // Where sshd drops its rights when it runs as root.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const sbin = '/usr/sbin/sshd';
  const child = spawn(sbin, ['-D', '-e', '-f', join(dir, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const ended = new Promise<void>((resolve) => void child.on('close', () => resolve()));
  await waitUntil('sshd answers', () => {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${said}`);
    return answers(port);
  });
  return {
    port,
    user: userInfo().username,
    identityFile: join(dir, 'user_key'),
    knownHosts: join(dir, 'known_hosts'),
    dir,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
