import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A path as a line of a configuration of ssh can carry it, without the signs that mean something there. */
const file = z
  .string()
  .regex(/^[^"%$\\\p{Cc}]{1,500}$/u, 'the path of a file without quotes, "%", "$" and backslashes');

/** What ssh needs to know, for every kind that goes through it. Names of files begin in the folder of the settings. */
export const sshFields = {
  identityFile: file.optional().describe('private key; those of the account unless said'),
  knownHosts: file.optional().describe('keys of hosts, in the form of known_hosts; those of the account unless said'),
};

/** Those of the fields that name files. */
export const sshFiles = ['identityFile', 'knownHosts'] as const;

type SshSettings = { identityFile?: string | undefined; knownHosts?: string | undefined; port?: number | undefined };

const fileName = 'ssh_config';

/** For programs that start ssh themselves; they run in the folder that {@link writeSshConfig} has written to. */
export const sshCommand = `ssh -F ${fileName}`;

/**
 * Writes how ssh shall behave for one target: never ask, never trust a host that is not known, notice a dead line. The
 * settings of the account do not count.
 */
export async function writeSshConfig(dir: string, settings: SshSettings, patienceMs: number): Promise<void> {
  const { identityFile, knownHosts, port } = settings;
  const seconds = Math.max(1, Math.ceil(patienceMs / 1_000));
  const lines = [
    'Host *',
    'BatchMode yes',
    'StrictHostKeyChecking yes',
    'UpdateHostKeys no',
    'ForwardAgent no',
    'ClearAllForwardings yes',
    `ConnectTimeout ${seconds}`,
    `ServerAliveInterval ${Math.max(1, Math.floor(seconds / 3))}`,
    'ServerAliveCountMax 3',
    ...(port === undefined ? [] : [`Port ${port}`]),
    ...(identityFile === undefined ? [] : [`IdentityFile "${identityFile}"`, 'IdentitiesOnly yes']),
    ...(knownHosts === undefined ? [] : [`UserKnownHostsFile "${knownHosts}"`, 'GlobalKnownHostsFile none']),
  ];
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(join(dir, fileName), `${lines.join('\n')}\n`, { mode: 0o600 });
}
