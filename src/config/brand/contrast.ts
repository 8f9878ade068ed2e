import { parse } from 'culori/fn';
import type { Brand } from '#core/brand.ts';
import type { Warning } from '#core/plan.ts';
import { componentStates } from '#core/status.ts';
import {
  hexOf,
  nearestPassing,
  type Papers,
  ratioOf,
  ratioWords,
  type Scheme,
  schemes,
  shapeRatio,
  textRatio,
} from './paper.ts';
import { coloursIn } from './picture.ts';

/** What is read or recognized on what, by the names of custom properties, and how much it must stand out. */
const pairs: readonly (readonly [ink: string, paper: string, ratio: number])[] = [
  ['--ink', '--paper', textRatio],
  ['--ink', '--sheet', textRatio],
  ['--quiet', '--paper', textRatio],
  ['--quiet', '--sheet', textRatio],
  ...componentStates.map((state) => [`--${state}`, '--paper', textRatio] as const),
  ['--edge', '--paper', shapeRatio],
];

/** What a style sheet changes of the colours that are read, where it takes too much from how they stand out. */
export function contrastWarnings(before: Papers, after: Papers): Warning[] {
  return schemes.flatMap((scheme) =>
    pairs.flatMap(([ink, paper, ratio]) => {
      const [was, is] = [before[scheme], after[scheme]];
      const isSame = [ink, paper].every((name) => was.get(name) === is.get(name));
      const sentence = isSame ? null : pairSentence(after[scheme], { ink, paper, ratio, scheme });
      return sentence === null ? [] : [{ about: 'page, custom_css', sentence }];
    }),
  );
}

type Pair = { ink: string; paper: string; ratio: number; scheme: Scheme };

function pairSentence(palette: Papers[Scheme], { ink, paper, ratio, scheme }: Pair): string | null {
  const [color, ground] = [palette.get(ink), palette.get(paper)];
  const place = `In the ${scheme} scheme ${ink} on ${paper}`;
  if (!color || !ground) return `${place} cannot be measured: write it as a colour of its own.`;
  const measured = ratioOf(color, ground);
  if (measured >= ratio) return null;
  const nearest = nearestPassing(color, ground, ratio);
  const advice = nearest === null ? 'no colour of its hue reaches that.' : `the nearest that does is ${nearest}.`;
  return `${place} reaches ${ratioWords(measured)}, and ${ratio}:1 is needed; ${advice}`;
}

/**
 * The accent as it is seen on each paper. It marks what is in focus, so that it must be seen: where it would not be, the
 * nearest colour of its hue that is takes its place, and a warning says so.
 */
export function accentOn(
  papers: Papers,
  accent: { light: string; dark: string },
): { accent: NonNullable<Brand['accent']>; warnings: Warning[] } {
  const warnings: Warning[] = [];
  const seen = (scheme: Scheme): string => {
    const [color, ground] = [parse(accent[scheme]), papers[scheme].get('--paper')];
    if (!color || !ground) return accent[scheme];
    const measured = ratioOf(color, ground);
    if (measured >= shapeRatio) return hexOf(color);
    const nearest = nearestPassing(color, ground, shapeRatio) ?? accent[scheme];
    const sentence = `In the ${scheme} scheme ${accent[scheme]} reaches ${ratioWords(measured)} on the paper, and ${shapeRatio}:1 is needed to be seen; ${nearest} is used there, the nearest that does.`;
    warnings.push({ about: 'page, accent', sentence });
    return nearest;
  };
  return { accent: { light: seen('light'), dark: seen('dark') }, warnings };
}

/** A logo of which less than this stands out is not recognized. */
const leastSeen = 0.5;

/** Where a logo is lost on its paper. */
export function logoWarnings(papers: Papers, logo: NonNullable<Brand['logo']>): Warning[] {
  return schemes.flatMap((scheme) => {
    const ground = papers[scheme].get('--paper');
    const colours = coloursIn(scheme === 'dark' ? (logo.dark ?? logo.light) : logo.light);
    if (!ground || colours.length === 0) return [];
    const seen = colours.filter(([r, g, b]) => ratioOf({ mode: 'rgb', r, g, b }, ground) >= shapeRatio).length;
    if (seen / colours.length >= leastSeen) return [];
    const share = Math.floor((seen / colours.length) * 100);
    const sentence = `In the ${scheme} scheme ${share} % of it reach the ${shapeRatio}:1 to the paper that it takes to be seen; give that scheme a logo of its own, as in { light: logo.svg, dark: logo-dark.svg }.`;
    return [{ about: 'page, logo', sentence }];
  });
}
