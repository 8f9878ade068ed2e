import { setImmediate as breath, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { parseSender } from '#core/address.ts';
import { StartError } from '#core/error.ts';
import type { Database } from '#db/client.ts';
import { claimDeliveries, nextDeliveryDueAt, oldestUntoldAt } from '#db/deliveries.ts';
import { reclaimExpired } from '#db/handover.ts';
import {
  type EventRow,
  expandNotice,
  findNotice,
  finishEvent,
  freezeNotice,
  type NoticeRow,
  newNoticeId,
  nextUntoldEvent,
  readNotice,
} from '#db/notices.ts';
import { forgetUnconfirmed } from '#db/subscribers.ts';
import { createBell } from './bell.ts';
import type { Channel } from './channel.ts';
import { createDispatch } from './dispatch.ts';
import { writeLetter } from './letter.ts';
import { linkPlaceholder, type Office } from './mail.ts';

export type NotifierOptions = {
  db: Database;
  channel: Channel;
  /** Public origin without trailing slash; every link in a mail begins with it. */
  publicUrl: string;
  /** The name of this moment: it may change at run time. */
  pageName: () => string;
  /** `Name <address>` or an address alone, which then gets the page's name. */
  from: string;
  secretKey: string;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** True when nobody else can be at work on these rows: what a predecessor had leased is taken back at once. */
  takesOver?: boolean;
  /** The clock, epoch ms. */
  now?: () => number;
};

export type Notifier = {
  /** Finishes what is on its way, at most ten seconds long; the rest waits in its rows. */
  stop(): Promise<void>;
  /**
   * Since when something has been due and nothing was done about it; null when everything is told. A large fan-out
   * that moves on is not late.
   */
  oldestDueAt(): Promise<number | null>;
};

/** Other processes write events too, and no bell tells us. */
const pollMs = 1_000;
/** Longer than any channel takes to hand one mail or one request over. */
const leaseMs = 120_000;
const rowsAtOnce = 2_000;
const reclaimEveryMs = 5_000;
const forgetEveryMs = 3_600_000;
const stopWithinMs = 10_000;

/**
 * Tells subscribers what happens: event -> notice -> deliveries -> claim -> hand over -> record. Everything it knows
 * stands in rows, so it may be killed between any two steps.
 * @throws StartError when `from` is no mail address
 */
export function startNotifier(options: NotifierOptions): Notifier {
  const { db, channel, publicUrl, pageName, secretKey, log, takesOver = false, now = Date.now } = options;
  function office(): Office {
    const from = parseSender(options.from, pageName());
    if (!from)
      throw new StartError(`Mail cannot come from ${JSON.stringify(options.from)}; write Name <status@example.com>.`);
    return { publicUrl, pageName: pageName(), from, secretKey };
  }
  office();
  const stopping = new AbortController();
  const { signal } = stopping;
  const bell = createBell();
  const silence = db.onEvents(() => bell.ring());
  const dispatch = createDispatch({
    db,
    channel,
    office,
    leaseMs,
    log,
    now,
    signal,
  });

  async function freeze(event: EventRow): Promise<NoticeRow | null> {
    const notice = await readNotice(db, event);
    if (!notice) return null;
    const id = newNoticeId();
    const letter = writeLetter(notice, { name: pageName(), url: publicUrl }, linkPlaceholder(id));
    return freezeNotice(db, event, { id, ...letter }, now());
  }

  async function expandNext(): Promise<boolean> {
    const event = await nextUntoldEvent(db, now());
    if (!event) return false;
    const notice = (await findNotice(db, event.id)) ?? (await freeze(event));
    if (!notice) {
      await finishEvent(db, event, now());
      return true;
    }
    while (!signal.aborted && (await expandNotice(db, notice, event, rowsAtOnce, now()))) {
      bell.ring();
      // A file database works on the event loop; others have their turn between two chunks.
      await breath();
    }
    bell.ring();
    return true;
  }

  let workedAt = Number.NEGATIVE_INFINITY;
  let reclaimedAt = Number.NEGATIVE_INFINITY;
  let forgotAt = Number.NEGATIVE_INFINITY;

  async function tidy(): Promise<void> {
    if (now() - reclaimedAt >= reclaimEveryMs) {
      const isFirst = reclaimedAt === Number.NEGATIVE_INFINITY;
      reclaimedAt = now();
      await reclaimExpired(db, now(), channel.keyed, now() + (isFirst && takesOver ? leaseMs : 0));
    }
    if (now() - forgotAt >= forgetEveryMs) {
      forgotAt = now();
      await forgetUnconfirmed(db, now());
    }
  }

  async function expand(): Promise<void> {
    const seen = bell.rings();
    await tidy();
    if (!(await expandNext())) await bell.after(seen, pollMs);
  }

  async function send(): Promise<void> {
    await channel.ready(signal);
    if (signal.aborted) return;
    const seen = bell.rings();
    const claim = { limit: channel.batchSize, leaseMs, keyed: channel.keyed };
    const batch = await claimDeliveries(db, now(), claim);
    if (batch) {
      await dispatch(batch);
      workedAt = now();
      return;
    }
    const dueAt = (await nextDeliveryDueAt(db)) ?? Number.POSITIVE_INFINITY;
    await bell.after(seen, Math.max(1, Math.min(pollMs, dueAt - now())));
  }

  async function keepDoing(step: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        await step();
      } catch (error) {
        log.error({ err: error }, 'Telling subscribers was interrupted; it goes on in a second.');
        await bell.after(bell.rings(), pollMs);
      }
    }
  }

  const work = Promise.all([expand, ...Array.from({ length: channel.parallel }, () => send)].map(keepDoing));

  return {
    async stop() {
      silence();
      stopping.abort();
      bell.ring();
      const timer = new AbortController();
      const late = sleep(stopWithinMs, 'late', { signal: timer.signal }).catch(() => 'done');
      if ((await Promise.race([work, late])) === 'late') log.warn('A mail did not finish in time and is cut off.');
      timer.abort();
      channel.close();
      await work;
    },
    async oldestDueAt() {
      const at = await oldestUntoldAt(db);
      return at === null ? null : Math.max(at, workedAt);
    },
  };
}
