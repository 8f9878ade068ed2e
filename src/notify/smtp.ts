import { Readable } from 'node:stream';
import type { Answer } from '#core/answer.ts';
import type { Channel, Handover } from './channel.ts';
import type { Mail } from './mail.ts';
import { mimeOf } from './mime.ts';
import { createRest } from './rest.ts';
import { connectSmtp, type SmtpConnection, type SmtpError, type SmtpLimits, sendOver } from './smtpConnection.ts';

const usualLimits: SmtpLimits = { connectMs: 10_000, silenceMs: 30_000, mailMs: 45_000, idleMs: 5_000 };
const firstTroubleMs = 1_000;
const longestTroubleMs = 60_000;

/** A connection, and whether it was used before. */
type Line = { connection: SmtpConnection; used: boolean };

/** It is no longer ours to hand over: its lease ended while we were away. */
class LeaseLost extends Error {}

/**
 * What a failure says about the mail. Before the message itself leaves, every step may be repeated; after it, only a
 * reply of the server tells whether it was taken (RFC 5321 section 4.2.5: 4yz not now, 5yz never).
 */
function answerTo(error: SmtpError, leaving: boolean, wait: () => number): Answer {
  const code = error.responseCode ?? 0;
  const reason = error.message;
  const aboutThisMail = leaving || error.command === 'RCPT TO' || error.command === 'DATA';
  if (code >= 500 && aboutThisMail) return { kind: 'refused', reason };
  if (code >= 400 && aboutThisMail) return { kind: 'deferred', reason };
  return leaving ? { kind: 'doubtful', reason } : { kind: 'parked', reason, waitMs: wait() };
}

/**
 * Mail over SMTP. EHLO, MAIL and RCPT leave nothing behind and may be repeated; once the server asked for the
 * message, that it leaves is noted durably before its first byte does.
 */
export function openSmtpChannel({ url, limits = usualLimits }: { url: string; limits?: SmtpLimits }): Channel {
  const rest = createRest();
  const idle: { connection: SmtpConnection; timer: NodeJS.Timeout }[] = [];
  const open = new Set<SmtpConnection>();
  let troubleMs = firstTroubleMs;

  async function takeLine(): Promise<Line> {
    for (let kept = idle.pop(); kept; kept = idle.pop()) {
      clearTimeout(kept.timer);
      if (!kept.connection.destroyed) return { connection: kept.connection, used: true };
    }
    const fresh = await connectSmtp(url, limits);
    open.add(fresh);
    fresh.once('end', () => open.delete(fresh));
    return { connection: fresh, used: false };
  }

  function keep(connection: SmtpConnection): void {
    if (connection.destroyed) return;
    const timer = setTimeout(() => {
      idle.splice(
        idle.findIndex((kept) => kept.connection === connection),
        1,
      );
      connection.quit();
    }, limits.idleMs);
    timer.unref();
    idle.push({ connection, timer });
  }

  /** Longer each time, but not for each of those who ran into the same trouble together. */
  function wait(): number {
    if (rest.isOver()) {
      rest.forMs(troubleMs);
      troubleMs = Math.min(longestTroubleMs, troubleMs * 2);
    }
    return troubleMs;
  }

  async function tellOne(mail: Mail, handover: Handover): Promise<void> {
    const bytes = await mimeOf(mail);
    let leaving = false;
    // Pulled only when the server has said that it waits for the message.
    const message = async function* () {
      leaving = (await handover.handingOver([mail.id])).has(mail.id);
      if (!leaving) throw new LeaseLost(`The lease of ${mail.id} ended before it was handed over.`);
      yield bytes;
    };
    for (;;) {
      let line: Line | undefined;
      let answer: Answer;
      try {
        line = await takeLine();
        const reply = await sendOver(line.connection, mail, Readable.from(message()), limits.mailMs);
        answer = { kind: 'sent', providerId: reply.slice(0, 200) };
        troubleMs = firstTroubleMs;
      } catch (error) {
        if (error instanceof LeaseLost || !(error instanceof Error)) throw error;
        // A kept connection may have been closed from the other side while it lay idle.
        if (line?.used && !leaving && !('responseCode' in error)) continue;
        answer = answerTo(error, leaving, wait);
      }
      if (line) keep(line.connection);
      return handover.answered([mail.id], answer);
    }
  }

  return {
    name: 'smtp',
    batchSize: 10,
    parallel: 8,
    keyed: false,
    ready: (signal) => rest.over(signal),
    async tell(handover) {
      for (const mail of handover.mails) {
        if (handover.signal.aborted || !rest.isOver()) return;
        await tellOne(mail, handover);
      }
    },
    close() {
      for (const { timer } of idle.splice(0)) clearTimeout(timer);
      for (const connection of open) connection.close();
    },
  };
}
