import { z } from 'zod';

/**
 * Longest texts, in UTF-16 units. A title is a subject line; an update is a page, not a book; a workaround is what
 * somebody reads with a deadline tonight; what is lost is a sentence or two.
 */
export const titleLimit = 200;
export const bodyLimit = 20_000;
export const workaroundLimit = 4_000;
export const lossWhatLimit = 500;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being refused
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Staff text in Markdown; raw HTML in it is shown as text. */
const prose = (limit: number) =>
  z
    .string()
    .trim()
    .min(1, 'a text of at least one character')
    .max(limit, `at most ${limit} characters`)
    .refine((text) => !controlCharacters.test(text), 'text without control characters');

const oneLine = (limit: number, what: string) =>
  z
    .string()
    .trim()
    .min(1, `${what} of at least one character`)
    .max(limit, `at most ${limit} characters`)
    .refine(
      (text) => !controlCharacters.test(text) && !/[\r\n\u2028\u2029]/.test(text),
      'one line without control characters',
    );

/** Staff text of one line: no line breaks, no control characters (they break mail headers and XML). */
export const titleSchema = oneLine(titleLimit, 'a title');

/** The text of an update, Markdown. */
export const bodySchema = prose(bodyLimit);

/** What readers can do meanwhile, Markdown. */
export const workaroundSchema = prose(workaroundLimit);

/** What is missing, in one line of plain text: it stands beside other facts. */
export const lossWhatSchema = oneLine(lossWhatLimit, 'a text');
