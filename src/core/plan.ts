import { z } from 'zod';

const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A setting as it may be shown: one value, or a list of them; null where there is none. */
export const shownValueSchema = z.union([scalarSchema, z.array(scalarSchema)]);
export type ShownValue = z.output<typeof shownValueSchema>;

/** One setting that changes. What may be secret is not shown: both values are null then, and `shown` is false. */
const fieldChangeSchema = z.object({
  field: z.string().describe('as the file spells it, such as `interval` or `headers.accept`'),
  shown: z.boolean(),
  from: shownValueSchema,
  to: shownValueSchema,
});
export type FieldChange = z.output<typeof fieldChangeSchema>;

const changeSchema = z.object({
  how: z.enum(['added', 'changed', 'retired']),
  kind: z.string().describe('what it is: page, policies, group, component, dependency, probe ...'),
  name: z.string().describe('which one of its kind; empty where there is only one'),
  label: z.string().nullable().describe('a word more about it, such as the name that visitors see'),
  fields: z.array(fieldChangeSchema),
});
export type Change = z.output<typeof changeSchema>;

/** Something to know before the plan is applied. It forbids nothing. */
const warningSchema = z.object({
  about: z.string().describe('what it is about, such as `component mail`'),
  sentence: z.string(),
});
export type Warning = z.output<typeof warningSchema>;

/** What would change if the settings of a file were applied. */
export const planSchema = z.object({
  changes: z.array(changeSchema),
  unchanged: z.number().int().describe('how many things stay as they are'),
  warnings: z.array(warningSchema),
});
export type Plan = z.output<typeof planSchema>;
