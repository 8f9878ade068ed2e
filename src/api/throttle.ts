import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '#core/error.ts';

/** Counts one more try under a key. @throws DomainError `too_many` when there were enough */
export type Throttle = (key: string) => Promise<void>;

/** At most `points` tries per key in `seconds`. In memory: a restart forgives. */
export function createThrottle(points: number, seconds: number): Throttle {
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  return async (key) => {
    try {
      await limiter.consume(key);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const wait = Math.ceil(error.msBeforeNext / 1000);
      throw new DomainError('too_many', `Too many tries; please wait ${wait} seconds.`);
    }
  };
}
