import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readStatusConfig } from '#config';
import { planText } from '../../../src/cli/planText.ts';
import { planOf } from '../../../src/config/plan.ts';
import { declaredOf } from '../../../src/config/things.ts';
import { pngOf, svgOf } from '../../helpers/pictures.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'intermission-brand-'));
  return () => rm(dir, { recursive: true, force: true });
});

const file = (name: string, content: string | Buffer) => writeFile(join(dir, name), content);

/** The page's settings, read beside the files that they name. */
async function read(page: string) {
  await file('status.yaml', `page:\n  name: Reel\n${page}components: [{ slug: a, name: A }]\n`);
  return readStatusConfig(join(dir, 'status.yaml'), {});
}

async function saidOf(page: string): Promise<string> {
  const error: unknown = await read(page).catch((reason: unknown) => reason);
  return error instanceof Error ? error.message.replaceAll(dir, '') : 'nothing';
}

const logo = svgOf('<rect width="120" height="40" fill="#8a3b2f"/>');

describe('the brand in status.yaml', () => {
  it('is read from files beside it', async () => {
    await file('logo.svg', logo);
    await file('dark.png', pngOf(240, 80, '#ffffff'));
    await file('mark.svg', svgOf('<circle cx="8" cy="8" r="8"/>', 'viewBox="0 0 16 16"'));
    await file('brand.css', ':root { --paper: light-dark(#fff8ee, #17120c) }');
    const { page, remarks } = await read(`  accent: { light: "#8a3b2f", dark: "#d98873" }
  logo: { light: logo.svg, dark: dark.png }
  favicon: mark.svg
  custom_css: brand.css
  links:
    - { label: Back to Reel, url: "https://reel.example/", translations: { es: Volver a Reel } }
`);
    expect(page.brand).toMatchObject({
      accent: { light: '#8a3b2f', dark: '#d98873' },
      logo: { light: { width: 120, height: 40 }, dark: { width: 120, height: 40 } },
      favicon: { width: 32, height: 32 },
      links: [{ label: 'Back to Reel', url: 'https://reel.example/', translations: { es: 'Volver a Reel' } }],
      css: ':root{--paper:light-dark(#fff8ee,#17120c)}',
      paper: { light: '#fff8ee', dark: '#17120c' },
    });
    expect(remarks).toEqual([]);
  });

  it('is told at its place in the file, whichever file is wrong', async () => {
    await file('brand.css', 'a {}\n@import "b.css";');
    expect(await saidOf('  logo: logo.gif\n  favicon: none.png\n  custom_css: brand.css\n')).toBe(
      `/status.yaml has 3 problems:
  /brand.css:2:1 the style sheet: expected no rules but @media, @supports, @container and @layer, found @import.
  /status.yaml:3:9 page, logo: expected an SVG or PNG file of at most 100 kB, found no file logo.gif.
  /status.yaml:4:12 page, favicon: expected an SVG or PNG file of at most 100 kB, found no file none.png.`,
    );
    await file('brand.css', 'a { color: red }'.repeat(5_000));
    expect(await saidOf('  custom_css: brand.css\n')).toContain(
      'page, custom_css: expected a style sheet of at most 20 kB in UTF-8, found one of 79 kB.',
    );
    await file('brand.css', Buffer.from([0x61, 0xff]));
    expect(await saidOf('  custom_css: brand.css\n')).toContain('found bytes that are no text.');
  });

  it('refuses links that lead nowhere or run something', async () => {
    for (const url of ['javascript:alert(1)', 'data:text/html,x', '//evil.example', '/path', 'file:///etc/passwd'])
      expect(await saidOf(`  links: [{ label: A, url: "${url}" }]\n`)).toContain(
        'page, link 1, url: expected an https:, http: or mailto: address',
      );
    expect(await saidOf('  links: [{ label: "\\u202eA", url: "https://a.example" }]\n')).toContain(
      'page, link 1, label',
    );
    expect(await saidOf('  links: [{ label: A, url: "https://a.example", translations: { xx: B } }]\n')).toContain(
      'page',
    );
  });

  it('is in a plan as words, which change with what is in the files', async () => {
    await file('logo.svg', logo);
    await file('brand.css', 'a { color: red }');
    const lines = '  logo: logo.svg\n  custom_css: brand.css\n';
    const before = declaredOf(await read(lines));
    await file('logo.svg', logo.replace('#8a3b2f', '#123456'));
    await file('brand.css', 'a { color: blue }');
    const after = await read(lines);
    const text = planText(planOf(before, declaredOf(after), { openIncidents: [], retired: [] }, after.remarks), false);
    expect(text).toMatch(
      /^~ page\n {4}logo\.light: 120 x 40 \([0-9a-f]{8}\) -> 120 x 40 \([0-9a-f]{8}\)\n {4}custom_css: 12 characters \([0-9a-f]{8}\) -> 13 characters \([0-9a-f]{8}\)\n\n/,
    );
    expect(JSON.stringify(before)).not.toContain('base64');
  });
});
