import { type Document, isMap, isScalar, isSeq, type Node, type Pair, visit } from 'yaml';

/** Something that is wrong with the text itself, before anybody asks what it means. */
export type Mistake = {
  offset: number;
  expected: string;
  found: string;
  /** True when there is no value to be had. */
  isFatal: boolean;
};

/** As a terminal may show it: what would not be seen, or would change how the rest reads, is spelled out. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16).padStart(4, '0')}}`,
  );
}

/** What stands there, in the words of the file. */
export function foundAt(node: Node | null, text: string): string {
  if (node === null || (isScalar(node) && node.value === null)) return 'nothing';
  if (isMap(node)) return 'a map of keys';
  if (isSeq(node)) return 'a list';
  const [start, end] = node.range ?? [0, 0];
  const source = text.slice(start, end).replace(/\s+/g, ' ').trim();
  const short = visible(source.length > 60 ? `${source.slice(0, 59)}…` : source);
  return isScalar(node) && node.type === 'PLAIN' && typeof node.value === 'string' ? `"${short}"` : short;
}

/** What the library refused, in its words; what overflowed its stack is one mistake, at the first place. */
function syntaxMistakes({ errors }: Document): Mistake[] {
  const common = { expected: 'valid YAML', isFatal: true };
  const deep = errors.findLast(({ message }) => message.includes('call stack'));
  if (deep) return [{ ...common, offset: deep.pos[0], found: 'lists or maps that are nested too deep' }];
  return errors.map(({ pos, message, code }) => ({
    ...common,
    offset: pos[0],
    found: `a mistake: ${visible(message.split('\n')[0]?.replace(/[.:]+$/, '') ?? code)}`,
  }));
}

/** The keys of a map that it had before, each with the offset of the first. */
function repeatedKeys(items: readonly Pair[]): { key: Node; firstAt: number }[] {
  const seen = new Map<string, number>();
  return items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const firstAt = seen.get(String(key.value));
    if (firstAt !== undefined) return [{ key, firstAt }];
    seen.set(String(key.value), key.range?.[0] ?? 0);
    return [];
  });
}

/**
 * Everything that is wrong with the text itself: its syntax, keys given twice in a map, aliases of nothing.
 * @param lineOf the line of an offset, from 1
 */
export function mistakesIn(doc: Document, text: string, lineOf: (offset: number) => number): Mistake[] {
  const mistakes = syntaxMistakes(doc);
  const anchors = new Set<string>();
  visit(doc, {
    Node(_, node) {
      if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) anchors.add(node.anchor);
      if (!isMap(node)) return;
      for (const { key, firstAt } of repeatedKeys(node.items))
        mistakes.push({
          offset: key.range?.[0] ?? 0,
          expected: 'each key once in a map',
          found: `${foundAt(key, text)} again, after line ${lineOf(firstAt)}`,
          isFatal: false,
        });
    },
    Alias(_, node) {
      if (anchors.has(node.source)) return;
      const expected = 'an alias of an anchor that was set before it';
      mistakes.push({ offset: node.range?.[0] ?? 0, expected, found: `*${visible(node.source)}`, isFatal: true });
    },
  });
  return mistakes;
}
