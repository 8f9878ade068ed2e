import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Font } from 'satori';

/** The scripts that a card can be written in, each with the package and the part of it that has their letters. */
const scripts = [
  ['noto-sans', 'latin'],
  ['noto-sans', 'latin-ext'],
  ['noto-sans', 'vietnamese'],
  ['noto-sans', 'cyrillic'],
  ['noto-sans', 'cyrillic-ext'],
  ['noto-sans', 'greek'],
  ['noto-sans', 'greek-ext'],
  ['noto-sans-hebrew', 'hebrew'],
  ['noto-sans-arabic', 'arabic'],
] as const;
const weights = [400, 700] as const;

const familyOf = (packageName: string, part: string): string => `${packageName} ${part}`;

function pathOf(packageName: string, part: string, weight: number): string {
  return fileURLToPath(
    import.meta.resolve(`@fontsource/${packageName}/files/${packageName}-${part}-${weight}-normal.woff`),
  );
}

/** One family for each script; a letter is taken from the first that has it. */
export const families: string = scripts.map(([packageName, part]) => familyOf(packageName, part)).join(', ');

/** Reads the letters of every script from their packages. */
export function readLetters(): Font[] {
  return scripts.flatMap(([packageName, part]) =>
    weights.map(
      (weight): Font => ({
        name: familyOf(packageName, part),
        data: readFileSync(pathOf(packageName, part, weight)),
        weight,
        style: 'normal',
      }),
    ),
  );
}

type Range = readonly [from: number, to: number];

/** The ranges of a part, from the list that comes with its package: `U+0000-00FF,U+0131`. */
function rangesOf(packageName: string, part: string): Range[] {
  const list = join(dirname(pathOf(packageName, part, 400)), '../unicode.json');
  const parts: Record<string, string> = JSON.parse(readFileSync(list, 'utf8'));
  return (parts[part]?.split(',') ?? []).map((range): Range => {
    const [from = '', to = from] = range.slice('U+'.length).split('-');
    return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
  });
}

let known: readonly Range[] | undefined;

function hasLetter(character: string): boolean {
  known ??= scripts.flatMap(([packageName, part]) => rangesOf(packageName, part));
  const point = character.codePointAt(0) ?? 0;
  return known.some(([from, to]) => from <= point && point <= to);
}

/**
 * A line as far as it can be written: pictograms are left out.
 * @returns null where letters are missing, so that nobody reads half of it
 */
export function writable(line: string): string | null {
  const characters = [...line];
  if (characters.some((character) => /[\p{L}\p{N}]/u.test(character) && !hasLetter(character))) return null;
  const kept = characters.filter((character) => hasLetter(character) && !/\p{Emoji_Presentation}/u.test(character));
  return kept.join('').replace(/\s+/g, ' ').trim() || null;
}
