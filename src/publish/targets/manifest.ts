import { z } from 'zod';
import { isSafeName } from '#publish/staticFile.ts';
import { type SiteFile, siteFile } from '#publish/staticSite.ts';

/** Lies beside the site and names what is ours there: nothing else is ever removed. */
export const manifestName = '.intermission.json';

const manifestSchema = z.object({ intermission: z.literal(1), files: z.array(z.string()) });

/** The manifest of a host that holds these files. */
export function manifestFile(names: Iterable<string>): SiteFile {
  const files = [...new Set(names)].filter((name) => name !== manifestName).toSorted();
  return siteFile(
    manifestName,
    'application/json; charset=utf-8',
    'no-cache',
    `${JSON.stringify({ intermission: 1, files })}\n`,
  );
}

/**
 * The names in a manifest; null when it is none of ours. Whoever else writes at the host may have written it, and what it
 * names is removed: only names of our own making count.
 */
export function namesInManifest(bytes: Buffer): string[] | null {
  try {
    return manifestSchema.parse(JSON.parse(bytes.toString())).files.filter(isSafeName);
  } catch {
    // Whatever else lies under this name is somebody else's.
    return null;
  }
}
