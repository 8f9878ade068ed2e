import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { locales } from '#core/locale.ts';
import { tagOf } from '../../src/i18n/formats.ts';
import { catalogues, messagesOf, sharedWithEnglish, translated } from '../helpers/messages.ts';

type Node = { type: number; value?: string; options?: Record<string, { value: Node[] }> };

/** Element types of the parser: text, a plain argument, a plural. */
const [text, argument, plural] = [0, 1, 6];

function nodesOf(message: string, tag: string): Node[] {
  const walk = (nodes: readonly Node[]): Node[] =>
    nodes.flatMap((node) => [node, ...Object.values(node.options ?? {}).flatMap(({ value }) => walk(value))]);
  return walk(new IntlMessageFormat(message, tag, undefined, { ignoreTag: true }).getAst() as Node[]);
}

function placeholdersOf(message: string, tag: string): string[] {
  const named = nodesOf(message, tag).filter(({ type }) => type === argument || type === plural);
  return [...new Set(named.map(({ value = '' }) => value))].toSorted();
}

const english = new Map(messagesOf(catalogues.en));

/** Categories that only millions meet are said as the rest are. */
const rare = (tag: string) => (tag === 'ru' ? [] : ['many']);

describe.each(locales)('the catalogue in %s', (locale) => {
  const tag = tagOf(locale);
  const messages = messagesOf(catalogues[locale]);

  it('takes the same values as the English one, message by message', () => {
    for (const [path, message] of messages)
      expect([path, ...placeholdersOf(message, tag)]).toEqual([
        path,
        ...placeholdersOf(english.get(path) ?? '', 'en-GB'),
      ]);
  });

  it('has words for every plural that its language knows, and for no other', () => {
    const categories = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
    const needed = categories.filter((category) => !rare(tag).includes(category)).toSorted();
    for (const [path, message] of messages)
      for (const { type, options } of nodesOf(message, tag))
        if (type === plural) expect([path, ...Object.keys(options ?? {}).toSorted()]).toEqual([path, ...needed]);
  });

  it('speaks with any number', () => {
    for (const [path, message] of messages)
      for (const number of [0, 1, 2, 5, 11, 21, 22, 1.5, 1_000_000]) {
        const values = Object.fromEntries(placeholdersOf(message, tag).map((name) => [name, number]));
        const said = String(new IntlMessageFormat(message, tag, undefined, { ignoreTag: true }).format(values));
        expect(`${path}: ${said}`).not.toMatch(/[{}]|undefined|: $/);
      }
  });

  it('writes an apostrophe as ’, since the straight one quotes', () => {
    expect(messages.filter(([, message]) => /'/.test(message))).toEqual([]);
  });

  it('has the spaces of the English one at its ends, and none too many', () => {
    const edges = (message = '') => [/^\s*/.exec(message)?.[0].length, /\s*$/.exec(message)?.[0].length];
    const untidy = messages.filter(
      ([path, message]) => /\s\s/.test(message) || `${edges(message)}` !== `${edges(english.get(path))}`,
    );
    expect(untidy).toEqual([]);
  });
});

it.each(translated)('leaves no English in %s but the names that languages share', (locale) => {
  const same = messagesOf(catalogues[locale]).filter(([path, message]) => message === english.get(path));
  expect(same.map(([path]) => path).toSorted()).toEqual([...sharedWithEnglish[locale]].toSorted());
});

it('keeps the punctuation of French together with its word', () => {
  const loose = messagesOf(catalogues.fr).flatMap(([path, message]) =>
    nodesOf(message, 'fr').flatMap(({ type, value = '' }) => (type === text && / [:;!?]/.test(value) ? [path] : [])),
  );
  expect(loose).toEqual([]);
});
