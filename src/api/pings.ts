import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { DomainError } from '#core/error.ts';
import type { Signal } from '#core/hearing.ts';
import { claimedProbe, pingToken } from '#core/pingToken.ts';
import { isSameToken } from '#core/readerToken.ts';
import type { Database } from '#db/client.ts';
import { recordPing } from '#db/pings.ts';
import { findProbe } from '#db/probes.ts';
import { clientAddress } from './clientAddress.ts';
import { keptBody, keptBodyBytes } from './keptBody.ts';
import { createThrottle } from './throttle.ts';

export type PingDeps = {
  db: Database;
  secretKey: string;
  isTrusted: (address: string) => boolean;
  now: () => number;
};

/** The longest time that a sender may say a run took (Uptime Kuma's own limit). */
const longestSaidMs = 86_400_000;

/** A text after the token: a word, or the exit code of the job. */
function meaningOf(word: string): { signal: Signal; exitCode: number | null } | null {
  if (word === 'start' || word === 'fail' || word === 'log') return { signal: word, exitCode: null };
  if (!/^\d{1,3}$/.test(word) || Number(word) > 255) return null;
  return { signal: word.replace(/^0+/, '') === '' ? 'success' : 'fail', exitCode: Number(word) };
}

const plain = { 'content-type': 'text/plain; charset=utf-8', 'access-control-allow-origin': '*' };

/** The answer that senders expect, and how much of a body is kept, as healthchecks.io says it. */
function thanks(c: Context) {
  return c.body('OK', 200, { ...plain, 'ping-body-limit': String(keptBodyBytes) });
}

/**
 * Where jobs report: the pings of healthchecks.io (https://healthchecks.io/docs/http_api/), and Uptime Kuma's push
 * address. An answer means that the word is stored. Whatever is wrong with a token, there is nothing here.
 */
export function pingRoutes({ db, secretKey, isTrusted, now }: PingDeps) {
  const app = new Hono();
  const perProbe = createThrottle(60, 60);
  const perStranger = createThrottle(60, 60);

  /** The probe that the token of this request speaks for. Every wrong token costs the same and looks the same. */
  async function probeOf(c: Context, token: string): Promise<string> {
    const probe = await findProbe(db, claimedProbe(token));
    const expected = pingToken(secretKey, probe?.id ?? 'no/probe', probe?.tokenVersion ?? 0);
    if (isSameToken(token, expected) && probe?.listens && probe.retiredAt === null) {
      await perProbe(probe.id);
      return probe.id;
    }
    await perStranger(clientAddress(c, isTrusted));
    throw new DomainError('not_found', 'There is nothing here.');
  }

  async function take(c: Context, token: string, word: string | null) {
    const probeId = await probeOf(c, token);
    const meaning = word === null ? { signal: 'success' as const, exitCode: null } : meaningOf(word);
    if (meaning === null) return c.body('expected start, fail, log or an exit code from 0 to 255', 400, plain);
    const runId = z.guid().optional().safeParse(c.req.query('rid'));
    if (!runId.success) return c.body('expected rid to be a UUID', 400, plain);
    const kept = await keptBody(c.req.raw);
    await recordPing(
      db,
      probeId,
      { ...meaning, ...kept, runId: runId.data?.toLowerCase() ?? null, runMs: null },
      now(),
    );
    return thanks(c);
  }

  // Hono answers HEAD with the handler of GET.
  app.on(['GET', 'POST'], '/ping/:token', (c) => take(c, c.req.param('token'), null));
  app.on(['GET', 'POST'], '/ping/:token/:signal', (c) => take(c, c.req.param('token'), c.req.param('signal')));

  app.on(['GET', 'POST'], '/api/push/:token', async (c) => {
    const probeId = await probeOf(c, c.req.param('token'));
    const { status, msg, ping } = c.req.query();
    const saidMs = z.coerce
      .number()
      .min(0)
      .max(longestSaidMs)
      .safeParse(ping || 0);
    if (!saidMs.success)
      return c.json({ ok: false, msg: `Expected ping to be milliseconds from 0 to ${longestSaidMs}.` }, 400);
    await recordPing(
      db,
      probeId,
      {
        // There, whatever is not "up" is down; a status left out is "up".
        signal: (status || 'up') === 'up' ? 'success' : 'fail',
        exitCode: null,
        runId: null,
        body: msg ? Buffer.from(msg) : null,
        isCut: false,
        runMs: ping ? Math.round(saidMs.data) : null,
      },
      now(),
    );
    return c.json({ ok: true });
  });
  return app;
}
