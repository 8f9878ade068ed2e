import { mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { StartError } from '#core/error.ts';
import { isText, type SiteFile, type StaticSite } from './staticSite.ts';
import { writeBelow } from './targets/folder.ts';
import { manifestFile, manifestName } from './targets/manifest.ts';

export type ExportOptions = {
  /** Writes `.gz` and `.br` beside what is text, for servers that send them as they are. */
  precompressed: boolean;
  /** Called after each file. */
  onFile: () => void;
  signal: AbortSignal;
};

/** How much was written. */
export type Exported = { files: number; bytes: number };

/** Below this nothing is gained. */
const leastPackedBytes = 256;
const gzipBest = promisify(gzip);
const brotliBest = promisify(brotliCompress);

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/**
 * Sees that a folder may be replaced.
 * @throws StartError when something else is in it
 */
async function requireOurs(dir: string): Promise<void> {
  const names = await readdir(dir).catch((error: unknown) => {
    if (isMissing(error)) return [] as string[];
    throw new StartError(`${dir} is no folder that can be read (${reasonOf(error)}).`);
  });
  if (names.length === 0 || names.includes(manifestName)) return;
  throw new StartError(
    `${dir} is not empty, and what is in it is no earlier copy of the page (there is no ${manifestName}). Name another folder.`,
  );
}

async function writeOne(root: string, file: SiteFile, precompressed: boolean): Promise<Exported> {
  const bytes = await file.bytes();
  await writeBelow(root, file.name, bytes);
  if (!precompressed || !isText(file.contentType) || bytes.length < leastPackedBytes)
    return { files: 1, bytes: bytes.length };
  const [gz, br] = await Promise.all([gzipBest(bytes, { level: 9 }), brotliBest(bytes)]);
  await writeBelow(root, `${file.name}.gz`, gz);
  await writeBelow(root, `${file.name}.br`, br);
  return { files: 3, bytes: bytes.length + gz.length + br.length };
}

/** Puts the new folder where the old one was; where that fails, the old one is there again. */
async function swap(fresh: string, dir: string, former: string): Promise<void> {
  const hadFormer = await rename(dir, former).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw new StartError(`${dir} cannot be replaced (${reasonOf(error)}): name a folder below it.`);
    },
  );
  try {
    await rename(fresh, dir);
  } catch (error) {
    if (hadFormer) await rename(former, dir);
    throw error;
  }
  await rm(former, { recursive: true, force: true });
}

/**
 * Writes the whole site into a folder. It is written beside it and put in place when it is whole, so that the folder
 * is never half a site; what was in it before is gone then.
 * @throws StartError when the folder holds something else, or cannot be written
 */
export async function exportSite({ files }: StaticSite, out: string, options: ExportOptions): Promise<Exported> {
  await requireOurs(out);
  // Where it is a link, what it leads to is replaced.
  const dir = await realpath(out).catch(() => out);
  const beside = (suffix: string) => join(dirname(dir), `.${basename(dir)}.${suffix}`);
  const fresh = beside('new');
  const sum: Exported = { files: 0, bytes: 0 };
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    for (const file of [...files.values(), manifestFile(files.keys())]) {
      options.signal.throwIfAborted();
      const written = await writeOne(fresh, file, options.precompressed);
      sum.files += written.files;
      sum.bytes += written.bytes;
      options.onFile();
    }
    await swap(fresh, dir, beside('old'));
    return sum;
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (error instanceof StartError || options.signal.aborted) throw error;
    throw new StartError(`The page cannot be written to ${dir} (${reasonOf(error)}).`, { cause: error });
  }
}
