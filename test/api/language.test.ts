import { describe, expect, it } from 'vitest';
import { preferredLocale } from '#api/language.ts';
import { openTestApi } from '../helpers/api.ts';

const ours = ['en', 'es', 'fr', 'de', 'pt', 'it', 'ru'] as const;

describe('the preferred language', () => {
  it.each([
    ['', 'en'],
    ['es', 'es'],
    ['es-MX,es;q=0.9,en;q=0.8', 'es'],
    ['ES-419', 'es'],
    ['pt-BR', 'pt'],
    ['de-AT;q=0.4, fr;q=0.6', 'fr'],
    ['ja, zh-Hant;q=0.9, it;q=0.1', 'it'],
    ['fr;q=0, ru;q=0.001', 'ru'],
    ['es;q=0', 'en'],
    ['*', 'en'],
    ['ja;q=1, *;q=0.5', 'en'],
    ['spanish, esx, e', 'en'],
    [' de ; q = 0.9 , , ;q=1', 'de'],
    ['es;q=nonsense', 'es'],
    ['\u0000\u{1f3ac}', 'en'],
  ])('of %j is %s', (header, locale) => {
    expect(preferredLocale(header, ours)).toBe(locale);
  });

  it('is our default where we do not have it, whichever that is', () => {
    expect(preferredLocale('ru, ja', ['pt', 'es'])).toBe('pt');
    expect(preferredLocale('en', ['pt', 'es'])).toBe('pt');
  });

  it('is looked for at the beginning of a header only, and never in half a word of it', () => {
    const padding = 'x'.repeat(992);
    expect(preferredLocale(`${padding},ja,esperanto`, ours)).toBe('en');
    expect(preferredLocale(`fr,${'x,'.repeat(500_000)}`, ours)).toBe('fr');
    expect(preferredLocale(`${'x,'.repeat(500_000)}fr`, ours)).toBe('en');
    expect(preferredLocale('r'.repeat(1_000_000), ours)).toBe('en');
  });
});

describe('GET /language', () => {
  async function ask(path: string, language = 'es') {
    const { call } = await openTestApi();
    const response = await call('GET', path, { headers: { 'accept-language': language } });
    return { status: response.status, headers: response.headers, to: response.headers.get('location') };
  }

  it('leads home in the language of the browser', async () => {
    expect(await ask('/language')).toMatchObject({ status: 303, to: '/es' });
    expect(await ask('/language', 'ja')).toMatchObject({ status: 303, to: '/' });
    expect(await ask('/language', 'en-GB, es;q=0.9')).toMatchObject({ status: 303, to: '/' });
  });

  it('leads to the page that was read, where it is published in that language', async () => {
    expect(await ask('/language?to=/history')).toMatchObject({ status: 303, to: '/es/history' });
    expect(await ask('/language?to=%2Fhistory', 'en')).toMatchObject({ status: 303, to: '/history' });
    expect(await ask('/language?to=/history', 'de')).toMatchObject({ status: 303, to: '/de' });
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/%2Fevil.example',
    '%2F%2Fevil.example',
    '%252F%252Fevil.example',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    '@evil.example',
    '.evil.example',
    '/.evil.example',
    '/../history',
    '/history%0d%0aset-cookie:%20a=1',
    '/history/../../staff',
    '/staff',
    '/history?x',
    '/es/history',
    'history',
    '',
  ])('leads home, not to %s', async (to) => {
    for (const path of [`/language?to=${to}`, `/language?to=${encodeURIComponent(to)}`]) {
      const { status, to: location, headers } = await ask(path);
      expect([status, location]).toEqual([303, '/es']);
      expect(headers.has('set-cookie')).toBe(false);
    }
  });

  it('is kept by no cache, and says what it depends on', async () => {
    const { headers } = await ask('/language');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('vary')).toBe('Accept-Language');
  });

  it('takes a header of a megabyte for what its beginning says', async () => {
    expect(await ask('/language', `fr,${'x;q=0.5,'.repeat(130_000)}`)).toMatchObject({ status: 303, to: '/fr' });
  });
});
