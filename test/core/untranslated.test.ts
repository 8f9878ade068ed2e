import { expect, it } from 'vitest';
import { untranslatedOf } from '#core/untranslated.ts';
import { friday, incident, updates } from '../helpers/snapshot.ts';

const [second, first] = updates(['investigating', 'We look.', 0], ['identified', 'Found.', 5]);
if (!first || !second) throw new Error('two updates');
const lacking = (posts: (typeof first)[], now = friday + 60_000) =>
  untranslatedOf([incident('Mail is slow', posts)], ['en', 'es', 'fr'], now).map(({ update, locale }) => [
    update.body,
    locale,
  ]);

it('lists what is missing in each language of the page, newest first', () => {
  expect(lacking([second, { ...first, translations: { es: 'Miramos.' } }])).toEqual([
    ['Found.', 'es'],
    ['Found.', 'fr'],
    ['We look.', 'fr'],
  ]);
});

it('asks for no translation into the language that something was written in', () => {
  expect(lacking([{ ...first, language: 'fr' }])).toEqual([
    ['We look.', 'en'],
    ['We look.', 'es'],
  ]);
});

it('leaves old words alone, and offers no more than can be done in one sitting', () => {
  expect(lacking([first], friday + 15 * 86_400_000)).toEqual([]);
  expect(lacking(Array.from({ length: 20 }, () => first))).toHaveLength(12);
});
