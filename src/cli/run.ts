import { stripVTControlCharacters } from 'node:util';
import { type ArgsDef, parseArgs, renderUsage, runCommand } from 'citty';
import { StartError } from '#core/error.ts';
import { nearest } from '../config/nearest.ts';
import type { AnyCommand } from './command.ts';

/** 0: done. 1: refused, or not as it should be. 2: could not be tried (wrong use, wrong settings, no server). */
export type ExitCode = 0 | 1 | 2;

type Found = { command: AnyCommand; path: string[]; rest: string[] };

async function resolved<Value>(value: Value | Promise<Value> | (() => Value | Promise<Value>)): Promise<Value> {
  return typeof value === 'function' ? (value as () => Value | Promise<Value>)() : value;
}

/** Follows the words of the command line down to the command that they name. */
async function find(command: AnyCommand, path: string[], args: readonly string[]): Promise<Found> {
  const children = (await resolved(command.subCommands)) ?? {};
  const names = Object.keys(children);
  const [word, ...rest] = args;
  const child = word === undefined || word.startsWith('-') || names.length === 0 ? undefined : children[word];
  if (child !== undefined && word !== undefined) return find(await resolved(child), [...path, word], rest);
  if (names.length > 0 && word !== undefined && !word.startsWith('-')) {
    const meant = nearest(word, names);
    const hint = meant === undefined ? `Expected one of ${names.join(', ')}.` : `Did you mean "${meant}"?`;
    throw new StartError(`${path.join(' ')} has no command "${word}". ${hint}`);
  }
  return { command, path, rest: [...args] };
}

/** citty takes whatever it is given; what nobody reads is more likely a slip. */
async function refuseUnknown({ command, path, rest }: Found): Promise<void> {
  const args: ArgsDef = (await resolved(command.args)) ?? {};
  const definitions = Object.entries(args);
  const known = definitions.filter(([, { type }]) => type !== 'positional').map(([name]) => `--${name}`);
  for (const option of rest.filter((arg) => /^-./.test(arg)).map((arg) => arg.replace(/=.*$/s, ''))) {
    if (known.includes(option)) continue;
    const meant = nearest(option, known);
    const hint = meant === undefined ? `See "${path.join(' ')} --help".` : `Did you mean "${meant}"?`;
    throw new StartError(`${path.join(' ')} has no option "${option}". ${hint}`);
  }
  const extra = parseArgs(rest, args)._[definitions.length - known.length];
  if (extra !== undefined) throw new StartError(`${path.join(' ')} does not know what to do with "${extra}".`);
}

async function usage({ command, path }: Found): Promise<string> {
  const meta = await resolved(command.meta);
  const text = await renderUsage({ ...command, meta: { ...meta, name: path.join(' ') } });
  const examples = (command.examples ?? []).map((example) => `  ${example}`);
  return [text.trimEnd(), ...(examples.length > 0 ? ['', 'EXAMPLES', '', ...examples] : []), ''].join('\n');
}

/** Errors of the built server are classes of their own: they are known by name. */
function isNamed(error: unknown, ...names: string[]): error is Error {
  return error instanceof Error && names.includes(error.name);
}

function tell(error: unknown): ExitCode {
  if (isNamed(error, 'StartError', 'CLIError')) {
    process.stderr.write(`${stripVTControlCharacters(error.message)}\n`);
    return 2;
  }
  if (isNamed(error, 'DomainError')) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`This is our fault: ${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}

/**
 * Runs the command that the words name. Data goes to stdout, words to stderr.
 * @param wantsColor whether help may be coloured
 * @returns the exit code; a command that keeps running, such as a server, returns 0 once it runs
 */
export async function runCli(root: AnyCommand, args: readonly string[], wantsColor: boolean): Promise<ExitCode> {
  try {
    const meta = await resolved(root.meta);
    if (args.length === 1 && args[0] === '--version') {
      process.stdout.write(`${meta?.version}\n`);
      return 0;
    }
    const found = await find(
      root,
      [meta?.name ?? ''],
      args.filter((arg) => arg !== '--help' && arg !== '-h'),
    );
    const isGroup = found.command.run === undefined;
    if (args.includes('--help') || args.includes('-h') || isGroup) {
      const text = await usage(found);
      const asked = args.includes('--help') || args.includes('-h') || args.length === 0;
      (asked ? process.stdout : process.stderr).write(wantsColor ? text : stripVTControlCharacters(text));
      return asked ? 0 : 2;
    }
    await refuseUnknown(found);
    const { result } = await runCommand(found.command, { rawArgs: found.rest });
    return result === 1 ? 1 : 0;
  } catch (error) {
    return tell(error);
  }
}
