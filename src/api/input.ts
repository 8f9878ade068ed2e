import type { z } from 'zod';
import { DomainError, type FieldProblem } from '#core/error.ts';

/** Zod's issues as field problems, each with a JSON Pointer (RFC 6901) to where it is. */
function fieldProblems(error: z.core.$ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({
    pointer: issue.path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    detail: issue.message,
  }));
}

/** Parses what came from outside. @throws DomainError `invalid` with a problem for each field */
export function parseInput<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw invalidInput(parsed.error);
  return parsed.data;
}

function invalidInput(error: z.core.$ZodError): DomainError {
  const fields = fieldProblems(error);
  const words = fields.map(({ pointer, detail }) => `${pointer || 'the body'}: ${detail}`).join('; ');
  return new DomainError('invalid', `The request does not fit: ${words}.`, fields);
}

/** The hook of every OpenAPI route: bad input becomes one domain error. */
export function refuseInvalid(result: { success: true } | { success: false; error: z.core.$ZodError }): void {
  if (!result.success) throw invalidInput(result.error);
}
