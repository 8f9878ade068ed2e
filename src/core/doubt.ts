/** Our own network in trouble: what does not answer may not be to blame. */
export type Impairment = {
  /** Epoch ms. */
  sinceAt: number;
  /** How many of the anchors asked last did answer. */
  anchorsAnswering: number;
  anchorsAsked: number;
};

/** From this share of failing hosts on, the trouble may be our own. */
const doubtfulShare = 0.3;

/**
 * Whether so many hosts fail together that our own network may be the reason. A single host that fails while others
 * answer has its own trouble; a single host that is all we have seen may share ours.
 * Both numbers are of distinct hosts: `answered` are those that did since the first of the others began to fail.
 */
export function isDoubtful({ failed, answered }: { failed: number; answered: number }): boolean {
  if (failed === 0) return false;
  const isMass = failed >= doubtfulShare * (failed + answered);
  return isMass && (failed >= 2 || answered === 0);
}

/** Whether enough anchors answered to say that our own network works: two, or all there are. */
export function isVouchedFor(answered: number, asked: number): boolean {
  return answered >= Math.min(2, asked);
}
