import { resolve } from 'node:path';

/** Settings that name a file, whatever the kind of probe. */
const pathKeys = new Set(['tlsCa']);

/** Makes the paths in the settings of a probe absolute: in a file, they begin in the folder of the file. */
export function resolvePaths(settings: unknown, folder: string): unknown {
  if (typeof settings !== 'object' || settings === null) return settings;
  if (Array.isArray(settings)) return settings.map((entry) => resolvePaths(entry, folder));
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      pathKeys.has(key) && typeof value === 'string' ? resolve(folder, value) : resolvePaths(value, folder),
    ]),
  );
}
