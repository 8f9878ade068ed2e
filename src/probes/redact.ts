/** Shorter ones would hide ordinary words, and are no secrets. */
const shortestSecret = 4;

/** So much of the beginning of a secret is hidden even where the rest was cut off. */
const tellingLength = 8;

/** Headers that say how to talk, not who asks. */
const openHeaders = /^(accept|accept-.*|cache-control|content-type|host|origin|referer|user-agent)$/i;

const mark = '[hidden]';

const isTelling = (word: string): boolean => word.length >= tellingLength;

function commonLength(text: string, at: number, secret: string): number {
  let length = 0;
  while (length < secret.length && text[at + length] === secret[length]) length += 1;
  return length;
}

function without(text: string, secret: string): string {
  const beginning = secret.slice(0, tellingLength);
  let result = '';
  let from = 0;
  for (let at = text.indexOf(beginning); at !== -1; at = text.indexOf(beginning, from)) {
    result += text.slice(from, at) + mark;
    from = at + commonLength(text, at, secret);
  }
  return result + text.slice(from);
}

/** The reason with every secret in it, whole or cut off at its end, made unreadable. Its class is ours, and stays. */
export function hidden(reason: string, secrets: readonly string[]): string {
  const start = /^[a-z]+: /.exec(reason)?.[0].length ?? 0;
  const spellings = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    secret.replaceAll(/\s+/g, ' '),
  ]);
  const longestFirst = [...new Set(spellings)]
    .filter((secret) => secret.length >= shortestSecret)
    .toSorted((a, b) => b.length - a.length);
  return reason.slice(0, start) + longestFirst.reduce(without, reason.slice(start));
}

/** Words, and what follows the ones that only name what comes after them: `"password":` and `password=`. */
const words = /([^\s"'`,:;&=(){}[\]<>]+)(["']?\s*:|=(?=[^="'&\s]))?/g;

/** A header's value, and each part of it that is long enough to be a key. */
function secretsInHeader(text: string): string[] {
  return [text, ...[...text.matchAll(words)].map(([, word = '']) => word).filter(isTelling)];
}

/** A text that is sent, and each value in it that is long enough to be a key. */
function secretsInBody(text: string): string[] {
  const values = [...text.matchAll(words)].flatMap(([, word = '', isName]) => (isName ? [] : [word]));
  return [text, ...values.filter(isTelling)];
}

/** What the settings of a probe hold for the target's eyes only: headers, bodies and what is sent, at any depth. */
export function secretsOf(settings: unknown): string[] {
  if (typeof settings !== 'object' || settings === null) return [];
  return Object.entries(settings).flatMap(([key, value]: [string, unknown]) => {
    if ((key === 'body' || key === 'send') && typeof value === 'string') return secretsInBody(value);
    if (key !== 'headers' || typeof value !== 'object' || value === null) return secretsOf(value);
    return Object.entries(value).flatMap(([name, text]) =>
      openHeaders.test(name) ? [] : secretsInHeader(String(text)),
    );
  });
}
