import { Resvg } from '@resvg/resvg-js';

/** The parts of an SVG file. */
export const svgOf = (content: string, size = 'viewBox="0 0 120 40"'): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${size}>${content}</svg>`;

/** A PNG of the given size, all of one colour. */
export function pngOf(width: number, height: number, colour = '#8a3b2f'): Buffer {
  const rect = `<rect width="${width}" height="${height}" fill="${colour}"/>`;
  return new Resvg(svgOf(rect, `width="${width}" height="${height}"`)).render().asPng();
}

/** Width and height that a PNG says it has. */
export function pngSize(png: Uint8Array): [width: number, height: number] {
  const bytes = Buffer.from(png);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

/** The PNG inside of a `data:` address. */
export const pngIn = (src: string): Buffer => Buffer.from(src.slice(src.indexOf(',') + 1), 'base64');

/** The pixels of a PNG, as RGBA. */
export function pixelsOf(png: Uint8Array): Buffer {
  const [width, height] = pngSize(png);
  const href = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  const image = `<image width="${width}" height="${height}" href="${href}"/>`;
  return Buffer.from(new Resvg(svgOf(image, `width="${width}" height="${height}"`)).render().pixels);
}
