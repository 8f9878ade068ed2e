import { describe, expect, it } from 'vitest';
import { type AutomaticWords, automaticText, type Finding } from '#core/automaticWords.ts';
import { type Locale, locales, type PageLocales } from '#core/locale.ts';

const all: PageLocales = ['en', 'es', 'fr', 'de', 'pt', 'it', 'ru'];
const found: Finding = { cause: 'Main database', suspected: false, affected: ['Submissions', 'Payments'] };
const guessed: Finding = { cause: 'Disk', suspected: true, affected: ['A', 'B', 'C'] };

/** The same sentence in each language. */
function inAll(write: (words: AutomaticWords) => string): [Locale, string][] {
  const { text, translations } = automaticText(all, write);
  return locales.map((locale) => [locale, locale === 'en' ? text : (translations[locale] ?? '')]);
}

const sentences: [string, (words: AutomaticWords) => string][] = [
  ['title', (words) => words.title(found)],
  ['title of what is suspected', (words) => words.title(guessed)],
  ['first post', (words) => words.firstPost(found)],
  ['first post on what is suspected', (words) => words.firstPost(guessed)],
  ['relapse', (words) => words.relapse(['Mail'])],
  ['cause', (words) => words.cause(found)],
  ['recovery', (words) => words.recovery(['Mail'], true)],
  ['recovery that waits for staff', (words) => words.recovery(['Mail'], false)],
];

describe('what the probes say', () => {
  it('is felt, by whom, and by a machine', () => {
    const { text } = automaticText(['en'], (words) => words.firstPost(found));
    expect(text).toContain('**Main database** does not answer');
    expect(text).toContain('Submissions and Payments');
    expect(text).toContain('automatically');
  });

  it('does not claim to know what it only suspects', () => {
    const { text } = automaticText(['en'], (words) => words.firstPost(guessed));
    expect(text).toContain('A, B and C stopped answering');
    expect(text).toContain('suspected');
  });

  it.each(sentences)('has a %s of its own in each language', (_, write) => {
    const written = inAll(write);
    expect(new Set(written.map(([, text]) => text)).size).toBe(all.length);
    for (const [, text] of written) expect(text.trim()).not.toBe('');
  });

  it.each(sentences.filter(([name]) => !name.includes('title of')))(
    'names things in the %s of each language',
    (_, write) => {
      for (const [, text] of inAll(write)) expect(text).toMatch(/Main database|Disk|Mail/);
    },
  );

  it('lists and counts as each language does', () => {
    const recovered = (names: string[]) => new Map(inAll((words) => words.recovery(names, true)));
    expect(recovered(['Mail']).get('de')).toContain('Mail antwortet unseren Sonden wieder.');
    expect(recovered(['Mail', 'Chat']).get('de')).toContain('Mail und Chat antworten unseren Sonden wieder.');
    expect(recovered(['Mail', 'Chat', 'Pay']).get('fr')).toContain('Mail, Chat et Pay répondent');
    expect(recovered(['Pagos', 'Imágenes']).get('es')).toContain('Pagos e Imágenes responden');
    expect(recovered(['Mail']).get('ru')).toContain('Mail снова отвечает');
    expect(recovered(['Mail', 'Chat']).get('ru')).toContain('Mail и Chat снова отвечают');
  });

  it('is kept in the languages of the page alone, the first of them as the text', () => {
    const told = automaticText(['es', 'en'], (words) => words.title(found));
    expect(told).toEqual({
      text: 'Main database no está disponible',
      language: 'es',
      translations: { en: 'Main database is not available' },
    });
  });
});
