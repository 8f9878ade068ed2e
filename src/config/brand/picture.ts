import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type * as Drawing from '@resvg/resvg-js';
import type { Picture } from '#core/brand.ts';
import { readBytes } from '../readBytes.ts';
import { cleanDrawing } from './drawing.ts';
import { Unfit } from './unfit.ts';

/** Of the file. */
const fileLimitBytes = 100 * 1_024;
/** Of what every page carries. */
const pictureLimitBytes = 8 * 1_024;
/** A few bytes can claim to be gigabytes of pixels: what is larger is not even opened. */
const pixelLimit = 4_096 * 4_096;
/** Device pixels in a CSS pixel, the finest first. */
const densities = [2, 1.5, 1] as const;

const expected = 'an SVG or PNG file of at most 100 kB';
const pngStart = Buffer.from('89504e470d0a1a0a', 'hex');

/** The largest that a picture is shown, in CSS pixels. */
export type Box = { width: number; height: number };
export const logoBox: Box = { width: 240, height: 40 };
export const faviconBox: Box = { width: 32, height: 32 };

const load = createRequire(import.meta.url);

/** Drawn without a letter of this machine: a page looks the same wherever it is made. */
function draw(svg: string, fitTo?: { mode: 'width'; value: number }): Drawing.Resvg {
  // Loaded with the first picture: a page without one starts without it.
  const { Resvg } = load('@resvg/resvg-js') as typeof Drawing;
  return new Resvg(svg, { font: { loadSystemFonts: false }, ...(fitTo ? { fitTo } : {}) });
}

/** What files begin with, to say what was found instead. */
const otherStarts: readonly [start: string, name: string][] = [
  ['GIF8', 'a GIF'],
  ['\xff\xd8\xff', 'a JPEG'],
  ['RIFF', 'a WebP or other RIFF file'],
  ['BM', 'a BMP'],
  ['%PDF', 'a PDF'],
  ['\0\0\x01\0', 'an ICO'],
];

function pngSize(bytes: Buffer): Box {
  if (bytes.length < 24 || bytes.toString('latin1', 12, 16) !== 'IHDR') throw new Unfit(expected, 'a PNG cut short');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (width === 0 || height === 0 || width * height > pixelLimit)
    throw new Unfit('a PNG of at most 4096 x 4096 pixels', `one of ${width} x ${height}`);
  return { width, height };
}

const asSvg = (src: string, { width, height }: Box): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" href="${src}"/></svg>`;

const pngAddress = (png: Buffer): string => `data:image/png;base64,${png.toString('base64')}`;

/** Halved until it is nearly there: a picture made smaller at one stroke leaves pixels out. */
function scaleDown(png: Buffer, size: Box, targetWidth: number): Buffer {
  const svg = asSvg(pngAddress(png), size);
  if (size.width < targetWidth * 2) return draw(svg, { mode: 'width', value: targetWidth }).render().asPng();
  const half = draw(svg, { mode: 'width', value: Math.ceil(size.width / 2) }).render();
  return scaleDown(half.asPng(), { width: half.width, height: half.height }, targetWidth);
}

function sizeIn(box: Box, { width, height }: Box): Box {
  const scale = Math.min(box.width / width, box.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

const weightWords = `a picture that takes at most ${pictureLimitBytes / 1_024} kB in its place, since every page carries it`;

/** A PNG, drawn anew and as fine as its weight allows: of a file that is something else besides, nothing is left. */
function pngPicture(bytes: Buffer, box: Box): Picture {
  const size = pngSize(bytes);
  const place = sizeIn(box, size);
  const pngs = densities.map((density) => scaleDown(bytes, size, Math.round(place.width * density)));
  const png = pngs.find(({ length }) => length <= pictureLimitBytes);
  if (!png) throw new Unfit(weightWords, `one that takes ${Math.ceil((pngs.at(-1)?.length ?? 0) / 1_024)} kB`);
  return { src: pngAddress(png), ...place };
}

/** A drawing stays one: it is sharp at any size, and a few hundred bytes where its pixels are thousands. */
function svgPicture(svg: string, box: Box): Picture {
  const clean = cleanDrawing(svg);
  if (clean.length > pictureLimitBytes)
    throw new Unfit(weightWords, `one that takes ${Math.ceil(clean.length / 1_024)} kB`);
  return { src: `data:image/svg+xml,${encodeURIComponent(clean)}`, ...sizeIn(box, draw(clean)) };
}

function pictureOf(bytes: Buffer, box: Box): Picture {
  if (bytes.subarray(0, pngStart.length).equals(pngStart)) return pngPicture(bytes, box);
  const other = otherStarts.find(([start]) => bytes.toString('latin1', 0, start.length) === start);
  if (other) throw new Unfit(expected, other[1]);
  const svg = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (!/<svg[\s>]/.test(svg)) throw new Unfit(expected, 'something else');
  return svgPicture(svg, box);
}

/**
 * Makes a picture of what is in a file.
 * @throws Unfit when it is no picture that can be drawn
 */
export function drawPicture(bytes: Buffer, box: Box): Picture {
  try {
    const picture = pictureOf(bytes, box);
    if (coloursIn(picture).length === 0) throw new Unfit('a picture', 'one with nothing in it to be seen');
    return picture;
  } catch (error) {
    if (error instanceof Unfit) throw error;
    throw new Unfit(expected, `one that cannot be drawn (${error instanceof Error ? error.message : error})`);
  }
}

/** The colours of a picture, red, green, blue from 0 to 1: of every fourth pixel that covers what is below it. */
export function coloursIn({ src, width, height }: Picture): [red: number, green: number, blue: number][] {
  const size = { width: width * 2, height: height * 2 };
  const { pixels } = draw(asSvg(src, size)).render();
  const colours: [number, number, number][] = [];
  for (let start = 0; start < pixels.length; start += 16) {
    const [red = 0, green = 0, blue = 0, cover = 0] = pixels.subarray(start, start + 4);
    if (cover > 127) colours.push([red / cover, green / cover, blue / cover]);
  }
  return colours;
}

/**
 * Reads the picture of a file.
 * @throws Unfit when the file is no picture that can be drawn
 */
export function readPicture(path: string, box: Box): Picture {
  let read: ReturnType<typeof readBytes>;
  try {
    read = readBytes(path, fileLimitBytes);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === null) throw error;
    throw new Unfit(expected, code === 'ENOENT' ? `no file ${basename(path)}` : `one that cannot be read (${code})`);
  }
  if ('found' in read) throw new Unfit(expected, read.found);
  return drawPicture(read.bytes, box);
}
