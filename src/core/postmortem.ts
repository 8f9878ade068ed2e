import { z } from 'zod';
import { impacts } from './incident.ts';

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

/** A postmortem as the public sees it. */
export const snapshotPostmortemSchema = postmortemSchema.omit({ state: true }).extend({
  slug: z.string().describe('its address, from the name of its file'),
  body: z.string().describe('Markdown prose; render it only through core/markdown.ts'),
});

export type Frontmatter = z.output<typeof postmortemSchema>;
export type Postmortem = z.output<typeof snapshotPostmortemSchema>;
export type TimelineEntry = z.output<typeof timelineEntrySchema>;
