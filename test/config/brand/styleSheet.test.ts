import { describe, expect, it } from 'vitest';
import { checkStyleSheet, definitionsIn } from '../../../src/config/brand/styleSheet.ts';

function said(css: string): string[] {
  const checked = checkStyleSheet('brand.css', css);
  if ('css' in checked) return [];
  return checked.problems.map(
    ({ file, line, column, expected, found }) => `${file}:${line}:${column} ${expected} | ${found}`,
  );
}

describe('a style sheet of the operator', () => {
  it('is written anew, without what nobody needs', () => {
    const css = `/* a note */ :root { --paper: #fff8ee; }\n@media (width > 40rem) { .row { gap: 1rem } }\n.a { background: url("data:image/png;base64,AAAA") }`;
    expect(checkStyleSheet('brand.css', css)).toEqual({
      css: ':root{--paper:#fff8ee}@media (width>40rem){.row{gap:1rem}}.a{background:url(data:image/png;base64,AAAA)}',
    });
  });

  it('cannot end the element that it is in', () => {
    for (const css of ['a::after{content:"</style><script>alert(1)</script>"}', ':root{--a: "</STYLE >"}']) {
      const checked = checkStyleSheet('brand.css', css);
      expect('css' in checked && checked.css).not.toMatch(/<\//);
      expect('css' in checked && checked.css).toContain('<\\/');
    }
  });

  const elsewhere = 'pictures as data:image addresses, since a page is one request';
  const otherwise = 'pictures as url() of data:image addresses';
  const rules = 'no rules but @media, @supports, @container and @layer';
  const covering = 'position: static, relative or absolute, so that nothing covers the page';
  it.each([
    ['@import "https://evil.example/a.css";', `brand.css:1:1 ${rules} | @import`],
    ['@im\\70ort "a.css";', `brand.css:1:1 ${rules} | @im\\70ort`],
    ['@font-face { font-family: a; src: local("b") }', `brand.css:1:1 ${rules} | @font-face`],
    [
      'a { background: url(https://evil.example/pixel) }',
      `brand.css:1:17 ${elsewhere} | url(https://evil.example/pixel)`,
    ],
    ['a {\n  background: url("//evil.example") }', `brand.css:2:15 ${elsewhere} | url(//evil.example)`],
    ['a { --x: url(https://evil.example) }', `brand.css:1:10 ${elsewhere} | url(https://evil.example)`],
    ['a { background: url(data:text/html,x) }', `brand.css:1:17 ${elsewhere} | url(data:text/html,x)`],
    ['a { background: image-set("https://evil.example/a.png" 1x) }', `brand.css:1:17 ${otherwise} | image-set()`],
    ['a { background: -webkit-image-set("a.png" 1x) }', `brand.css:1:17 ${otherwise} | -webkit-image-set()`],
    ['a { width: expression(alert(1)) }', `brand.css:1:12 ${otherwise} | expression()`],
    ['a { behavior: none }', 'brand.css:1:5 nothing that runs | behavior'],
    ['a { position: fixed }', `brand.css:1:5 ${covering} | fixed`],
    ['a { POSITION: sticky !important }', `brand.css:1:5 ${covering} | sticky`],
    ['a { p\\6fsition: fi\\78 ed }', `brand.css:1:5 ${covering} | fixed`],
    ['a { position: var(--p) }', `brand.css:1:5 ${covering} | var(--p)`],
  ])('is refused: %s', (css, problem) => {
    expect(said(css)).toContain(problem);
  });

  it('is refused however the name of url() is spelled', () => {
    expect(said('a { background: u\\72l(https://evil.example/a) }')).not.toEqual([]);
    expect(said('a { background: \\75 rl("https://evil.example/a") }')).not.toEqual([]);
  });

  it('is refused with the place where it cannot be read', () => {
    const [first] = said('a { color: red }\nb { color red }');
    expect(first).toMatch(/^brand\.css:2:\d+ CSS that can be read \| a mistake/);
    expect(said('a { color: red')).toEqual([]);
    expect(said('}')).not.toEqual([]);
  });

  it('reads any text without failing', () => {
    for (const text of ['', '\0', '{'.repeat(5_000), '('.repeat(5_000), '\ud800', '<!-- -->', 'a{b:c;'.repeat(2_000)])
      expect(() => checkStyleSheet('brand.css', text)).not.toThrow();
  });
});

describe('the custom properties of a style sheet', () => {
  it('are found with the schemes they are seen in', () => {
    const css = `:root { --paper: #fff; }
      @media (prefers-color-scheme: dark) { :root { --paper: #111; & .a { --ink: red } } }
      @media print { :root { --ink: black } }`;
    expect(definitionsIn(css)).toEqual([
      { name: '--paper', value: '#fff', schemes: ['light', 'dark'] },
      { name: '--paper', value: '#111', schemes: ['dark'] },
      { name: '--ink', value: 'red', schemes: ['dark'] },
      { name: '--ink', value: 'black', schemes: ['light', 'dark'] },
    ]);
  });
});
