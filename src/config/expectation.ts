import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

const nouns: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
};

function unit(origin: string, limit: number | bigint): string {
  if (origin === 'string') return limit === 1 ? ' character' : ' characters';
  if (origin === 'array') return limit === 1 ? ' entry' : ' entries';
  return '';
}

function bound(issue: { origin: string }, word: string, limit: number | bigint): string {
  return `${nouns[issue.origin] ?? 'a value'} of ${word} ${limit}${unit(issue.origin, limit)}`;
}

/** What a schema wanted, as a noun phrase that completes "expected ...". */
export function expectation(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return nouns[String(issue.expected)] ?? String(issue.expected);
    case 'too_small':
      return bound(issue, 'at least', issue.minimum);
    case 'too_big':
      return bound(issue, 'at most', issue.maximum);
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'a URL' : `a text in the form ${issue.pattern ?? issue.format}`;
    case 'invalid_union':
      return alternatives(issue.errors);
    case 'unrecognized_keys':
      return 'only known keys';
    default:
      return 'a valid value';
  }
}

function alternatives(branches: readonly z.core.$ZodIssue[][] | undefined): string {
  const said = (branches ?? []).flatMap((branch) => branch[0]?.message ?? []);
  return said.length === 0 ? 'a valid value' : [...new Set(said)].join(', or ');
}
