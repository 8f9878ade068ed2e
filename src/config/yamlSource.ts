import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { type Environment, interpolate } from './interpolate.ts';
import { snakeCase } from './keyCase.ts';
import type { ConfigProblem } from './problems.ts';
import { foundAt, mistakesIn, visible } from './yamlMistakes.ts';

export type Path = readonly (string | number)[];

/** A YAML text that still knows where each of its values stands. */
export type YamlSource = {
  value: unknown;
  /** Syntax errors, keys given twice, and `${...}` that name no variable. */
  problems: ConfigProblem[];
  /** What variables have filled in, and where. */
  filled: { path: Path; value: string }[];
  /**
   * A problem with the value at `path`, or with the key `key` of the map at `path`. What was found is told in the
   * words of the file, so that a value that came from a variable stays unsaid.
   */
  problem(path: Path, expected: string, about?: About): ConfigProblem;
};

type About = { key?: string; found?: string; suggestion?: string | undefined };

const singular: Record<string, string> = {
  components: 'component',
  probes: 'probe',
  groups: 'group',
  links: 'link',
  locales: 'locale',
  steps: 'step',
  targets: 'target',
};

function nameOf(entry: unknown, index: number): string {
  if (typeof entry === 'object' && entry !== null) {
    if ('slug' in entry && typeof entry.slug === 'string') return entry.slug;
    if ('name' in entry && typeof entry.name === 'string') return entry.name;
  }
  return String(index + 1);
}

/** A token of a path may be spelled as schemas spell it: `tlsCa` for the file's `tls_ca`. */
function childValue(value: unknown, token: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Reflect.get(value, token) ?? Reflect.get(value, snakeCase(String(token)));
}

/** The path in words, such as `component mail, probe 1, interval`. */
function inWords(path: Path, root: unknown): string {
  const words: string[] = [];
  let value = root;
  for (const token of path) {
    const parent = value;
    value = childValue(parent, token);
    if (typeof token === 'string') words.push(Object.hasOwn(Object(parent), token) ? token : snakeCase(token));
    else {
      const list = words.pop() ?? 'entry';
      words.push(`${singular[list] ?? list} ${nameOf(value, token)}`);
    }
  }
  return words.length === 0 ? 'the file' : words.join(', ');
}

function child(node: Node, token: string | number, doc: Document): { key: Node; value: Node | null } | undefined {
  const target = isAlias(node) ? node.resolve(doc) : node;
  if (isSeq(target)) {
    const item = typeof token === 'number' ? target.items[token] : undefined;
    return isNode(item) ? { key: item, value: item } : undefined;
  }
  if (!isMap(target)) return undefined;
  const called = (spelling: unknown) =>
    target.items.findLast(({ key }) => isScalar(key) && snakeCase(String(key.value)) === spelling);
  const pair =
    target.items.findLast(({ key }) => isScalar(key) && String(key.value) === token) ??
    called(snakeCase(String(token)));
  return isNode(pair?.key) ? { key: pair.key, value: isNode(pair.value) ? pair.value : null } : undefined;
}

/** The way down to a node, from the ancestors that a visitor is given. */
function pathTo(node: Node, ancestors: readonly unknown[]): Path {
  return ancestors.flatMap((ancestor, depth): (string | number)[] => {
    if (isPair(ancestor)) return isScalar(ancestor.key) ? [String(ancestor.key.value)] : [];
    return isSeq(ancestor) ? [ancestor.items.indexOf(ancestors[depth + 1] ?? node)] : [];
  });
}

/** How often one anchor may be used, the uses inside of what it names counted as well. */
const aliasLimit = 1_000;

/**
 * Reads a YAML text and fills in the `${NAME}` of its text values.
 * @param file the name that problems are told with
 */
export function readYaml(file: string, text: string, environment: Environment): YamlSource {
  const lines = new LineCounter();
  // Keys given twice are found by `mistakesIn`: the library compares each with each.
  const doc: Document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };

  const unset: { path: Path; name: string }[] = [];
  const filledIn: YamlSource['filled'] = [];
  visit(doc, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string') return;
      const { value, filled, missing } = interpolate(node.value, environment);
      node.value = value;
      if (filled.length + missing.length === 0) return;
      const path = pathTo(node, ancestors);
      for (const name of new Set(missing)) unset.push({ path, name });
      for (const text of new Set(filled)) filledIn.push({ path, value: text });
    },
  });

  const mistakes = mistakesIn(doc, text, (offset) => lines.linePos(offset).line);
  const problems = mistakes.map(
    ({ offset, expected, found }): ConfigProblem => ({
      ...at(offset),
      where: 'the file',
      expected,
      found,
    }),
  );

  let value: unknown;
  try {
    if (!mistakes.some(({ isFatal }) => isFatal)) value = doc.toJS({ maxAliasCount: aliasLimit });
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    problems.push({ ...at(0), where: 'the file', expected: 'aliases that stay small', found });
  }

  function problem(path: Path, expected: string, about: About = {}): ConfigProblem {
    let node: Node | null = doc.contents;
    let position = node?.range?.[0] ?? 0;
    for (const token of path) {
      const next: ReturnType<typeof child> = node === null ? undefined : child(node, token, doc);
      if (next) position = next.value?.range?.[0] ?? next.key.range?.[0] ?? position;
      node = next?.value ?? null;
    }
    const key = about.key === undefined || node === null ? undefined : child(node, about.key, doc)?.key;
    return {
      ...at(key?.range?.[0] ?? position),
      where: visible(inWords(path, value)),
      expected,
      found: about.found ?? foundAt(key ?? node, text),
      ...(about.suggestion === undefined ? {} : { suggestion: about.suggestion }),
    };
  }
  for (const { path, name } of unset)
    problems.push(problem(path, `the environment variable ${name} to be set`, { found: 'nothing' }));
  return { value, problems, filled: filledIn, problem };
}
