import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { drawPicture, faviconBox, logoBox, readPicture } from '../../../src/config/brand/picture.ts';
import { Unfit } from '../../../src/config/brand/unfit.ts';
import { pixelsOf, pngIn, pngOf, pngSize, svgOf } from '../../helpers/pictures.ts';

const rect = '<rect width="120" height="40" fill="#8a3b2f"/>';
const draw = (svg: string) => drawPicture(Buffer.from(svg), logoBox);

function saidOf(draw: () => unknown): string {
  try {
    draw();
  } catch (error) {
    if (error instanceof Unfit) return error.message;
    throw error;
  }
  return 'nothing';
}

describe('a logo', () => {
  it('is shown no larger than its place, in its own proportions', () => {
    const { width, height } = draw(svgOf(rect));
    expect([width, height]).toEqual([120, 40]);
    const wide = draw(svgOf('<rect width="900" height="30"/>', 'width="900" height="30"'));
    expect([wide.width, wide.height]).toEqual([240, 8]);
  });

  it('stays a drawing, of which nothing but the shapes is left', () => {
    const noted = svgOf(
      `<!-- </style> --><metadata><x:rdf xmlns:x="urn:x"><x:script/></x:rdf></metadata><s:named xmlns:s="urn:s"/><title>A</title>
      <g xmlns:s="urn:s" onload="alert(1)" style="background:url(https://evil.example)" data-a="b" s:a="b"><use href="https://evil.example/#a"/>${rect}</g>`,
    ).replace('<svg ', '<svg onclick="alert(2)" ');
    const { src } = draw(noted);
    expect(decodeURIComponent(src)).toBe(
      'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><use/><path fill="#8a3b2f" d="M0 0h120v40H0z"/></svg>',
    );
  });

  it('is drawn anew from a PNG, of which nothing but the picture is left', () => {
    const polyglot = Buffer.concat([pngOf(600, 200), Buffer.from('<script>alert(1)</script>')]);
    const { src, width, height } = drawPicture(polyglot, logoBox);
    expect([width, height]).toEqual([120, 40]);
    expect(pngSize(pngIn(src))).toEqual([240, 80]);
    expect(pngIn(src).includes('script')).toBe(false);
    expect([...pixelsOf(pngIn(src)).subarray(0, 4)]).toEqual([0x8a, 0x3b, 0x2f, 255]);
  });

  it('is less fine where it would weigh too much on every page, and refused where that is not enough', () => {
    const noise = (columns: number) => {
      let seed = 1;
      const dots = Array.from({ length: columns * 80 }, (_, n) => {
        seed = (seed * 16_807) % 2_147_483_647;
        return `<path d="M${n % columns} ${Math.floor(n / columns)}h1v1h-1z" fill="#${(seed % 0xffffff).toString(16).padStart(6, '0')}"/>`;
      });
      return new Resvg(svgOf(dots.join(''), 'width="240" height="80"')).render().asPng();
    };
    const { src, width } = drawPicture(noise(40), logoBox);
    expect(width).toBe(120);
    expect(pngSize(pngIn(src))[0]).toBeLessThan(240);
    expect(saidOf(() => drawPicture(noise(240), logoBox))).toMatch(
      /at most 8 kB in its place.*found one that takes \d+ kB/,
    );
    const path = Array.from({ length: 3_000 }, (_, n) => `${(n * 7_919) % 120} ${(n * 104_729) % 40}`).join('L');
    expect(saidOf(() => draw(svgOf(`<path stroke="red" d="M${path}"/>`)))).toContain('found one that takes');
  });

  const refused: [what: string, svg: string, found: string][] = [
    ['a script', svgOf(`<script>alert(1)</script>${rect}`), 'one with <script>'],
    ['HTML', svgOf(`<foreignObject><b/></foreignObject>${rect}`), 'one with <foreignObject>'],
    ['a file of this machine', svgOf('<image href="/etc/hostname" width="9" height="9"/>'), 'one with <image>'],
    [
      'the same under another name',
      `<v:svg xmlns:v="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><v:image href="/etc/hostname"/></v:svg>`,
      'something else',
    ],
    [
      'that inside of it',
      svgOf('<v:image xmlns:v="http://www.w3.org/2000/svg" href="a"/>'),
      'one with nothing in it to be seen',
    ],
    ['letters, which this machine may not have', svgOf('<text y="20">Reel</text>'), 'one with <text>'],
    [
      'a filter, which takes its time',
      svgOf(`<filter id="f"><feTurbulence numOctaves="9999"/></filter>${rect}`),
      'one with <filter>',
    ],
    [
      'a bomb of uses',
      svgOf(
        Array.from({ length: 20 }, (_, i) => `<g id="a${i + 1}"><use href="#a${i}"/><use href="#a${i}"/></g>`).join(''),
      ),
      'one with more than 16 <use>',
    ],
    [
      'a style that loads',
      svgOf(`<style>@import "https://evil.example";</style>${rect}`),
      'one whose style loads something',
    ],
    [
      'a style that hides that',
      svgOf(`<style>.a{fill:u\\72l(https://evil.example)}</style>${rect}`),
      'one whose style loads something',
    ],
    ['entities of its own', `<!DOCTYPE svg [<!ENTITY a "b">]>${svgOf(rect)}`, 'a document type of its own'],
    ['no XML', '<svg xmlns="http://www.w3.org/2000/svg"><g></svg>', 'what is no XML'],
    ['nothing', svgOf(''), 'one with nothing in it to be seen'],
    [
      'nothing that can be seen',
      svgOf('<rect width="9" height="9" fill="none"/>'),
      'one with nothing in it to be seen',
    ],
  ];

  it.each(refused)('is refused with %s', (_, svg, found) => {
    expect(saidOf(() => draw(svg))).toContain(`found ${found}`);
  });

  it('is refused as a sort of file that is no SVG and no PNG, by its name', () => {
    const starts = {
      'a GIF': 'GIF89a',
      'a JPEG': '\xff\xd8\xff\xe0',
      'a WebP or other RIFF file': 'RIFF0000WEBP',
      'a PDF': '%PDF-1.7',
    };
    for (const [name, start] of Object.entries(starts))
      expect(saidOf(() => drawPicture(Buffer.from(`${start}<svg>`, 'latin1'), logoBox))).toBe(
        `expected an SVG or PNG file of at most 100 kB, found ${name}`,
      );
    expect(saidOf(() => draw('hello'))).toContain('found something else');
  });

  it('is not opened where it claims to be larger than anything shown', () => {
    const png = pngOf(10, 10);
    png.writeUInt32BE(50_000, 16);
    png.writeUInt32BE(50_000, 20);
    expect(saidOf(() => drawPicture(png, logoBox))).toBe(
      'expected a PNG of at most 4096 x 4096 pixels, found one of 50000 x 50000',
    );
    expect(saidOf(() => drawPicture(png.subarray(0, 20), logoBox))).toContain('found a PNG cut short');
  });
});

describe('the file of a picture', () => {
  it('is told of when it is missing, a folder, or too large', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'intermission-brand-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    await writeFile(join(dir, 'large.svg'), ' '.repeat(200_000));
    const said = (name: string) => saidOf(() => readPicture(join(dir, name), faviconBox));
    expect(said('none.svg')).toContain('found no file none.svg');
    expect(said('.')).toContain('found a folder');
    expect(said('large.svg')).toContain('found one of 196 kB');
  });
});
