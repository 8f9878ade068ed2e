/** How one further host of the site is doing, as staff see it. */
export type TargetReport = {
  name: string;
  /** The word behind `kind:` in `status.yaml`. */
  kind: string;
  /** When it was last brought up to date; null before the first time. */
  lastSuccessAt: number | null;
  /** The moment of which it shows what was known then; null while it shows nothing of ours. */
  shownAt: number | null;
  /** The longest it may lag while all is well. */
  refreshMs: number;
  /** Why the newest attempt failed, one sentence without secrets; null when it did not fail. */
  lastError: { at: number; sentence: string } | null;
};

/** Beyond what is agreed, so long a way is usual and no reason to worry. */
const graceMs = 120_000;

/** How old what a target shows is; null while it shows nothing of ours. */
export function lagOf({ shownAt }: TargetReport, now: number): number | null {
  return shownAt === null ? null : Math.max(0, now - shownAt);
}

/** True when readers of this host get older news than they should. */
export function isBehind(report: TargetReport, now: number): boolean {
  const lag = lagOf(report, now);
  return lag === null ? report.lastError !== null : lag > report.refreshMs + graceMs;
}
