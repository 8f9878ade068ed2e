import { describe, expect, it } from 'vitest';
import { newIncidentSchema, newUpdateSchema, resolutionSchema } from '#core/incident.ts';
import { translated, wordsOf } from '#core/incidentFacts.ts';
import type { PageLocales } from '#core/locale.ts';

const now = Date.UTC(2026, 10, 20, 9);
const pageLocales: PageLocales = ['en', 'es', 'fr'];
const window = {
  kind: 'window',
  from: '2026-11-19T08:00:00Z',
  to: '2026-11-20T03:00:00+01:00',
  what: 'Entries and payments',
  recovery: 'partial',
} as const;

const told = (input: object, locales: PageLocales = pageLocales) =>
  wordsOf(newUpdateSchema.parse({ body: 'All is back.', ...input }), locales, now);

const pointersOf = (input: object): string[] => {
  try {
    told(input);
  } catch (error) {
    return (error as { fields: { pointer: string }[] }).fields.map(({ pointer }) => pointer);
  }
  return [];
};

describe('the words of an input', () => {
  it('are in the first language of the page unless said otherwise', () => {
    expect(told({}).body).toEqual({ text: 'All is back.', language: 'en', translations: {} });
    expect(told({ language: 'fr' }).body.language).toBe('fr');
    expect(told({}, ['de']).body.language).toBe('de');
  });

  it('say nothing of what was not given', () => {
    expect(Object.keys(told({}))).toEqual(['body']);
  });

  it('take a workaround and a loss back with null', () => {
    expect(told({ workaround: null, loss: null })).toMatchObject({ workaround: null, loss: null });
  });

  it('keep a loss window as two instants, and each text with its translations', () => {
    const translations = {
      es: { body: 'Todo funciona.', workaround: 'Por correo.', lossWhat: 'Inscripciones y pagos' },
    };
    expect(told({ loss: window, workaround: 'By post.', translations })).toEqual({
      body: { text: 'All is back.', language: 'en', translations: { es: 'Todo funciona.' } },
      workaround: { text: 'By post.', language: 'en', translations: { es: 'Por correo.' } },
      loss: {
        kind: 'window',
        fromAt: Date.UTC(2026, 10, 19, 8),
        toAt: Date.UTC(2026, 10, 20, 2),
        what: { text: 'Entries and payments', language: 'en', translations: { es: 'Inscripciones y pagos' } },
        recovery: 'partial',
      },
    });
  });

  it('have a title of their own only where an incident begins', () => {
    const input = newIncidentSchema.parse({
      title: 'Mail is slow',
      body: 'x',
      translations: { es: { title: 'Lento' } },
    });
    expect(translated(input, 'title', input.title, pageLocales)).toEqual({
      text: 'Mail is slow',
      language: 'en',
      translations: { es: 'Lento' },
    });
    expect(newUpdateSchema.safeParse({ body: 'x', translations: { es: { title: 'Lento' } } }).success).toBe(false);
  });

  it.each([
    ['a language that the page does not have', { language: 'ru' }, ['/language']],
    ['a translation into one that it does not have', { translations: { ru: { body: 'x' } } }, ['/translations/ru']],
    ['a translation into its own language', { translations: { en: { body: 'x' } } }, ['/translations/en']],
    ['the same, said otherwise', { language: 'es', translations: { es: { body: 'x' } } }, ['/translations/es']],
    ['a translation of no workaround', { translations: { es: { workaround: 'x' } } }, ['/translations/es/workaround']],
    [
      'a translation of one that is taken back',
      { workaround: null, translations: { es: { workaround: 'x' } } },
      ['/translations/es/workaround'],
    ],
    [
      'a translation of what was not lost',
      { loss: { kind: 'none' }, translations: { es: { lossWhat: 'x' } } },
      ['/translations/es/lossWhat'],
    ],
    ['a loss that is still to come', { loss: { ...window, to: '2026-11-20T10:00:00Z' } }, ['/loss/to']],
    [
      'everything at once',
      { language: 'ru', translations: { fr: { lossWhat: 'x' }, de: { body: 'x' } } },
      ['/language', '/translations/fr/lossWhat', '/translations/de'],
    ],
  ])('refuse %s', (_, input, pointers) => {
    expect(pointersOf(input).toSorted()).toEqual(pointers.toSorted());
  });
});

describe('the input of a loss', () => {
  const losses = (loss: unknown) => resolutionSchema.safeParse({ body: 'x', loss });

  it.each([
    ['a window that ends before it begins', { ...window, to: '2026-11-19T07:59:59Z' }],
    ['a time without a zone', { ...window, from: '2026-11-19T08:00:00' }],
    ['a day', { ...window, from: '2026-11-19' }],
    ['a day that is not', { ...window, from: '2026-02-30T08:00:00Z' }],
    ['nothing that is missing', { ...window, what: ' ' }],
    ['a recovery of another sort', { ...window, recovery: 'most' }],
    ['a key that it does not know', { ...window, size: 3 }],
    ['a window to a loss of nothing', { kind: 'none', from: window.from }],
    ['another kind', { kind: 'some' }],
  ])('refuses %s', (_, loss) => {
    expect(losses(loss).success).toBe(false);
  });

  it('takes one moment for a window', () => {
    expect(losses({ ...window, to: window.from }).success).toBe(true);
  });
});

describe('the input of translations', () => {
  it.each([
    ['a language that the product does not speak', { tlh: { body: 'x' } }],
    ['an empty text', { es: { body: '' } }],
    ['a text of another field', { es: { summary: 'x' } }],
    ['what every object has', { constructor: { body: 'x' } }],
  ])('refuses %s', (_, translations) => {
    expect(newUpdateSchema.safeParse({ body: 'x', translations }).success).toBe(false);
  });
});
