import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { assemblePage, type Page } from './bytes.ts';
import { pageKinds } from './headers.ts';

/** What visitors are answered from. The publisher changes it in place, between two requests. */
export type Site = {
  /** Pages by path; feeds by path and query (see feedAddress.ts). */
  readonly pages: Map<string, Page>;
  /** When everything in it was last known to be true; 0 before the first publish. */
  heartbeatAt: number;
  /** Where its copy is kept, and under which name each page is there. */
  readonly disk: { readonly dir: string; readonly names: WeakMap<Page, string> };
};

/**
 * On disk, `manifest.json` names a file for every address, and a file is named by the hash of what is in
 * it. New pages are written beside the old ones and the manifest is replaced last, in one rename: whenever the
 * process dies, the manifest that is there names a whole site.
 */
const manifestName = 'manifest.json';
const manifestSchema = z.object({
  version: z.literal(1),
  heartbeatAt: z.number().int(),
  pages: z.record(z.string().startsWith('/'), z.string().regex(/^[0-9a-f]{64}$/)),
});

/** The first line of a page's file; the bodies follow it, end to end. */
const headSchema = z.object({
  kind: z.enum(pageKinds),
  contentType: z.string(),
  policy: z.string(),
  changedAt: z.number().int(),
  brBytes: z.number().int().min(0),
  gzipBytes: z.number().int().min(0),
});

const pagesDir = (dir: string) => join(dir, 'pages');
/** Files open at a time. */
const width = 8;

async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

function pack({ kind, contentType, policy, changedAt, bodies: { br, gzip, identity } }: Page): Buffer {
  const head = { kind, contentType, policy, changedAt, brBytes: br.length, gzipBytes: gzip.length };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), br, gzip, identity]);
}

function unpack(packed: Buffer): Page {
  const start = packed.indexOf('\n') + 1;
  const { brBytes, gzipBytes, ...content } = headSchema.parse(JSON.parse(packed.toString('utf8', 0, start)));
  const gzipStart = start + brBytes;
  const identityStart = gzipStart + gzipBytes;
  return assemblePage(content, {
    br: packed.subarray(start, gzipStart),
    gzip: packed.subarray(gzipStart, identityStart),
    identity: packed.subarray(identityStart),
  });
}

/** Renamed into place only when it is on the disk: a power cut leaves the old file or the new one. */
async function replaceFile(path: string, data: Buffer | string): Promise<void> {
  await writeFile(`${path}.new`, data, { flush: true });
  await rename(`${path}.new`, path);
}

async function loadPage(dir: string, name: string): Promise<Page> {
  const packed = await readFile(join(pagesDir(dir), name));
  if (hash('sha256', packed) !== name) throw new Error('its content does not match its name');
  return unpack(packed);
}

async function readManifest(dir: string, log: Logger): Promise<z.infer<typeof manifestSchema> | null> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(dir, manifestName), 'utf8')));
  } catch (error) {
    const isFirstStart = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isFirstStart)
      log.warn({ err: error, dir }, 'the manifest of the published site cannot be read; starting without it');
    return null;
  }
}

/** A site with nothing in it, to be kept in the given folder. */
export function emptySite(dir: string): Site {
  return { pages: new Map(), heartbeatAt: 0, disk: { dir, names: new WeakMap() } };
}

/** Reads the last good site. What is missing or damaged is left out and logged; it never fails. */
export async function loadSite(dir: string, log: Logger): Promise<Site> {
  const site = emptySite(dir);
  const manifest = await readManifest(dir, log);
  if (!manifest) return site;
  site.heartbeatAt = manifest.heartbeatAt;
  await inTurns(Object.entries(manifest.pages), async ([path, name]) => {
    try {
      const page = await loadPage(dir, name);
      site.pages.set(path, page);
      site.disk.names.set(page, name);
    } catch (error) {
      log.warn(
        { err: error, path, name },
        'a published page on disk is damaged or missing; left out until it is rendered',
      );
    }
  });
  return site;
}

async function removeUnnamed(dir: string, named: ReadonlySet<string>): Promise<void> {
  const unnamed = (await readdir(pagesDir(dir))).filter((name) => !named.has(name));
  await inTurns(unnamed, (name) => rm(join(pagesDir(dir), name), { force: true }));
}

/**
 * Brings the copy on disk up to date with the site as it is now: only what is new is written, what is no longer
 * published is removed last. One call at a time.
 */
export async function saveSite({ pages, heartbeatAt, disk: { dir, names } }: Site): Promise<void> {
  const published = [...pages];
  const written = new Set<string>();
  const fresh: [Page, string][] = [];
  await mkdir(pagesDir(dir), { recursive: true });
  await inTurns(published, async ([, page]) => {
    if (names.has(page)) return;
    const packed = pack(page);
    const name = hash('sha256', packed);
    fresh.push([page, name]);
    // Two addresses with the same content are one file.
    if (written.has(name)) return;
    written.add(name);
    await replaceFile(join(pagesDir(dir), name), packed);
  });
  // Only once all of them are there: after a full disk, the next call writes them again.
  for (const [page, name] of fresh) names.set(page, name);
  const manifest = {
    version: 1,
    heartbeatAt,
    pages: Object.fromEntries(published.map(([path, page]) => [path, names.get(page)])),
  };
  await replaceFile(join(dir, manifestName), JSON.stringify(manifest));
  await removeUnnamed(dir, new Set(Object.values(manifest.pages).filter((name) => name !== undefined)));
}
