import { IntlMessageFormat } from 'intl-messageformat';
import type { en } from './messages/en.ts';
import type { Messages } from './messages/messages.ts';

/** What is put into a message. */
export type Values = Readonly<Record<string, string | number>>;

/** A catalogue ready to speak: a message without placeholders is its text, one with them a function. */
export type Spoken<Part> = {
  readonly [Key in keyof Part]: Part[Key] extends `${string}{${string}`
    ? (values: Values) => string
    : Part[Key] extends string
      ? string
      : Spoken<Part[Key]>;
};

function compile(message: string, tag: string): (values: Values) => string {
  let format: IntlMessageFormat | undefined;
  return (values) => {
    // Compiled when first said: a start needs few of them, in one language.
    format ??= new IntlMessageFormat(message, tag, undefined, { ignoreTag: true });
    return String(format.format(values));
  };
}

function speakPart(part: unknown, tag: string): unknown {
  if (typeof part === 'string') return part.includes('{') ? compile(part, tag) : part;
  return Object.fromEntries(Object.entries(Object(part)).map(([key, inner]) => [key, speakPart(inner, tag)]));
}

/**
 * Makes a catalogue speak.
 * @param tag BCP 47, for plurals and numbers
 */
export function speak(messages: Messages, tag: string): Spoken<typeof en> {
  // The shape follows from that of the catalogue, key by key; types cannot follow it through `Object.entries`.
  return speakPart(messages, tag) as Spoken<typeof en>;
}
