import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import {
  type Color,
  clampChroma,
  converter,
  formatHex,
  modeHsl,
  modeHwb,
  modeLab,
  modeLch,
  modeLrgb,
  modeOklab,
  modeOklch,
  modeRgb,
  parse,
  useMode,
  wcagContrast,
} from 'culori/fn';
import { definitionsIn } from './styleSheet.ts';

for (const mode of [modeHsl, modeHwb, modeLab, modeLch, modeLrgb, modeOklab, modeOklch, modeRgb]) useMode(mode);
const toOklch = converter('oklch');

/** The two papers that a page is read on. */
export const schemes = ['light', 'dark'] as const;
export type Scheme = (typeof schemes)[number];

/** The colours of a page in one scheme, by the name of their custom property; undefined where it cannot be measured. */
export type Palette = ReadonlyMap<string, Color | undefined>;
export type Papers = Readonly<Record<Scheme, Palette>>;

/** WCAG 2.2, success criteria 1.4.3 and 1.4.11. */
export const textRatio = 4.5;
export const shapeRatio = 3;

/** Which half of `light-dark()` is seen, or the whole value. */
function inScheme(value: string, scheme: Scheme): string {
  const halves = /^light-dark\((?<light>(?:[^(),]|\([^()]*\))*),(?<dark>(?:[^(),]|\([^()]*\))*)\)$/.exec(value.trim());
  return (halves?.groups?.[scheme] ?? value).trim();
}

/** The palette that a style sheet leaves, one definition over the other. */
export function papersOf(css: string, before?: Papers): Papers {
  const palettes = { light: new Map(before?.light), dark: new Map(before?.dark) };
  for (const { name, value, schemes: where } of definitionsIn(css))
    for (const scheme of where) palettes[scheme].set(name, parse(inScheme(value, scheme)));
  return palettes;
}

let ours: Papers | undefined;

/** The colours that pages have of themselves, read from their own style sheet. */
export function ourPapers(): Papers {
  const root = dirname(findPackageJSON(import.meta.url) ?? '.');
  ours ??= papersOf(readFileSync(join(root, 'src/styles/tokens.css'), 'utf8'));
  return ours;
}

/** The paper itself, where it can be told in both schemes; null where it is ours. */
export function paperOf(papers: Papers): { light: string; dark: string } | null {
  const [light, dark] = schemes.map((scheme) => papers[scheme].get('--paper'));
  const isOurs = light === ourPapers().light.get('--paper') && dark === ourPapers().dark.get('--paper');
  return light && dark && !isOurs ? { light: formatHex(light), dark: formatHex(dark) } : null;
}

export function ratioOf(color: Color, paper: Color): number {
  return wcagContrast(color, paper);
}

/** A colour as every drawing program reads it, `#rrggbb`: of the same hue where it is too strong for that. */
export function hexOf(color: Color): string {
  return formatHex(clampChroma(color, 'oklch'));
}

/**
 * The nearest colour of the same hue that stands out enough: lighter or darker, in steps that no eye sees.
 * @returns as `#rrggbb`; null when nothing does, on a paper of middling grey
 */
export function nearestPassing(color: Color, paper: Color, ratio: number): string | null {
  const { c, h, l } = toOklch(color);
  const candidates = Array.from({ length: 201 }, (_, step) => step / 200)
    .toSorted((a, b) => Math.abs(a - l) - Math.abs(b - l))
    .map((lightness) => hexOf({ mode: 'oklch', l: lightness, c, h: h ?? 0 }));
  // Measured as it will be written, in whole steps of 255.
  return candidates.find((hex) => wcagContrast(hex, paper) >= ratio) ?? null;
}

/** "2.31:1", rounded down: what is written as passing passes. */
export const ratioWords = (ratio: number): string => `${(Math.floor(ratio * 100) / 100).toFixed(2)}:1`;
