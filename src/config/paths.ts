import { resolve } from 'node:path';

/** Settings of probes that name a file, whatever the kind. */
const probeFiles = ['tlsCa'];

/**
 * Makes the paths in settings absolute: in a file, they begin in the folder of the file.
 * @param files names of the settings that name a file
 */
export function resolvePaths(settings: unknown, folder: string, files: readonly string[] = probeFiles): unknown {
  if (typeof settings !== 'object' || settings === null) return settings;
  if (Array.isArray(settings)) return settings.map((entry) => resolvePaths(entry, folder, files));
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      files.includes(key) && typeof value === 'string' ? resolve(folder, value) : resolvePaths(value, folder, files),
    ]),
  );
}
