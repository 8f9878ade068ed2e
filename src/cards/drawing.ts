import { Resvg } from '@resvg/resvg-js';
import satori, { type Font } from 'satori';
import { isMark } from '#core/brand.ts';
import { type Card, cardSize } from '#core/card.ts';
import { directionOf, plainLine } from '#core/line.ts';
import type { ComponentState } from '#core/status.ts';
import { shapes } from '../components/shapes.ts';
import { families, readLetters, writable } from './letters.ts';

/** The colours of the page's light scheme. A card has one: who shares it does not know how it will be read. */
export const paper = { paper: '#fcfbf9', line: '#dbd9d5', quiet: '#605b56', ink: '#1e1b18' } as const;
export const stateColours: Record<ComponentState, string> = {
  operational: '#1e8347',
  degraded: '#8e6503',
  partial_outage: '#ac4800',
  major_outage: '#bb161b',
  maintenance: '#2e69b2',
  unknown: '#686661',
};

/** More than fits in the lines there are. */
const headlineLength = 160;
const nameLength = 60;

type Style = Record<string, string | number>;
/** What satori lays out: an element in the form of React's, which nothing else of React comes with. */
type Node = string | { type: string; props: { style: Style; [name: string]: unknown } };

function box(style: Style, ...children: Node[]): Node {
  return { type: 'div', props: { style: { display: 'flex', ...style }, children } };
}

function picture(src: string, width: number, height: number): Node {
  return { type: 'img', props: { src, width, height, style: { width, height } } };
}

/** A line cut between two words, as a reader would. */
function cut(line: string, length: number): string {
  const characters = [...line];
  if (characters.length <= length) return line;
  return `${characters
    .slice(0, length)
    .join('')
    .replace(/\s+\S*$/, '')}…`;
}

const lineOf = (text: string, length: number): string => cut(writable(plainLine(text)) ?? '', length);

function mark(state: ComponentState, size: number): Node {
  const colour = stateColours[state];
  const drawing = shapes[state].replaceAll('currentColor', colour);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 16 16" fill="${colour}">${drawing}</svg>`;
  return picture(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`, size, size);
}

function nameplate({ name, nameSuffix, logo }: Card): Node {
  const height = 60;
  const logos = logo ? [picture(logo.src, Math.round((logo.width * height) / logo.height), height)] : [];
  const words = logo && !isMark(logo) ? [] : [box({ fontWeight: 700 }, lineOf(name, nameLength))];
  return box(
    { alignItems: 'center', gap: 18, height, fontSize: 36 },
    ...logos,
    ...words,
    box({ color: paper.quiet }, lineOf(nameSuffix, nameLength)),
  );
}

function headlineNode(line: string): Node {
  const direction = directionOf(line);
  return box(
    {
      display: 'block',
      width: '100%',
      direction,
      textAlign: direction === 'rtl' ? 'right' : 'left',
      fontSize: line.length > 70 ? 56 : 68,
      fontWeight: 700,
      lineHeight: 1.18,
      letterSpacing: '-0.02em',
      lineClamp: 3,
      wordBreak: 'break-word',
    },
    line,
  );
}

function said(card: Card): Node {
  const { state } = card;
  const word = lineOf(card.word, nameLength);
  const headline = lineOf(card.headline, headlineLength);
  const spoken = { alignItems: 'center', gap: 20, fontSize: 38, fontWeight: 700, color: stateColours[state] };
  return box(
    { flexDirection: 'column', gap: 26, width: '100%' },
    // In a script that there are no letters for, the word is all there is to say; the link itself has the rest.
    ...(headline === '' ? [mark(state, 72)] : [box(spoken, mark(state, 44), word)]),
    headlineNode(headline || word),
  );
}

function treeOf(card: Card): Node {
  const sheet = {
    flexDirection: 'column',
    justifyContent: 'space-between',
    flexGrow: 1,
    width: '100%',
    padding: '58px 76px 56px',
    boxSizing: 'border-box',
  };
  const foot = { width: '100%', paddingTop: 26, borderTop: `2px solid ${paper.line}`, color: paper.quiet };
  return box(
    {
      flexDirection: 'column',
      width: '100%',
      height: '100%',
      background: paper.paper,
      color: paper.ink,
      fontFamily: families,
      fontSize: 32,
    },
    box({ width: '100%', height: 14, background: card.accent ?? stateColours[card.state] }),
    box(sheet, nameplate(card), said(card), box(foot, lineOf(card.time, nameLength))),
  );
}

let letters: Font[] | undefined;

/** Draws a card, as a PNG of its size. */
export async function drawCard(card: Card): Promise<Buffer> {
  letters ??= readLetters();
  const svg = await satori(treeOf(card), { ...cardSize, fonts: letters });
  return new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
}
