import { createRequire } from 'node:module';
import type * as CssTree from 'css-tree';
import type { ConfigProblem } from '../problems.ts';

const load = createRequire(import.meta.url);
/** Loaded with the first style sheet: a page without one starts without it. */
const cssTree = () => load('css-tree') as typeof CssTree;

/** Of the file. Every page carries it. */
export const styleSheetLimitBytes = 20 * 1_024;

const allowedRules = new Set(['media', 'supports', 'container', 'layer']);
const allowedAddress = /^(?:#|data:image\/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,])/i;
/** Ways to name a file besides `url()`, and ways to run something. */
const refusedFunctions = /^(?:url|src|image|(?:-webkit-)?image-set|(?:-webkit-)?cross-fade|element|paint|expression)$/i;
const refusedProperties = /^(?:behavior|-moz-binding)$/i;

type Finding = { expected: string; found: string };
type Mistake = Finding & { line: number; column: number };

/** What a name is once its escapes are read: `\75 rl` is `url`. */
const decoded = (name: string): string => cssTree().ident.decode(name);

function findingIn(node: CssTree.CssNode): Finding | null {
  switch (node.type) {
    case 'Atrule':
      return allowedRules.has(decoded(node.name).toLowerCase())
        ? null
        : { expected: 'no rules but @media, @supports, @container and @layer', found: `@${node.name}` };
    case 'Url':
      return allowedAddress.test(node.value.trim())
        ? null
        : { expected: 'pictures as data:image addresses, since a page is one request', found: `url(${node.value})` };
    case 'Function':
      return refusedFunctions.test(decoded(node.name))
        ? { expected: 'pictures as url() of data:image addresses', found: `${node.name}()` }
        : null;
    case 'Declaration':
      return declarationFinding(node);
    case 'Raw':
      return node.value.trim() === '' ? null : { expected: 'CSS that can be read', found: node.value.trim() };
    default:
      return null;
  }
}

function declarationFinding(node: CssTree.Declaration): Finding | null {
  const property = decoded(node.property).toLowerCase();
  if (refusedProperties.test(property)) return { expected: 'nothing that runs', found: property };
  if (property !== 'position') return null;
  const value = decoded(cssTree().generate(node.value)).toLowerCase();
  if (/^(?:static|relative|absolute)(?:!important)?$/.test(value)) return null;
  return { expected: 'position: static, relative or absolute, so that nothing covers the page', found: value };
}

function parsed(css: string, mistakes: Mistake[]): CssTree.CssNode {
  return cssTree().parse(css, {
    positions: true,
    parseCustomProperty: true,
    onParseError: ({ message, line, column }) =>
      mistakes.push({ line, column, expected: 'CSS that can be read', found: `a mistake (${message})` }),
  });
}

/**
 * Looks through a style sheet and writes it anew, without what browsers would skip.
 * @param file the name that problems are told with
 * @returns the style sheet, safe inside of a style element, or what is wrong with it
 */
export function checkStyleSheet(file: string, css: string): { css: string } | { problems: ConfigProblem[] } {
  const mistakes: Mistake[] = [];
  const tree = parsed(css, mistakes);
  cssTree().walk(tree, (node) => {
    const finding = findingIn(node);
    const at = node.loc?.start;
    // What could not be parsed is told already, where it begins to be wrong.
    if (finding === null || (node.type === 'Raw' && mistakes.some(({ line }) => line >= (at?.line ?? 1)))) return;
    mistakes.push({ ...finding, line: at?.line ?? 1, column: at?.column ?? 1 });
  });
  if (mistakes.length > 0)
    return { problems: mistakes.map((mistake) => ({ file, where: 'the style sheet', ...mistake })) };
  // An escaped slash is a slash in CSS, and no end of the element in HTML.
  return { css: cssTree().generate(tree).replaceAll('</', '<\\/') };
}

/** What a custom property is set to, and the schemes in which that is seen. */
export type Definition = { name: string; value: string; schemes: readonly ('light' | 'dark')[] };

const both = ['light', 'dark'] as const;

function schemesUnder(prelude: string, before: Definition['schemes']): Definition['schemes'] {
  // There the reader chose the colours; they are not ours to measure.
  if (/forced-colors:\s*active/i.test(prelude)) return [];
  const named = /prefers-color-scheme:\s*(light|dark)/i.exec(prelude)?.[1]?.toLowerCase();
  return named === undefined ? before : before.filter((scheme) => scheme === named);
}

/** Every custom property that a style sheet sets, in its order. */
export function definitionsIn(css: string): Definition[] {
  const { generate } = cssTree();
  function inside(node: CssTree.CssNode, schemes: Definition['schemes']): Definition[] {
    if (node.type === 'Declaration')
      return node.property.startsWith('--')
        ? [{ name: node.property, value: generate(node.value).trim(), schemes }]
        : [];
    const prelude = node.type === 'Atrule' && node.prelude ? generate(node.prelude) : '';
    const block = node.type === 'StyleSheet' ? node : 'block' in node ? node.block : null;
    if (!block) return [];
    return block.children.toArray().flatMap((child) => inside(child, schemesUnder(prelude, schemes)));
  }
  return inside(parsed(css, []), both);
}
