import { compile, type JSONValue } from 'json-p3';
import { z } from 'zod';
import type { Body } from './body.ts';
import { memo } from './memo.ts';
import { Miss } from './miss.ts';

const compiled = memo(1_000, (path) => compile(path));

/** What a path is made of besides the texts in it. */
function structureOf(path: string): string {
  return path.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/gs, '""');
}

/**
 * Why a text is no path of ours, or null. RFC 9535 allows paths whose work grows with a power of the document: those
 * that descend twice, look back to the root in a filter, or select the same thing several times over.
 */
function flawOf(path: string): string | null {
  const structure = structureOf(path);
  if (structure.split('..').length > 2) return 'a JSON path that descends (..) once at most';
  if (structure.lastIndexOf('$') > 0) return 'a JSON path with $ at its beginning only';
  if (/\b(match|search)\s*\(/.test(structure)) return 'a JSON path without match() and search()';
  if (structure.includes(',')) return 'a JSON path with one selector in each bracket';
  try {
    compiled(path);
    return null;
  } catch {
    return 'a JSON path, such as $.films[0].title';
  }
}

/** A path of RFC 9535 that takes time in proportion to the document. */
export const jsonPathField = z
  .string()
  .max(256)
  .superRefine((path, ctx) => {
    const message = flawOf(path);
    if (message !== null) ctx.addIssue({ code: 'custom', message });
  });

/**
 * Reads a body as JSON.
 * @throws Miss when it is none, or goes on after the part that was read
 */
export function readJson({ bytes, isCut }: Body): JSONValue {
  if (isCut) throw new Miss('fail', 'json: the body is larger than 64 kB');
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new Miss('fail', 'json: the body is not JSON');
  }
}

/**
 * All values that a path selects.
 * @throws Miss for a document that is nested too deeply to be searched
 */
export function selectJson(path: string, document: JSONValue): JSONValue[] {
  try {
    return compiled(path).query(document).values();
  } catch {
    throw new Miss('fail', `json: the document is nested too deeply for ${path}`);
  }
}
