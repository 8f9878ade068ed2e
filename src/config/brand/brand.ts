import { isUtf8 } from 'node:buffer';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Brand, Picture } from '#core/brand.ts';
import type { Warning } from '#core/plan.ts';
import type { ConfigProblem } from '../problems.ts';
import { readBytes } from '../readBytes.ts';
import type { PageInput } from '../schema.ts';
import type { Path, YamlSource } from '../yamlSource.ts';
import { accentOn, contrastWarnings, logoWarnings } from './contrast.ts';
import { ourPapers, paperOf, papersOf } from './paper.ts';
import { type Box, faviconBox, logoBox, readPicture } from './picture.ts';
import { checkStyleSheet, styleSheetLimitBytes } from './styleSheet.ts';
import { Unfit } from './unfit.ts';

type Reading = {
  source: YamlSource;
  /** `status.yaml` as problems name it; the paths in it begin beside it. */
  file: string;
  problems: ConfigProblem[];
};

const pathOf = ({ file }: Reading, path: string): string => resolve(dirname(resolve(file)), path);

/** Reads something of a file; what is wrong with the file becomes a problem at the place that names it. */
function tried<Value>({ source, problems }: Reading, place: Path, read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    problems.push(source.problem(place, error.expected, { found: error.found }));
    return null;
  }
}

function picture(reading: Reading, place: Path, path: string, box: Box): Picture | null {
  return tried(reading, place, () => readPicture(pathOf(reading, path), box));
}

function logoOf(reading: Reading, logo: PageInput['logo']): Brand['logo'] {
  if (logo === undefined) return null;
  const place = ['page', 'logo'];
  if (typeof logo === 'string') {
    const light = picture(reading, place, logo, logoBox);
    return light && { light, dark: null };
  }
  const light = picture(reading, [...place, 'light'], logo.light, logoBox);
  const dark = picture(reading, [...place, 'dark'], logo.dark, logoBox);
  return light && { light, dark };
}

const sheetWords = 'a style sheet of at most 20 kB in UTF-8';

function sheetText(path: string): string {
  try {
    const read = readBytes(path, styleSheetLimitBytes);
    if ('found' in read) throw new Unfit(sheetWords, read.found);
    if (!isUtf8(read.bytes)) throw new Unfit(sheetWords, 'bytes that are no text');
    return read.bytes.toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === null) throw error;
    throw new Unfit(sheetWords, code === 'ENOENT' ? `no file ${basename(path)}` : `one that cannot be read (${code})`);
  }
}

function styleSheetOf(reading: Reading, path: string | undefined): string | null {
  if (path === undefined) return null;
  const text = tried(reading, ['page', 'custom_css'], () => sheetText(pathOf(reading, path)));
  if (text === null) return null;
  const name = isAbsolute(path) ? path : join(dirname(reading.file), path);
  const checked = checkStyleSheet(name, text);
  if ('css' in checked) return checked.css;
  reading.problems.push(...checked.problems);
  return null;
}

/** The accent as it is seen on the paper that the style sheet leaves, and what is hard to see there. */
function coloursOf(accent: PageInput['accent'], { css, logo }: Pick<Brand, 'css' | 'logo'>) {
  if (accent === undefined && css === null && logo === null) return { accent: null, paper: null, remarks: [] };
  const papers = css === null ? ourPapers() : papersOf(css, ourPapers());
  const inks = typeof accent === 'string' ? { light: accent, dark: accent } : accent;
  const seen = inks && accentOn(papers, inks);
  const remarks = [
    ...contrastWarnings(ourPapers(), papers),
    ...(seen?.warnings ?? []),
    ...(logo ? logoWarnings(papers, logo) : []),
  ];
  return { accent: seen?.accent ?? null, paper: paperOf(papers), remarks };
}

/** What the page's settings make of its looks, with everything that is wrong with the files that they name. */
export type BrandReading = {
  brand: Brand;
  problems: readonly ConfigProblem[];
  /** What can be used and should be known. */
  remarks: readonly Warning[];
};

/**
 * Reads the brand of a page, and the files it is in.
 * @param file `status.yaml` as problems name it
 */
export function readBrand(source: YamlSource, file: string, page: PageInput): BrandReading {
  const reading: Reading = { source, file, problems: [] };
  const css = styleSheetOf(reading, page.custom_css);
  const logo = logoOf(reading, page.logo);
  const favicon = page.favicon === undefined ? null : picture(reading, ['page', 'favicon'], page.favicon, faviconBox);
  const links = page.links.map(({ label, url, translations }) => ({ label, url, translations }));
  const { accent, paper, remarks } = coloursOf(page.accent, { css, logo });
  return { brand: { accent, logo, favicon, links, paper, css }, problems: reading.problems, remarks };
}
