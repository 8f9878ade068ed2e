import { StartError } from '#core/error.ts';
import { recoveries } from '#core/loss.ts';
import { bodyFrom, type FieldName, languageArgs, languageFrom, oneOf, textFrom, translationsFrom } from './given.ts';

/** What staff say of an incident, as options of the command line. */

const recoveryWords: string[] = [...recoveries];

/** The facts that every word about an incident may carry. */
export const factArgs = {
  workaround: {
    type: 'string',
    description: 'What readers can do meanwhile, Markdown or @FILE; "none" takes it back',
    valueHint: 'text',
  },
  loss: {
    type: 'string',
    description: '"none" says that nothing was lost, "unknown" that nobody can say any more',
    valueHint: 'none|unknown',
  },
  'loss-from': { type: 'string', description: 'The oldest moment that is missing', valueHint: 'instant' },
  'loss-to': { type: 'string', description: 'The newest moment that is missing', valueHint: 'instant' },
  'loss-what': { type: 'string', description: 'What is missing, in one line', valueHint: 'text' },
  recovery: { type: 'enum', description: 'What of it comes back', options: recoveryWords },
  ...languageArgs,
} as const;

/** What citty makes of the options above. */
type Facts = {
  workaround?: string | undefined;
  loss?: string | undefined;
  'loss-from'?: string | undefined;
  'loss-to'?: string | undefined;
  'loss-what'?: string | undefined;
  recovery?: string | undefined;
  language?: string | undefined;
};

const windowParts = ['loss-from', 'loss-to', 'loss-what', 'recovery'] as const;

/** An instant with its zone: a time without one is another instant for whoever reads it elsewhere. */
function instantFrom(option: string, given: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(given) && !Number.isNaN(Date.parse(given)))
    return new Date(given).toISOString();
  throw new StartError(`--${option}: expected an instant with its zone, such as 2026-11-19T08:00Z, found "${given}".`);
}

function lossFrom(args: Facts) {
  const given = windowParts.filter((part) => args[part] !== undefined);
  if (args.loss !== undefined) {
    if (given.length > 0) throw new StartError(`--loss ${args.loss}: there is no --${given[0]} to it.`);
    return oneOf('--loss', args.loss, ['none', 'unknown'], 'one of') === 'none' ? { kind: 'none' } : null;
  }
  if (given.length === 0) return undefined;
  const { 'loss-from': from, 'loss-to': to, 'loss-what': what, recovery = 'unknown' } = args;
  if (from === undefined || to === undefined || what === undefined) {
    const missing = windowParts.filter((part) => part !== 'recovery' && args[part] === undefined);
    throw new StartError(
      `A loss window is told whole: ${missing.map((part) => `--${part}`).join(' and ')} is missing.`,
    );
  }
  return { kind: 'window', from: instantFrom('loss-from', from), to: instantFrom('loss-to', to), what, recovery };
}

/** The facts as the API takes them; what was not given is not there. */
async function factsFrom(args: Facts) {
  const loss = lossFrom(args);
  const { workaround } = args;
  return {
    ...(workaround === undefined
      ? {}
      : { workaround: workaround === 'none' ? null : await textFrom('--workaround', workaround) }),
    ...(loss === undefined ? {} : { loss }),
    ...languageFrom(args),
  };
}

/**
 * Everything that a word says.
 * @param alsoTranslated fields with translations besides those that every word has
 */
export async function wordsFrom(
  args: Facts & { body: string },
  rawArgs: readonly string[],
  alsoTranslated: readonly FieldName[] = [],
) {
  return {
    body: await bodyFrom(args.body),
    ...(await factsFrom(args)),
    ...(await translationsFrom(rawArgs, ['body', ...alsoTranslated, 'workaround', 'loss-what'])),
  };
}
