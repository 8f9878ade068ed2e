import { z } from 'zod';
import { impacts } from './incident.ts';
import { type Locale, localeSchema } from './locale.ts';

/** Text of one line or paragraph, as people wrote it. */
const line = z.string().trim().min(1, 'a text of at least one character');
const lines = z.array(line).default([]);
const day = z.iso.date('a date such as 2026-11-24');

const timelineEntrySchema = z.strictObject({
  when: line.describe('The moment in words, as exact as it is known: "Friday, 02:00".'),
  hours: z
    .number()
    .optional()
    .describe('Hours since the beginning, negative before it; without it the entry is listed but not drawn.'),
  what: line.describe('What happened or was done then.'),
});

const actionItemSchema = z.strictObject({
  what: line.describe('What was promised.'),
  owner: line.describe('The role that does it, not the person.'),
  due: day.nullable().default(null).describe('When it is to be done; null where no day was given.'),
  state: z.enum(['open', 'done', 'dropped']).default('open').describe('How far it is.'),
});

const lossSchema = z.strictObject({
  from: line.describe('The oldest moment that is missing, in words.'),
  to: line.describe('The newest moment that is missing, in words.'),
  what: line.describe('What is missing.'),
  recovery: line.describe('What comes back, and how.'),
});

/** The frontmatter of a postmortem; the descriptions of its fields are the manual of `content/incidents/`. */
export const postmortemSchema = z.strictObject({
  title: line.describe('What visitors felt, in one line.'),
  summary: line.describe('What happened and what it meant, in a few sentences.'),
  state: z.enum(['draft', 'published']).describe('A draft is on no page.'),
  language: localeSchema
    .nullable()
    .default(null)
    .describe('The language it is written in; null for the first language of the page.'),
  publishedOn: day.describe('The day of its publication, which is its place in lists and feeds.'),
  incident: z
    .string()
    .regex(/^[0-9a-z]{12}$/, 'the id of an incident: 12 lower-case letters and digits')
    .nullable()
    .default(null)
    .describe('The incident that it looks back on; null for one that was never told here.'),
  impact: z.enum(impacts).describe('How bad it was at its worst.'),
  figures: z
    .array(
      z.strictObject({
        figure: line.describe('The number with its unit.'),
        what: line.describe('What it counts.'),
      }),
    )
    .default([])
    .describe('The impact in figures.'),
  loss: lossSchema.nullable().describe('The window of lost data; null says that nothing was lost.'),
  timeline: z.array(timelineEntrySchema).min(1, 'a list of at least one moment').describe('What happened when.'),
  contributingFactors: lines.describe('What made it possible, and what made it worse.'),
  wentWell: lines.describe('What went well.'),
  wentBadly: lines.describe('What went badly.'),
  luck: lines.describe('Where luck helped.'),
  notKnown: lines.describe('What is not known, or not told.'),
  actionItems: z.array(actionItemSchema).default([]).describe('What was promised, each with an owner and a day.'),
});

/**
 * The frontmatter of a translation: what is words. Facts, such as dates and states, stand in the original alone, so that
 * no translation can say another one.
 */
export const translationSchema = postmortemSchema
  .omit({ state: true, language: true, publishedOn: true, incident: true, impact: true })
  .extend({
    timeline: z.array(timelineEntrySchema.omit({ hours: true })).describe('The same moments, in the same order.'),
    actionItems: z
      .array(actionItemSchema.pick({ what: true, owner: true }))
      .default([])
      .describe('The same promises, in the same order.'),
  });

const lists = [
  'figures',
  'timeline',
  'contributingFactors',
  'wentWell',
  'wentBadly',
  'luck',
  'notKnown',
  'actionItems',
] as const;

/** The schema of the translations of one postmortem: they have as many entries everywhere as it has itself. */
export function translationSchemaOf(original: Frontmatter) {
  return translationSchema.superRefine((words, { addIssue }) => {
    for (const key of lists) {
      const { length } = original[key];
      if (words[key].length !== length)
        addIssue({ code: 'custom', path: [key], message: `as many entries as in the original (${length})` });
    }
    if ((words.loss === null) !== (original.loss === null))
      addIssue({
        code: 'custom',
        path: ['loss'],
        message: original.loss ? 'a loss, as in the original' : 'null, as in the original',
      });
  });
}

const body = z.string().describe('Markdown prose; render it only through core/markdown.ts');

/** A postmortem as the public sees it. */
export const snapshotPostmortemSchema = postmortemSchema.omit({ state: true }).extend({
  slug: z.string().describe('its address, from the name of its file'),
  body,
  translations: z.partialRecord(localeSchema, translationSchema.extend({ body })),
});

export type Frontmatter = z.output<typeof postmortemSchema>;
export type Postmortem = z.output<typeof snapshotPostmortemSchema>;
export type PostmortemWords = z.output<typeof translationSchema> & { body: string };
export type TimelineEntry = z.output<typeof timelineEntrySchema>;

/** A postmortem in one language: in which one stands beside it. */
export type ToldPostmortem = Omit<Postmortem, 'translations' | 'language'> & { language: Locale };

/** A postmortem as a reader gets it: in the reader's language where it exists, else as it was written. */
export function postmortemFor(postmortem: Postmortem, locale: Locale, defaultLocale: Locale): ToldPostmortem {
  const { translations, ...original } = postmortem;
  const words = translations[locale];
  if (words === undefined) return { ...original, language: original.language ?? defaultLocale };
  return {
    ...original,
    ...words,
    timeline: original.timeline.map((entry, index) => ({ ...entry, ...words.timeline[index] })),
    actionItems: original.actionItems.map((item, index) => ({ ...item, ...words.actionItems[index] })),
    language: locale,
  };
}
