import type { Answer } from '#core/answer.ts';
import type { Mail } from './mail.ts';

/** A claimed batch on its way out, and the two things a channel must say about it. */
export type Handover = {
  /** The idempotency key of the batch. */
  batchId: string;
  mails: readonly Mail[];
  /**
   * Notes durably that these mails leave now; awaited before their first byte does.
   * @returns the ids that may leave; the others are no longer ours
   */
  handingOver(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Records what came of them. */
  answered(ids: readonly string[], answer: Answer): Promise<void>;
  /** Aborted when we are stopping: what has not begun should not begin. */
  signal: AbortSignal;
};

/** A way to tell. It keeps nothing that must outlive it: what was told stands in the rows. */
export type Channel = {
  name: string;
  /** Most mails in one batch. */
  batchSize: number;
  /** How many batches may be on their way at once. */
  parallel: number;
  /** A batch may be repeated under its id without being told twice. */
  keyed: boolean;
  /** Resolves when a batch may be handed over: a limit has room again, trouble has been waited out. */
  ready(signal: AbortSignal): Promise<void>;
  /** Hands a batch over. A mail that gets no answer was not begun. */
  tell(handover: Handover): Promise<void>;
  /** Lets go of everything at once; a mail without an answer becomes doubtful. */
  close(): void;
};
