import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { addressSchema } from '#core/address.ts';
import { DomainError } from '#core/error.ts';
import { localePath } from '#core/locale.ts';
import { claimedHolder, confirmToken, isSameToken, unsubscribeToken } from '#core/readerToken.ts';
import type { Snapshot } from '#core/snapshot.ts';
import type { Database } from '#db/client.ts';
import { confirmSubscriber, findSubscriber, requestSubscription, unsubscribe } from '#db/subscribers.ts';
import { wordsIn } from '../i18n/words.ts';
import { clientAddress } from './clientAddress.ts';
import { createThrottle } from './throttle.ts';

export type SubscriptionDeps = {
  db: Database;
  secretKey: string;
  renderPage: (path: string, asked: Asked) => Promise<Response>;
  snapshot: () => Promise<Snapshot>;
  isTrusted: (address: string) => boolean;
  now: () => number;
};

const limit = bodyLimit({ maxSize: 16 * 1024 });

/**
 * Asking to be told, confirming it, and leaving. The answers say the same whether an address is known or not;
 * only POST changes anything, since link scanners open every link in a mail.
 */
export function subscriptionRoutes({ db, secretKey, renderPage, snapshot, isTrusted, now }: SubscriptionDeps) {
  const app = new Hono();
  const throttle = createThrottle(30, 3600);

  app.post('/subscribe', limit, async (c) => {
    const form = await c.req.parseBody();
    const typed = typeof form['email'] === 'string' ? form['email'].slice(0, 320) : '';
    const seen = await snapshot();
    const [first = 'en'] = seen.page.locales;
    const locale = seen.page.locales.find((each) => each === form['locale']) ?? first;
    const { problems } = wordsIn(locale).subscribe;
    const again = async (problem: string, status: 422 | 429) => {
      const page = await renderPage('/subscribe', { snapshot: seen, locale, form: { email: typed, problem } });
      return new Response(page.body, {
        status,
        headers: { ...Object.fromEntries(page.headers), 'cache-control': 'no-store' },
      });
    };
    const address = addressSchema.safeParse(typed);
    if (!address.success) return again(problems.address, 422);
    try {
      await throttle(clientAddress(c, isTrusted));
    } catch (error) {
      if (error instanceof DomainError) return again(problems.tooMany, 429);
      throw error;
    }
    await requestSubscription(db, address.data, now());
    return c.redirect(localePath(locale, first, '/subscribe/sent'), 303);
  });

  app.post('/confirm/:token', limit, async (c) => {
    const token = c.req.param('token');
    const subscriberId = claimedHolder(token);
    const requestedAt = (await findSubscriber(db, subscriberId))?.requestedAt ?? 0;
    const isTheirs = isSameToken(token, confirmToken(secretKey, subscriberId, requestedAt));
    if (!isTheirs || !(await confirmSubscriber(db, { subscriberId, requestedAt }, now())))
      return c.redirect('/subscribe/expired', 303);
    return c.redirect('/subscribe/confirmed', 303);
  });

  // RFC 8058: the mail program posts List-Unsubscribe=One-Click and must get no redirect, whoever it asks for.
  app.post('/u/:token', limit, async (c) => {
    const form = await c.req.parseBody().catch((): Record<string, unknown> => ({}));
    const token = c.req.param('token');
    const subscriberId = claimedHolder(token);
    if (isSameToken(token, unsubscribeToken(secretKey, subscriberId))) await unsubscribe(db, subscriberId, now());
    return form['from'] === 'page' ? c.redirect('/subscribe/unsubscribed', 303) : c.body(null, 200);
  });
  return app;
}
