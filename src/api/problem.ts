import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { HTTPResponseError } from 'hono/types';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import { DomainError, type DomainErrorCode, type FieldProblem } from '#core/error.ts';

const statusOf: Record<DomainErrorCode, ContentfulStatusCode> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_many: 429,
  unavailable: 503,
};

const titles: Partial<Record<number, string>> = {
  400: 'The request could not be read',
  401: 'Who is asking is not known',
  403: 'This is not allowed',
  404: 'There is nothing here',
  405: 'This cannot be done here',
  409: 'This does not fit what is there',
  413: 'The request is too large',
  415: 'This content type is not understood',
  422: 'The request does not fit',
  429: 'Too many requests',
  503: 'Not available at the moment',
};

/** An error answer after RFC 9457 (problem+json). Never cached, never a stack. */
export function problem(
  c: Context,
  status: ContentfulStatusCode,
  detail: string,
  fields: readonly FieldProblem[] = [],
) {
  const body = {
    type: 'about:blank',
    title: titles[status] ?? 'Something went wrong',
    status,
    detail,
    ...(fields.length > 0 ? { errors: fields } : {}),
  };
  return c.body(JSON.stringify(body), status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
}

/** A refusal by Hono's own middleware, known by its shape as Hono itself knows it. */
function isRefusal(error: Error): error is HTTPResponseError & { status: ContentfulStatusCode } {
  return 'getResponse' in error && 'status' in error && typeof error.status === 'number';
}

/** The route as it is declared: the path itself may carry somebody's token. */
function routeOf(c: Context): string {
  return matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? 'none';
}

/** The one place where errors become HTTP. What we did not expect is logged whole and told as nothing. */
export function problemOf(log: Logger) {
  return (error: Error, c: Context) => {
    if (error instanceof DomainError) return problem(c, statusOf[error.code], error.message, error.fields);
    if (isRefusal(error)) return problem(c, error.status, error.message || 'The request was refused.');
    log.error({ err: error, method: c.req.method, route: routeOf(c) }, 'a request failed');
    return problem(c, 500, 'This is our fault; it has been written down. Please try again.');
  };
}
