import { parse } from 'culori';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accentOn, contrastWarnings, logoWarnings } from '../../../src/config/brand/contrast.ts';
import { nearestPassing, ourPapers, papersOf, ratioOf } from '../../../src/config/brand/paper.ts';
import { drawPicture, logoBox } from '../../../src/config/brand/picture.ts';
import { pngOf } from '../../helpers/pictures.ts';

const sentences = (css: string) =>
  contrastWarnings(ourPapers(), papersOf(css, ourPapers())).map(({ sentence }) => sentence);
const nothing = { light: new Map(), dark: new Map() };

describe('the colours of a page', () => {
  it('are our own unless said, and all of them can be read', () => {
    expect(contrastWarnings(nothing, ourPapers())).toEqual([]);
    expect(sentences('.row { gap: 1rem }')).toEqual([]);
  });

  it('are measured where a style sheet changes them, with the nearest that would do', () => {
    expect(sentences(':root { --quiet: light-dark(#999999, #eeeeee) }')).toEqual([
      'In the light scheme --quiet on --paper reaches 2.75:1, and 4.5:1 is needed; the nearest that does is #747474.',
      'In the light scheme --quiet on --sheet reaches 2.55:1, and 4.5:1 is needed; the nearest that does is #6d6d6d.',
    ]);
  });

  it('are measured against a paper that changes below them', () => {
    const found = sentences('@media (prefers-color-scheme: dark) { :root { --paper: #777 } }');
    expect(found.length).toBeGreaterThan(3);
    expect(found.every((sentence) => sentence.startsWith('In the dark scheme'))).toBe(true);
  });

  it('are told of where they cannot be measured', () => {
    expect(sentences(':root { --ink: color-mix(in oklch, red, blue) }')[0]).toBe(
      'In the light scheme --ink on --paper cannot be measured: write it as a colour of its own.',
    );
  });
});

describe('the nearest colour that passes', () => {
  it('passes, whatever the colour, and stays what it is where it passes already', () => {
    const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
    const papers = [ourPapers().light.get('--paper'), ourPapers().dark.get('--paper')];
    fc.assert(
      fc.property(hex, fc.constantFrom(3, 4.5), fc.constantFrom(...papers), (text, ratio, paper) => {
        const color = parse(text);
        if (!color || !paper) throw new Error('no colour');
        const nearest = parse(nearestPassing(color, paper, ratio) ?? '');
        expect(nearest && ratioOf(nearest, paper)).toBeGreaterThanOrEqual(ratio);
      }),
      { numRuns: 200 },
    );
  });
});

describe('an accent', () => {
  it('is used as it is where it can be seen', () => {
    expect(accentOn(ourPapers(), { light: '#2f7fc1', dark: '#2f7fc1' })).toEqual({
      accent: { light: '#2f7fc1', dark: '#2f7fc1' },
      warnings: [],
    });
  });

  it('is written as cards and pages alike can read it', () => {
    const inks = { light: 'oklch(0.5 0.1 240)', dark: '#fc9' };
    expect(accentOn(ourPapers(), inks).accent).toEqual({ light: '#1f6a96', dark: '#ffcc99' });
  });

  it('gives way to the nearest that can be seen, and says so', () => {
    const { accent, warnings } = accentOn(ourPapers(), { light: '#8a3b2f', dark: '#8a3b2f' });
    expect(accent).toEqual({ light: '#8a3b2f', dark: '#98483b' });
    expect(warnings).toEqual([
      {
        about: 'page, accent',
        sentence:
          'In the dark scheme #8a3b2f reaches 2.48:1 on the paper, and 3:1 is needed to be seen; #98483b is used there, the nearest that does.',
      },
    ]);
  });
});

describe('a logo', () => {
  const picture = (colour: string) => drawPicture(pngOf(240, 80, colour), logoBox);
  const warned = (light: string, dark?: string) =>
    logoWarnings(ourPapers(), { light: picture(light), dark: dark === undefined ? null : picture(dark) });

  it('is said to be lost on the paper of a scheme that it does not stand out from', () => {
    expect(warned('#1e1b18')).toEqual([
      {
        about: 'page, logo',
        sentence:
          'In the dark scheme 0 % of it reach the 3:1 to the paper that it takes to be seen; give that scheme a logo of its own, as in { light: logo.svg, dark: logo-dark.svg }.',
      },
    ]);
    expect(warned('#f0ece6').map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^In the light scheme 0 %/),
    ]);
  });

  it('is fine where each scheme has one that does, or one does for both', () => {
    expect(warned('#1e1b18', '#f0ece6')).toEqual([]);
    expect(warned('#c0503f')).toEqual([]);
  });
});
