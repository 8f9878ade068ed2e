import { Miss } from './miss.ts';

/** Names of values that a journey has found so far. */
export type Values = ReadonlyMap<string, string>;

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The names that a text has placeholders for, such as `receipt` in `/films/{{receipt}}`. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(placeholder)].map(([, name = '']) => name);
}

/**
 * Puts values where their names are.
 * @param encode how a value is written so that it stays one value in the text around it
 */
export function fill(text: string, values: Values, encode: (value: string) => string = (value) => value): string {
  return text.replaceAll(placeholder, (_, name: string) => encode(values.get(name) ?? ''));
}

/** How a value stays one value in a body of that type. */
export function encoderFor(contentType: string | undefined): (value: string) => string {
  if (contentType === undefined) return (value) => value;
  if (/\bjson\b/i.test(contentType)) return (value) => JSON.stringify(value).slice(1, -1);
  if (/x-www-form-urlencoded/i.test(contentType)) return encodeURIComponent;
  return (value) => value;
}

/**
 * The address of a step: one of its own, or a path on the host of the first step, or one that was found on the way.
 * @param base the address that was asked last, which a found one may be relative to
 * @param origins the hosts that the settings name; a value must not lead anywhere else
 * @throws Miss when a value makes it another host's, or no address at all
 */
export function addressFrom(template: string, values: Values, base: URL, origins: ReadonlySet<string>): URL {
  const isFound = template.startsWith('{{');
  const text = fill(template, values, isFound ? undefined : encodeURIComponent);
  const url = URL.parse(text, base.href);
  if (url === null || !/^https?:$/.test(url.protocol) || url.port === '0')
    throw new Miss('fail', `journey: ${template} is not a web address`);
  if (!origins.has(url.origin)) throw new Miss('fail', `journey: ${template} leads to another host`);
  return url;
}
