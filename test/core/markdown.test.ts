import { describe, expect, it } from 'vitest';
import { plainText, renderMarkdown } from '#core/markdown.ts';

describe('renderMarkdown', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '<iframe srcdoc="<script>alert(1)</script>">',
    '<style>@import url(//evil.example)</style>',
  ])('shows %s as text', (source) => {
    expect(renderMarkdown(source)).not.toMatch(/<(script|img|svg|iframe|style)/i);
  });

  it.each([
    '[x](javascript:alert(1))',
    '[x](JaVa&#x53;cript:alert(1))',
    '[x](data:text/html,hi)',
    '[x](vbscript:x)',
    '[x](file:///etc/passwd)',
    '[x](//evil.example)',
    '[x][1]\n\n[1]: javascript:alert(1)',
  ])('makes no link of %s', (source) => {
    expect(renderMarkdown(source)).not.toContain('href');
  });

  it('does not let a name before the host pass for the host', () => {
    expect(renderMarkdown('[x](https://bank.example@evil.example/)')).not.toMatch(/href="[^"]*@/);
  });

  it('draws no images, so that no stranger learns who reads', () => {
    expect(renderMarkdown('![pixel](https://evil.example/pixel.png)')).not.toContain('<img');
  });

  it('marks links as not ours', () => {
    expect(renderMarkdown('see https://example.org/a')).toContain(
      '<a href="https://example.org/a" rel="noopener noreferrer nofollow ugc">',
    );
  });

  it('leaves template syntax as it was typed', () => {
    expect(renderMarkdown('{{ 7 + 7 }} ${7 + 7} <%= 7 + 7 %>')).toContain('{{ 7 + 7 }} ${7 + 7} &lt;%= 7 + 7 %&gt;');
  });
});

describe('plainText', () => {
  it('drops the stars and keeps the words', () => {
    expect(plainText('**Main database** is back.\r\nThanks.')).toBe('Main database is back.\nThanks.');
  });
});
