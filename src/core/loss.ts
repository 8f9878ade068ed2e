import { z } from 'zod';
import { type Locale, textFor, translatedTextSchema } from './locale.ts';

const instant = z.number().int().describe('epoch milliseconds');

/** What becomes of data that is missing. */
export const recoveries = ['full', 'partial', 'none', 'unknown'] as const;

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

/** The same with what is missing told in one language. */
export type PlainLoss =
  | Exclude<Loss, { kind: 'window' }>
  | (Omit<Extract<Loss, { kind: 'window' }>, 'what'> & { what: string });

/** A loss as a reader gets it: in the reader's language where it exists, else as it was written. */
export function lossFor(loss: Loss, locale: Locale, defaultLocale: Locale): PlainLoss {
  if (loss.kind === 'none') return loss;
  return { ...loss, what: textFor(loss.what, locale, defaultLocale).text };
}
