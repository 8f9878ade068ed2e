import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import { bodyLimitBytes } from './body.ts';

/** Ours to write: they frame the message or belong to one connection. */
const framingHeaders = /^(connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;

/** True for an http or https address without user name and password. */
export function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === '' && url.port !== '0';
}

/** True for a header field that may be sent as it is. */
export function isHeader([name, value]: [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return !framingHeaders.test(name);
  } catch {
    return false;
  }
}

/** What a request over HTTP is made of, besides its address. */
export const requestFields = {
  method: z
    .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    .default('GET')
    .describe('Request method.'),
  headers: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .refine(
      (headers) => Object.entries(headers).every(isHeader),
      'valid header fields, none of which frame the message',
    )
    .default({})
    .describe('Request headers. What they hold is never shown again.'),
  secretHeaders: z
    .array(z.string())
    .default([])
    .describe('Headers that a redirect must not carry to another host, besides authorization and cookie.'),
  body: z.string().max(bodyLimitBytes).optional().describe('Request body, sent as it stands; never shown again.'),
  followRedirects: z
    .boolean()
    .optional()
    .describe('False to judge a redirect itself. Otherwise up to five are followed, never from https to http.'),
};

/** The same fields by lower-case name, as they are compared and sent. */
export function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
