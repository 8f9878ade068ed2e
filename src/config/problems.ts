import { StartError } from '#core/error.ts';

/** One thing that is wrong in a settings file: where it stands, what was expected, what was found. */
export type ConfigProblem = {
  file: string;
  /** Both count from 1. */
  line: number;
  column: number;
  /** The path to it in words, such as `component mail, probe 1, interval`. */
  where: string;
  expected: string;
  found: string;
  /** The word that was probably meant. */
  suggestion?: string;
};

/** More than anybody reads: what has so many is another sort of file. */
const toldLimit = 100;

/** A settings file with problems; the message lists the first hundred, one a line. */
export class ConfigError extends StartError {
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    const told = problems.slice(0, toldLimit).map((problem) => `  ${describeProblem(problem)}`);
    const more = problems.length > toldLimit ? [`  and ${problems.length - toldLimit} more.`] : [];
    super([`${file} has ${count}:`, ...told, ...more].join('\n'));
    this.problems = problems;
  }
}

/** A problem as one line that editors can jump to. */
export function describeProblem(problem: ConfigProblem): string {
  const { file, line, column, where, expected, found, suggestion } = problem;
  const hint = suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`;
  return `${file}:${line}:${column} ${where}: expected ${expected}, found ${found}.${hint}`;
}
