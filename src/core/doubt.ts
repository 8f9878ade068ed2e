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
 * @param failing distinct hosts that do not answer
 * @param answering distinct hosts that answered since the first of those began to fail
 */
export function isDoubtful(failing: number, answering: number): boolean {
  if (failing === 0) return false;
  const isMass = failing >= doubtfulShare * (failing + answering);
  return isMass && (failing >= 2 || answering === 0);
}

/** Whether enough anchors answered to say that our own network works: two, or all there are. */
export function isVouchedFor(answered: number, asked: number): boolean {
  return answered >= Math.min(2, asked);
}
