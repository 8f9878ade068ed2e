import type { JSONValue } from 'json-p3';
import { z } from 'zod';
import type { Body } from './body.ts';
import type { Answer } from './exchange.ts';
import { jsonPathField, readJson, selectJson } from './jsonPath.ts';
import { Miss } from './miss.ts';
import { isFound, patternField } from './pattern.ts';
import { isExpected, statusField } from './statusRange.ts';

/** One entry, or a list of them. */
function oneOrMore<Entry extends z.ZodType>(entry: Entry, limit: number) {
  return z.union([z.array(entry).max(limit), entry.transform((one) => [one])]);
}

const textsField = oneOrMore(z.string().min(1).max(1_024), 20);

/** Few, for each may cost as much as a thousand texts. */
export const patternsField = oneOrMore(patternField, 5);

/** What is expected of one header of an answer. */
export const headerCondition = z
  .strictObject({
    name: z.string().min(1).max(128).describe('Name of the header; capitals do not matter.'),
    presence: z
      .enum(['present', 'absent', 'optional'])
      .default('present')
      .describe('Whether it must be there, must not, or may be missing while the patterns hold if it is there.'),
    matches: patternField.optional().describe('Regular expression (RE2) that its value must match.'),
    doesNotMatch: patternField.optional().describe('Regular expression (RE2) that its value must not match.'),
  })
  .refine(({ presence, matches, doesNotMatch }) => presence !== 'absent' || (matches ?? doesNotMatch) === undefined, {
    error: 'no pattern for a header that must be absent',
  });
export type HeaderCondition = z.output<typeof headerCondition>;

const scalar = z.union([z.string().max(1_024), z.number(), z.boolean(), z.null()]);

/** What is expected of the values at one place of a JSON body. */
const jsonCondition = z.strictObject({
  path: jsonPathField.describe('JSON path (RFC 9535), such as $.films[0].title. It must select something.'),
  exists: z.boolean().default(true).describe('False when it must select nothing.'),
  equals: scalar.optional().describe('Each selected value is this text, number, true, false or null.'),
  notEquals: scalar.optional().describe('No selected value is this one.'),
  above: z.number().optional().describe('Each selected value is a number greater than this.'),
  below: z.number().optional().describe('Each selected value is a number less than this.'),
  matches: patternField.optional().describe('Each selected value is a text that matches this regular expression.'),
});
type JsonCondition = z.output<typeof jsonCondition>;

/** What may be expected of an answer over HTTP. All that is said must hold. */
export const conditionFields = {
  status: statusField
    .optional()
    .describe(
      'Expected statuses: 204, "2xx" or "200-299", or a list of them. Default: "2xx". A redirect named here is not followed.',
    ),
  contains: textsField.optional().describe('Texts that the first 64 kB of the body must all contain: one, or a list.'),
  doesNotContain: textsField
    .optional()
    .describe('Texts of which the first 64 kB of the body must contain none: one, or a list.'),
  matches: patternsField
    .optional()
    .describe('Regular expressions (RE2) that the first 64 kB of the body must all match: one, or a list.'),
  doesNotMatch: patternsField
    .optional()
    .describe('Regular expressions (RE2) of which the first 64 kB of the body must match none: one, or a list.'),
  expectHeaders: z
    .array(headerCondition)
    .max(20)
    .optional()
    .describe('Headers of the answer: name, presence (present, absent, optional), matches, does_not_match.'),
  expectJson: z
    .array(jsonCondition)
    .max(20)
    .optional()
    .describe('Places of a JSON body: path, exists, equals, not_equals, above, below, matches.'),
};
const conditionsSchema = z.object(conditionFields);
export type Conditions = z.output<typeof conditionsSchema>;

export const defaultStatus: NonNullable<Conditions['status']> = ['2xx'];

