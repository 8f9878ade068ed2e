import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database } from '#db/client.ts';
import { confirmSubscriber, findSubscriber, unsubscribe } from '#db/subscribers.ts';

/** `<subscriber id>.<base64url of an HMAC-SHA256>`: it proves who we wrote to, and nothing secret is stored for it. */
type Token = string;

function sign(secretKey: string, words: readonly string[]): Buffer {
  return createHmac('sha256', secretKey).update(words.join(':')).digest();
}

function tokenOf(secretKey: string, purpose: string, subscriberId: string, ...bound: string[]): Token {
  return `${subscriberId}.${sign(secretKey, [purpose, subscriberId, ...bound]).toString('base64url')}`;
}

/** The token that confirms the request made at `requestedAt`. */
export function confirmToken(secretKey: string, subscriberId: string, requestedAt: number): Token {
  return tokenOf(secretKey, 'confirm', subscriberId, String(requestedAt));
}

/** The token that ends a subscription; good for as long as the subscriber is known. */
export function unsubscribeToken(secretKey: string, subscriberId: string): Token {
  return tokenOf(secretKey, 'unsubscribe', subscriberId);
}

function subscriberIdOf(token: Token): string {
  return /^[a-z0-9]{1,32}(?=\.)/.exec(token)?.[0] ?? '';
}

function isSame(token: Token, expected: Token): boolean {
  const [a, b] = [Buffer.from(token), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Confirms whoever holds the token of their newest request, within 48 hours of it.
 * @returns whether they are confirmed now; false for any token that is wrong, used up or too old
 */
export async function confirmByToken(db: Database, secretKey: string, token: Token, now: number): Promise<boolean> {
  const subscriberId = subscriberIdOf(token);
  const requestedAt = (await findSubscriber(db, subscriberId))?.requestedAt ?? 0;
  if (!isSame(token, confirmToken(secretKey, subscriberId, requestedAt))) return false;
  return confirmSubscriber(db, { subscriberId, requestedAt }, now);
}

/** Unsubscribes whoever holds the token. Answers nothing, so that it tells nothing about a token that is wrong. */
export async function unsubscribeByToken(db: Database, secretKey: string, token: Token, now: number): Promise<void> {
  const subscriberId = subscriberIdOf(token);
  if (isSame(token, unsubscribeToken(secretKey, subscriberId))) await unsubscribe(db, subscriberId, now);
}
