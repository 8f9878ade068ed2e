import { formatHex } from 'culori';
import { describe, expect, it } from 'vitest';
import { type Card, cardSize } from '#core/card.ts';
import { componentStates } from '#core/status.ts';
import { drawCard, paper, stateColours } from '../../src/cards/drawing.ts';
import { writable } from '../../src/cards/letters.ts';
import { ourPapers } from '../../src/config/brand/paper.ts';
import { drawPicture, logoBox } from '../../src/config/brand/picture.ts';
import { keepArtefact } from '../helpers/artefacts.ts';
import { pixelsOf, pngOf, pngSize } from '../helpers/pictures.ts';

const night: Card = {
  name: 'Reel Call',
  nameSuffix: 'status',
  state: 'major_outage',
  word: 'Investigating · Critical impact',
  headline: 'Main database is not available',
  time: 'As of 20 Nov 2026, 20:40 UTC',
  accent: '#8a3b2f',
  logo: null,
};

const { width, height } = cardSize;

/** How many pixels of a part of a card are no paper. */
function inked(png: Uint8Array, part: { left?: number; right?: number; top?: number; bottom?: number } = {}): number {
  const { left = 0, right = width, top = 0, bottom = height } = part;
  const pixels = pixelsOf(png);
  let count = 0;
  for (let y = top; y < bottom; y += 1)
    for (let x = left; x < right; x += 1) if ((pixels[(y * width + x) * 4 + 2] ?? 0) < 200) count += 1;
  return count;
}

describe('a card', () => {
  it.each(componentStates)('is a picture of its size in the state %s', async (state) => {
    const png = await drawCard({ ...night, state });
    await keepArtefact(`card-${state}.png`, png);
    expect(pngSize(png)).toEqual([width, height]);
  });

  it('has the colours of the page', () => {
    const { light } = ourPapers();
    const named = { ...paper, ...stateColours };
    expect(named).toEqual(
      Object.fromEntries(
        Object.keys(named).map((name) => {
          const color = light.get(`--${name}`);
          return [name, color && formatHex(color)];
        }),
      ),
    );
  });

  const headlines = {
    long: 'We look into it, and say more here when we know more about it. '.repeat(20),
    unbroken: 'W'.repeat(5_000),
    markup: '<script>alert(1)</script> &amp; "quotes" ${1} {{7*7}} ]]>',
    hebrew: 'מסד הנתונים הראשי אינו זמין 2026 (API) כרגע, ואיתו כל השאר כי הכול נשען עליו',
    arabic: 'قاعدة البيانات الرئيسية غير متاحة',
    russian: 'Основная база данных недоступна, и с ней всё остальное, потому что всё читает и пишет туда',
    japanese: 'データベースが動かない',
    controls: '\u0000\u0008\u202e evil \u2066\ud800',
    nothing: '',
  };

  it.each(Object.entries(headlines))('keeps any headline within its margins: %s', async (name, headline) => {
    const png = await drawCard({ ...night, headline });
    await keepArtefact(`card-${name}.png`, png);
    expect(pngSize(png)).toEqual([width, height]);
    expect(inked(png, { left: 0, right: 70, top: 20 }) + inked(png, { left: width - 70, top: 20 })).toBe(0);
    expect(inked(png, { top: height - 50 })).toBe(0);
    // The word of the state is there even where the headline cannot be written.
    expect(inked(png, { top: 150, bottom: 490 })).toBeGreaterThan(500);
  });

  it('begins a headline at the side that its script begins at', async () => {
    const headline = { top: 300, bottom: 420 };
    const left = { ...headline, right: 140 };
    const right = { ...headline, left: width - 140 };
    const written = await drawCard({ ...night, headline: 'فيلم' });
    expect(inked(written, left)).toBe(0);
    expect(inked(written, right)).toBeGreaterThan(0);
    const latin = await drawCard({ ...night, headline: 'Film' });
    expect(inked(latin, left)).toBeGreaterThan(0);
    expect(inked(latin, right)).toBe(0);
  });

  it('shows a logo in the place of the name', async () => {
    const logo = drawPicture(pngOf(480, 80, '#123456'), logoBox);
    const png = await drawCard({ ...night, logo });
    await keepArtefact('card-logo.png', png);
    expect(inked(png, { left: 80, right: 300, top: 80, bottom: 120 })).toBe(220 * 40);
  });
});

describe('what can be written', () => {
  it('is a line in a script that there are letters for, without its pictograms', () => {
    expect(writable('Films 🎬 do not play')).toBe('Films do not play');
    expect(writable('Ελληνικά, Кино, עברית, فيلم, Việt, Łódź')).toBe('Ελληνικά, Кино, עברית, فيلم, Việt, Łódź');
    expect(writable('映画 do not play')).toBeNull();
    expect(writable('🎬')).toBeNull();
  });
});
