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

/** True when the pattern matches somewhere in the text. */
export function isFound(source: string, text: string): boolean {
  return compiled(source).test(text);
}

/** The first group of the first match, the whole match when the pattern has no group, null when nothing matches. */
export function firstGroup(source: string, text: string): string | null {
  // Groups cost a slower way of matching; whether there is a match at all is known sooner.
  if (!isFound(source, text)) return null;
  const matcher = compiled(source).matcher(text);
  if (!matcher.find()) return null;
  return matcher.group(matcher.groupCount() > 0 ? 1 : 0) ?? null;
}
