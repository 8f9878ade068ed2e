/**
 * What can go wrong in the domain, in the domain's own words. Transports map the code: HTTP in
 * `src/api/problem.ts`, the command line in `src/cli.ts`.
 */
export type DomainErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_many'
  | 'unavailable';

/** One field that was wrong: where it is, what was expected, what was found. */
export type FieldProblem = {
  /** JSON Pointer (RFC 6901) into the input. */
  pointer: string;
  detail: string;
};

/** A refusal that a person can act on. `message` is one plain sentence, safe to show to whoever asked. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: DomainErrorCode;
  readonly fields: readonly FieldProblem[];

  constructor(code: DomainErrorCode, message: string, fields: readonly FieldProblem[] = []) {
    super(message);
    this.code = code;
    this.fields = fields;
  }
}

/** A start that cannot go on: the sentence is printed alone and the process exits with code 2. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
