import { createRequire } from 'node:module';
import type * as Svgo from 'svgo';
import { Unfit } from './unfit.ts';

const load = createRequire(import.meta.url);

/** What a logo is drawn with. Filters and patterns take unbounded time, pictures and words are not in the file itself. */
const shapes = new Set([
  ...['svg', 'g', 'defs', 'symbol', 'use', 'style'],
  ...['path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon'],
  ...['linearGradient', 'radialGradient', 'stop', 'clipPath', 'mask'],
]);
/** What is said about a drawing: an image has its own words on the page. */
const notes = new Set(['title', 'desc', 'metadata']);
/** Each use may be of a thing with uses: their number doubles with every step. */
const useLimit = 16;

const expected = 'an SVG file of shapes alone, its letters drawn as paths';

/** A style that loads something, or hides with an escape that it does. */
const reachesOut = /url\(\s*(?!["']?#)|@|\\/i;

function isHarmless(name: string, value: string): boolean {
  if (name === 'href' || name === 'xlink:href') return value.startsWith('#');
  if (name.startsWith('xmlns')) return /^http:\/\/www\.w3\.org\/(?:2000\/svg|1999\/xlink)$/.test(value);
  return !/^on|^data-|:/i.test(name) && !reachesOut.test(value);
}

function remove(node: Svgo.XastElement, parent: Svgo.XastParent): void {
  parent.children = parent.children.filter((child) => child !== node);
}

/** Keeps the shapes and what says how they are drawn. Drawing programs' own notes have a prefix and go; the rest is refused. */
function keepShapes(): Svgo.CustomPlugin {
  return {
    name: 'keepShapes',
    fn() {
      let uses = 0;
      return {
        doctype: {
          enter({ data }) {
            if (data.doctype.includes('[')) throw new Unfit(expected, 'a document type of its own');
          },
        },
        element: {
          enter(node, parent) {
            const { name, attributes } = node;
            if (notes.has(name) || name.includes(':')) return remove(node, parent);
            if (!shapes.has(name)) throw new Unfit(expected, `one with <${name}>`);
            if (name === 'use') uses += 1;
            if (uses > useLimit) throw new Unfit(expected, `one with more than ${useLimit} <use>`);
            for (const [attribute, value] of Object.entries(attributes))
              if (!isHarmless(attribute, value)) delete attributes[attribute];
          },
        },
        text: {
          enter({ value }, parent) {
            if (parent.type === 'element' && parent.name === 'style' && reachesOut.test(value))
              throw new Unfit(expected, 'one whose style loads something');
          },
        },
      };
    },
  };
}

/**
 * The drawing of an SVG file and nothing else that was in it, in few words.
 * @throws Unfit for what is no XML, and for every element that is not a shape
 */
export function cleanDrawing(svg: string): string {
  // Loaded with the first drawing: a page without one starts without it.
  const { optimize } = load('svgo') as typeof Svgo;
  try {
    return optimize(svg, { multipass: true, plugins: [keepShapes(), 'preset-default'] }).data;
  } catch (error) {
    if (error instanceof Error && error.name === 'SvgoParserError')
      throw new Unfit(expected, `what is no XML (${error.message.split('\n')[0]})`);
    throw error;
  }
}
