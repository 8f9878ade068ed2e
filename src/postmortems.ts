import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Frontmatter, Postmortem, PostmortemWords } from '#core/postmortem.ts';
import { type FileName, parsePostmortem, parseTranslation, readName } from './config/postmortem.ts';

/** One file as it was last read, with its last good words. */
type Copy<Words> = { stamp: string; words: Words | null };
type Original = Copy<Frontmatter & { body: string }>;
/** `of` is the stamp of the original that it was held against. */
type Translation = Copy<PostmortemWords> & { of: string };

/** The postmortems of a folder, as they are on disk at each reading. */
export type Shelf = {
  /** The published ones, newest first. Never fails: a file that cannot be read keeps its last good words. */
  read: () => Promise<Postmortem[]>;
};

/** Opens a folder of postmortems: a new or changed file shows at the next reading, without a build or a restart. */
export function openShelf(dir: string, log: Logger): Shelf {
  const originals = new Map<string, Original>();
  const translations = new Map<string, Translation>();

  async function names(): Promise<string[]> {
    try {
      return await readdir(dir);
    } catch (error) {
      const known = [...[...originals.keys()].map((slug) => `${slug}.md`), ...translations.keys()];
      if (known.length > 0) log.error({ err: error, dir }, 'the postmortems cannot be listed; the last good ones stay');
      return known;
    }
  }

  /** A file as it is now. The stamp of a bad one is kept too, so that it is told once and not at every reading. */
  async function refresh<Words>(
    name: string,
    last: Copy<Words> | undefined,
    parse: (file: string, text: string) => Words,
  ): Promise<Copy<Words>> {
    const path = join(dir, name);
    let stamp = '';
    try {
      const { mtimeMs, size } = await stat(path);
      stamp = `${mtimeMs} ${size}`;
      return last?.stamp === stamp ? last : { stamp, words: parse(path, await readFile(path, 'utf8')) };
    } catch (error) {
      log.error({ err: error, file: name }, 'a postmortem cannot be read; its last good words stay');
      return { stamp, words: last?.words ?? null };
    }
  }

  /** Held against its original again when that has changed: what no longer fits it is not shown. */
  async function refreshTranslation({ file, slug }: FileName): Promise<void> {
    const original = originals.get(slug);
    if (!original?.words) return;
    const { stamp, words } = original;
    const last = translations.get(file);
    const parse = (path: string, text: string) => parseTranslation(path, text, words);
    translations.set(file, { ...(await refresh(file, last?.of === stamp ? last : undefined, parse)), of: stamp });
  }

  function postmortemOf(slug: string, files: readonly FileName[]): Postmortem[] {
    const words = originals.get(slug)?.words;
    if (words?.state !== 'published') return [];
    const { state, ...told } = words;
    const inOthers = files.flatMap(({ file, slug: of, language }) => {
      const translated = of === slug && language !== null ? translations.get(file)?.words : null;
      return translated ? [[language, translated]] : [];
    });
    return [{ ...told, slug, translations: Object.fromEntries(inOthers) }];
  }

  return {
    async read() {
      const files = (await names()).flatMap((name) => readName(name) ?? []);
      for (const slug of originals.keys())
        if (!files.some((one) => one.slug === slug && one.language === null)) originals.delete(slug);
      for (const file of translations.keys()) if (!files.some((one) => one.file === file)) translations.delete(file);
      for (const { file, slug, language } of files)
        if (language === null) originals.set(slug, await refresh(file, originals.get(slug), parsePostmortem));
      for (const file of files) if (file.language !== null) await refreshTranslation(file);
      const published = [...originals.keys()].flatMap((slug) => postmortemOf(slug, files));
      return published.toSorted((a, b) => b.publishedOn.localeCompare(a.publishedOn) || a.slug.localeCompare(b.slug));
    },
  };
}
