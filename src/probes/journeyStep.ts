import { z } from 'zod';
import { type Conditions, conditionFields } from './conditions.ts';
import { degradedOverMsField } from './field.ts';
import { jsonPathField } from './jsonPath.ts';
import { patternField } from './pattern.ts';
import { isWebAddress, requestFields } from './request.ts';
import { namesIn } from './template.ts';

/** A name that is made anew for each journey, for what must not be there twice. */
export const runName = 'run';

const valueName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'a name in lower-case letters, digits and underscores')
  .refine((name) => name !== runName, `another name than "${runName}", which is a value of its own`);

const extraction = z
  .strictObject({
    json: jsonPathField.optional().describe('JSON path; the first value that it selects.'),
    matches: patternField.optional().describe('Regular expression (RE2); its first group, or else its whole match.'),
    header: z.string().min(1).max(128).optional().describe('Name of a header; with matches, its first group in there.'),
  })
  .refine(({ json, matches, header }) => (json === undefined) === ((matches ?? header) !== undefined), {
    error: 'either json, or matches, or header, or header with matches',
  });
export type Extraction = z.output<typeof extraction>;

/** An address may begin with its own host, with a slash, or with a value; values never name the host beside a path. */
function isStepAddress(url: string): boolean {
  if (url.startsWith('{{')) return true;
  const [beforeValue = ''] = url.split('{{');
  if (url.startsWith('/')) return !/^\/[/\\]/.test(url);
  return isWebAddress(beforeValue) && (beforeValue === url || /^https?:\/\/[^/?#]+[/?#]/i.test(beforeValue));
}

export const stepSchema = z.strictObject({
  name: z.string().trim().min(1).max(60).describe('What a visitor does here, such as "submit a film".'),
  url: z
    .string()
    .max(2_048)
    .refine(isStepAddress, 'an http or https address, a path such as /films, or {{a value}}')
    .describe('Address, or a path on the host of the first step; {{name}} is a value of an earlier step.'),
  ...requestFields,
  ...conditionFields,
  extract: z
    .record(valueName, extraction)
    .default({})
    .describe('Values for the steps after this one, by name: each from json, matches, header, or header and matches.'),
  always: z
    .boolean()
    .default(false)
    .describe('True for cleaning up: tried even when an earlier step failed, once the values it needs are there.'),
  timeoutMs: z.int().min(100).max(60_000).optional().describe('Longest this step may take, within the whole.'),
  degradedOverMs: degradedOverMsField,
});
export type Step = z.output<typeof stepSchema>;

/** Every text of a step that values are put into. */
function templatesOf(step: Step): string[] {
  const { url, headers, body = '', contains = [], doesNotContain = [], expectJson = [] } = step;
  const expected = expectJson.flatMap(({ equals, notEquals }) => [equals, notEquals]);
  return [url, ...Object.values(headers), body, ...contains, ...doesNotContain, ...expected].filter(
    (text): text is string => typeof text === 'string',
  );
}

/** The names of the values that a step needs before it can be taken. */
export function needsOf(step: Step): string[] {
  return templatesOf(step).flatMap(namesIn);
}

/** The conditions of a step with the values put in. */
export function conditionsWith(step: Step, put: (text: string) => string): Conditions {
  const { contains, doesNotContain, expectJson } = step;
  const putScalar = <Value>(value: Value) => (typeof value === 'string' ? put(value) : value);
  return {
    ...step,
    contains: contains?.map(put),
    doesNotContain: doesNotContain?.map(put),
    expectJson: expectJson?.map((each) => ({
      ...each,
      equals: putScalar(each.equals),
      notEquals: putScalar(each.notEquals),
    })),
  };
}
