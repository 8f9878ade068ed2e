import { expect, it } from 'vitest';
import { inLanguage } from '#core/snapshot.ts';
import { component, pageSettings, snapshot } from '../helpers/snapshot.ts';

it('says what status.yaml says in the language of the reader, and leaves what has no words there', () => {
  const mail = component('Mail', { description: 'Letters', translations: { es: { name: 'Correo' } } });
  const page = pageSettings({ about: 'Films.', locales: ['en', 'es'], translations: { es: { about: 'Cine.' } } });
  const whole = snapshot({ page, components: [mail, component('Chat')] });
  const spanish = inLanguage(whole, 'es');
  expect(spanish.page.about).toBe('Cine.');
  expect(spanish.components.map(({ name, description }) => [name, description])).toEqual([
    ['Correo', 'Letters'],
    ['Chat', null],
  ]);
  expect(inLanguage(whole, 'en')).toEqual(whole);
});
