import { type Answer, type Ask, exchange, type Wire } from './exchange.ts';
import type { Validity } from './expiry.ts';
import { Miss } from './miss.ts';
import { followRedirect } from './redirect.ts';

const redirectLimit = 5;

/** What a path of several requests remembers between them. */
export type Cookies = {
  /** The header for a request to that place, undefined without cookies for it. */
  headerFor(url: URL): string | undefined;
  /** Keeps what an answer from that place has set. */
  keep(url: URL, answer: Answer): void;
};

export type FollowOptions = {
  wire: Wire;
  /** True for an answer that is judged as it stands, even if it is a redirect. */
  isFinal: (answer: Answer) => boolean;
  /** Lower-case names of headers that must not reach another host, besides authorization and cookie. */
  secretHeaders: readonly string[];
  cookies?: Cookies;
};

/** The answer that counts, and what was seen on the way to it. */
export type Arrival = Answer & {
  /** The place that gave it. */
  url: URL;
  /** All exchanges together. */
  latencyMs: number;
};

function earlier(a: Validity | null, b: Validity | null): Validity | null {
  return a && b ? (a.toMs <= b.toMs ? a : b) : (a ?? b);
}

function withCookies(ask: Ask, cookies: Cookies | undefined): Ask {
  const cookie = cookies?.headerFor(ask.url);
  return cookie === undefined ? ask : { ...ask, headers: { ...ask.headers, cookie } };
}

/**
 * Asks, and follows redirects until there is an answer to judge. Each hop goes through the guard anew.
 * @throws Miss
 */
export async function follow(first: Ask, { wire, isFinal, secretHeaders, cookies }: FollowOptions): Promise<Arrival> {
  let ask = first;
  let latencyMs = 0;
  let validity: Validity | null = null;
  for (let redirects = 0; redirects <= redirectLimit; redirects += 1) {
    const answer = await exchange(withCookies(ask, cookies), wire);
    cookies?.keep(ask.url, answer);
    latencyMs += answer.tookMs;
    validity = earlier(validity, answer.validity);
    const next = isFinal(answer) ? null : followRedirect(ask, answer, secretHeaders);
    if (next === null) return { ...answer, validity, url: ask.url, latencyMs };
    ask = next;
  }
  throw new Miss('fail', `redirect: more than ${redirectLimit} in a row`);
}
