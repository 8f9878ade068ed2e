/**
 * Why a look ended without an answer to judge. `fail` is the target's trouble, `unknown` is ours.
 * Thrown inside a look only: a kind turns it into its finding.
 */
export class Miss extends Error {
  override readonly name = 'Miss';
  readonly outcome: 'fail' | 'unknown';

  /** @param reason `<class>: <one sentence>` */
  constructor(outcome: 'fail' | 'unknown', reason: string) {
    super(reason);
    this.outcome = outcome;
  }
}

/** What errno(3) says when this machine could not look: no descriptors, memory, ports or route, or not permitted. */
const ownTrouble = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'EACCES',
  'EPERM',
]);

const targetTrouble: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  EHOSTUNREACH: 'host unreachable',
  EHOSTDOWN: 'host down',
  ETIMEDOUT: 'connection timed out',
  HPE_HEADER_OVERFLOW: 'the header is larger than 16 kB',
};

function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** OpenSSL's messages are long, and its `reason` is the part for people; Node adds advice after a semicolon. */
function sentenceOf(error: Error): string {
  const sentence = 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
  return sentence.replace(/;.*$/s, '');
}

/**
 * Says whose trouble an error is.
 * @param part the class of the reason when the target is to blame: dns, connect, tls, http ...
 */
export function missFrom(error: unknown, part: string): Miss {
  if (error instanceof Miss) return error;
  const code = error instanceof Error ? codeOf(error) : null;
  if (!(error instanceof Error) || code === null) return new Miss('unknown', `probe: it broke: ${String(error)}`);
  if (ownTrouble.has(code)) return new Miss('unknown', `probe: this machine could not look (${code})`);
  if (code.startsWith('HPE_'))
    return new Miss('fail', `http: ${targetTrouble[code] ?? `the answer is not valid HTTP (${code})`}`);
  return new Miss('fail', `${part}: ${targetTrouble[code] ?? sentenceOf(error)}`);
}