/** A value as a reason shows it. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' && value.length > 60 ? `${value.slice(0, 60)}...` : value;
  const json = JSON.stringify(text) ?? 'nothing';
  return json.length > 130 ? `${json.slice(0, 130)}...` : json;
}

function bodyProblem(conditions: Conditions, { bytes, isCut }: Body): string | null {
  const { contains = [], doesNotContain = [], matches = [], doesNotMatch = [] } = conditions;
  const where = isCut ? 'the first 64 kB of the body' : 'the body';
  const missing = contains.find((text) => !bytes.includes(text));
  if (missing !== undefined) return `body: ${quoted(missing)} is not in ${where}`;
  const unwanted = doesNotContain.find((text) => bytes.includes(text));
  if (unwanted !== undefined) return `body: ${quoted(unwanted)} is in ${where}`;
  if (matches.length + doesNotMatch.length === 0) return null;
  const text = bytes.toString();
  const unmatched = matches.find((pattern) => !isFound(pattern, text));
  if (unmatched !== undefined) return `body: nothing in ${where} matches ${quoted(unmatched)}`;
  const matched = doesNotMatch.find((pattern) => isFound(pattern, text));
  return matched === undefined ? null : `body: something in ${where} matches ${quoted(matched)}`;
}

function headerProblem({ name, presence, matches, doesNotMatch }: HeaderCondition, answer: Answer): string | null {
  const found = answer.headers[name.toLowerCase()];
  if (found === undefined) return presence === 'present' ? `header: there is no ${name}` : null;
  if (presence === 'absent') return `header: there is a ${name}`;
  const value = Array.isArray(found) ? found.join(', ') : found;
  if (matches !== undefined && !isFound(matches, value)) return `header: ${name} does not match ${quoted(matches)}`;
  if (doesNotMatch !== undefined && isFound(doesNotMatch, value))
    return `header: ${name} matches ${quoted(doesNotMatch)}`;
  return null;
}

/** What is wrong with one value, as the end of a sentence, or null. */
function valueProblem({ equals, notEquals, above, below, matches }: JsonCondition, value: JSONValue): string | null {
  if (equals !== undefined && value !== equals) return `expected ${quoted(equals)}`;
  if (notEquals !== undefined && value === notEquals) return 'expected another value';
  if (above !== undefined && !(typeof value === 'number' && value > above)) return `expected more than ${above}`;
  if (below !== undefined && !(typeof value === 'number' && value < below)) return `expected less than ${below}`;
  if (matches !== undefined && !(typeof value === 'string' && isFound(matches, value)))
    return `expected a text that matches ${quoted(matches)}`;
  return null;
}

function jsonProblem(condition: JsonCondition, document: JSONValue): string | null {
  const { path, exists } = condition;
  const values = selectJson(path, document);
  if (!exists) return values.length === 0 ? null : `json: there is something at ${path}`;
  if (values.length === 0) return `json: there is nothing at ${path}`;
  for (const value of values) {
    const problem = valueProblem(condition, value);
    if (problem !== null) return `json: ${path} is ${quoted(value)}, ${problem}`;
  }
  return null;
}

function firstProblem<Entry>(entries: readonly Entry[], problemOf: (entry: Entry) => string | null): string | null {
  for (const entry of entries) {
    const problem = problemOf(entry);
    if (problem !== null) return problem;
  }
  return null;
}

function jsonProblems(conditions: readonly JsonCondition[], body: Body): string | null {
  try {
    const document = readJson(body);
    return firstProblem(conditions, (each) => jsonProblem(each, document));
  } catch (error) {
    if (error instanceof Miss) return error.message;
    throw error;
  }
}

/** Why an answer is not the expected one, `<class>: <one sentence>`, or null. */
export function problemOf(conditions: Conditions, answer: Answer): string | null {
  const { status = defaultStatus, expectHeaders = [], expectJson = [] } = conditions;
  if (!isExpected(answer.status, status)) return `http: status ${answer.status}, expected ${status.join(', ')}`;
  return (
    firstProblem(expectHeaders, (each) => headerProblem(each, answer)) ??
    bodyProblem(conditions, answer.body) ??
    (expectJson.length > 0 ? jsonProblems(expectJson, answer.body) : null)
  );
}
