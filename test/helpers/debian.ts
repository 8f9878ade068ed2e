import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

function isOnPath(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Sees that a program nobody here wrote is at hand, and installs it from Debian where it is missing.
 * @returns null when it is there, else one sentence that says why it is not: the reason to skip what needs it
 */
export async function missingProgram(program: string, debianPackage = program): Promise<string | null> {
  if (isOnPath(program)) return null;
  if (process.getuid?.() !== 0 || !isOnPath('apt-get'))
    return `${program} is missing and only root on Debian installs it`;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', debianPackage];
  try {
    await run('apt-get', ['update'], { env, timeout: 60_000 });
    await run('apt-get', install, { env, timeout: 120_000 });
  } catch (error) {
    return `${program} could not be installed: ${error instanceof Error ? error.message : String(error)}`;
  }
  return isOnPath(program) ? null : `the package ${debianPackage} brought no ${program}`;
}
