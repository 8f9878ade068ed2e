import { text } from 'node:stream/consumers';

/** The option that carries the words of an update. */
export const bodyArg = {
  type: 'string',
  description: 'The update in Markdown; - reads it from stdin',
  required: true,
} as const;

/** Words from the command line, or from stdin where they are `-`. */
export async function bodyFrom(given: string): Promise<string> {
  return given === '-' ? text(process.stdin) : given;
}

/** Everything given with `--<name> a --<name>=b,c`; citty would keep only the last. */
export function listFrom(rawArgs: readonly string[], name: string): string[] {
  const option = `--${name}`;
  return rawArgs.flatMap((arg, index) => {
    if (arg.startsWith(`${option}=`)) return arg.slice(option.length + 1).split(',');
    return arg === option ? (rawArgs[index + 1] ?? '').split(',') : [];
  });
}
