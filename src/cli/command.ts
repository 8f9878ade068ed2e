import type { ArgsDef, CommandDef, SubCommandsDef } from 'citty';

/** A command as citty has it, and how to use it. */
export type Command<Args extends ArgsDef = ArgsDef> = CommandDef<Args> & {
  /** Whole command lines, the commonest first. */
  examples?: readonly string[];
};

/** Any command, whatever its arguments. */
export type AnyCommand = Awaited<Exclude<SubCommandsDef[string], (...none: never) => unknown>> & {
  examples?: readonly string[];
};

/** Declares a command; its argument types reach `run`. */
export function command<const Args extends ArgsDef>(definition: Command<Args>): Command<Args> {
  return definition;
}
