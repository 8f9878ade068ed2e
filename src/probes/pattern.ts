import { RE2JS } from 're2js';
import { z } from 'zod';
import { memo } from './memo.ts';

/** Matching takes at most about text times instructions: `(a{1,30}){1,30}` would have 1,800 of them. */
const instructionLimit = 200;

const compiled = memo(1_000, (source) => RE2JS.compile(source));

/** Why a text is no pattern of ours, or null. */
function flawOf(source: string): string | null {
  try {
    return compiled(source).programSize() > instructionLimit ? 'a smaller regular expression' : null;
  } catch {
    return 'a regular expression in RE2 syntax';
  }
}

/** A regular expression in RE2 syntax, which has no backtracking: no pattern takes more than linear time. */
export const patternField = z
  .string()
  .min(1)
  .max(1_024)
  .superRefine((source, ctx) => {
    const message = flawOf(source);
    if (message !== null) ctx.addIssue({ code: 'custom', message });
  });

/**
 * The first match of a pattern. Matched by walking the program, not by building an automaton, which is faster on most
 * texts and keeps tens of megabytes on some that a hostile target could send.
 */
function firstMatch(source: string, text: string) {
  const matcher = compiled(source).matcher(text);
  return matcher.find() ? matcher : null;
}

/** True when the pattern matches somewhere in the text. */
export function isFound(source: string, text: string): boolean {
  return firstMatch(source, text) !== null;
}

/** The first group of the first match, the whole match when the pattern has no group, null when nothing matches. */
export function firstGroup(source: string, text: string): string | null {
  const match = firstMatch(source, text);
  return match?.group(match.groupCount() > 0 ? 1 : 0) ?? null;
}
