import type { Logger } from 'pino';
import { type Answer, settle } from '#core/answer.ts';
import type { Database } from '#db/client.ts';
import type { Batch } from '#db/deliveries.ts';
import { type Held, recordHandingOver, recordSettled, type Settled } from '#db/handover.ts';
import type { Channel } from './channel.ts';
import { gather } from './gather.ts';
import { addressMail, type Office } from './mail.ts';

type DispatchOptions = {
  db: Database;
  channel: Channel;
  office: () => Office;
  leaseMs: number;
  log: Pick<Logger, 'info' | 'warn'>;
  now: () => number;
  signal: AbortSignal;
};

/** Servers put addresses into their replies; those do not belong in a log. */
function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"']+@[^\s<>"']+/g, '(address)');
}

/**
 * Makes the way a claimed batch takes: addressed, handed over by the channel, and each answer recorded. What several
 * batches report at one time is written together.
 */
export function createDispatch({ db, channel, office, leaseMs, log, now, signal }: DispatchOptions) {
  const noteLeaving = gather((held: Held[]) => recordHandingOver(db, held, now(), leaseMs));
  const noteSettled = gather((settled: Settled[]) => recordSettled(db, settled, now()));

  return async function dispatch(batch: Batch): Promise<void> {
    const unanswered = new Map(batch.deliveries.map((delivery) => [delivery.id, delivery]));
    const left = new Set<string>();

    async function answered(ids: readonly string[], answer: Answer): Promise<void> {
      const told = batch.deliveries.filter((delivery) => ids.includes(delivery.id));
      const standing = {
        attempts: Math.max(...told.map((delivery) => delivery.attempts)),
        createdAt: Math.min(...told.map((delivery) => delivery.createdAt)),
        keyed: channel.keyed,
        doubted: batch.doubted,
      };
      // One settlement for all of them: a batch in doubt must come due as one.
      const settlement = settle(answer, standing, now(), Math.random());
      for (const id of ids) unanswered.delete(id);
      if ('reason' in answer)
        log.warn(
          { deliveries: ids.length, answer: answer.kind, state: settlement.state },
          withoutAddresses(answer.reason),
        );
      await noteSettled(ids.map((id) => ({ id, batchId: batch.id, ...settlement })));
    }

    try {
      await channel.tell({
        batchId: batch.id,
        mails: batch.deliveries.flatMap((delivery) => {
          const notice = batch.notices.get(delivery.noticeId);
          return notice ? [addressMail(delivery, notice, office())] : [];
        }),
        async handingOver(ids) {
          const ours = await noteLeaving(ids.map((id) => ({ id, batchId: batch.id })));
          for (const id of ids) if (ours.has(id)) left.add(id);
          return ours;
        },
        answered,
        signal,
      });
    } finally {
      const untried = [...unanswered.keys()].filter((id) => !left.has(id));
      if (untried.length > 0) await answered(untried, { kind: 'untried' });
    }
  };
}
