/** What came of handing a delivery over. */
export type Answer =
  /** The other side took it. */
  | { kind: 'sent'; providerId: string | null }
  /** The other side will never take this one. */
  | { kind: 'refused'; reason: string }
  /** Not taken this time; `waitMs` where the other side said when to come again. */
  | { kind: 'deferred'; reason: string; waitMs?: number }
  /** Not taken because of trouble that is not this delivery's: nobody there, no quota, a wrong key. Costs no try. */
  | { kind: 'parked'; reason: string; waitMs: number }
  /** Handed over without an answer: taken or not, we cannot know. With `final`, repeating it would not tell either. */
  | { kind: 'doubtful'; reason: string; final?: true }
  /** Never begun, because we are stopping. */
  | { kind: 'untried' };

/** How a delivery stands after an answer. */
export type Settlement = {
  state: 'pending' | 'sent' | 'failed' | 'uncertain';
  providerId: string | null;
  error: string | null;
  /** When to try again, epoch ms; null when it is over. */
  nextAttemptAt: number | null;
  /** It stays in its batch, to be repeated under the same key. */
  inDoubt: boolean;
  /** The try does not count. */
  refunded: boolean;
};

/** Tries before we give up, and how long trouble that costs no try is borne. */
export const attemptLimit = 12;
export const parkedLimitMs = 24 * 3_600_000;

const firstBackoffMs = 30_000;
const longestBackoffMs = 3_600_000;
const shortestBackoffMs = 1_000;

/**
 * How long to wait after the given try: twice as long each time, at most an hour, anywhere in that span so that those
 * who failed together do not come again together.
 * @param random 0 to 1
 */
export function backoffMs(attempts: number, random: number): number {
  const span = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (attempts - 1));
  return Math.max(shortestBackoffMs, Math.round(span * random));
}

/** How a delivery stood when it was handed over. */
export type Standing = {
  /** Tries so far, this one included. */
  attempts: number;
  /** When the delivery came to be, epoch ms. */
  createdAt: number;
  /** The channel can repeat a batch under its key without telling twice. */
  keyed: boolean;
  /** An earlier try of the same batch was doubtful: that this one was not taken proves nothing. */
  doubted: boolean;
};

const over = { providerId: null, error: null, nextAttemptAt: null, inDoubt: false, refunded: false };

/** Decides how a delivery stands after an answer. */
export function settle(answer: Answer, standing: Standing, now: number, random: number): Settlement {
  const { attempts, createdAt, keyed, doubted } = standing;
  const again = { ...over, state: 'pending', inDoubt: doubted } as const;
  const givenUp = { ...over, state: doubted ? 'uncertain' : 'failed' } as const;
  switch (answer.kind) {
    case 'sent':
      return { ...over, state: 'sent', providerId: answer.providerId };
    case 'refused':
      return { ...over, state: 'failed', error: answer.reason };
    case 'untried':
      return { ...again, nextAttemptAt: now, refunded: true };
    case 'deferred': {
      const error = answer.reason;
      if (attempts >= attemptLimit) return { ...givenUp, error: `Given up after ${attempts} tries: ${error}` };
      return { ...again, error, nextAttemptAt: now + (answer.waitMs ?? backoffMs(attempts, random)) };
    }
    case 'parked': {
      const error = answer.reason;
      if (now - createdAt > parkedLimitMs) return { ...givenUp, error: `Given up after a day: ${error}` };
      return { ...again, error, nextAttemptAt: now + answer.waitMs, refunded: true };
    }
    case 'doubtful': {
      const error = answer.reason;
      if (!keyed || answer.final || attempts >= attemptLimit) return { ...over, state: 'uncertain', error };
      return { ...again, error, nextAttemptAt: now + backoffMs(attempts, random), inDoubt: true };
    }
  }
}
