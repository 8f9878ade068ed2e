import { z } from 'zod';
import { translatedTextSchema } from './locale.ts';

const instant = z.number().int().describe('epoch milliseconds');

/** What becomes of data that is missing. */
const recoveries = ['full', 'partial', 'none', 'unknown'] as const;

/** The loss window as a fact: from when to when what is missing, and what comes back. Or, said out loud, that nothing is. */
export const lossSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({
    kind: z.literal('window'),
    fromAt: instant,
    toAt: instant,
    what: translatedTextSchema,
    recovery: z.enum(recoveries),
  }),
]);
export type Loss = z.infer<typeof lossSchema>;
