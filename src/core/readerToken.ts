import { createHmac, timingSafeEqual } from 'node:crypto';

// A token is `<subscriber id>.<base64url of an HMAC-SHA256>`. It proves that whoever holds it read our mail, and
// nothing secret is stored for it but the key.

function tokenOf(secretKey: string, purpose: string, subscriberId: string, ...bound: string[]): string {
  const words = [purpose, subscriberId, ...bound].join(':');
  return `${subscriberId}.${createHmac('sha256', secretKey).update(words).digest('base64url')}`;
}

/** The token that confirms the request made at `requestedAt`. */
export function confirmToken(secretKey: string, subscriberId: string, requestedAt: number): string {
  return tokenOf(secretKey, 'confirm', subscriberId, String(requestedAt));
}

/** The token that ends a subscription; good for as long as the subscriber is known. */
export function unsubscribeToken(secretKey: string, subscriberId: string): string {
  return tokenOf(secretKey, 'unsubscribe', subscriberId);
}

/** Whose token this claims to be; an empty string when it has not the form of one. */
export function claimedHolder(token: string): string {
  return /^[a-z0-9]{1,32}(?=\.)/.exec(token)?.[0] ?? '';
}

/** Compares two tokens in constant time. */
export function isSameToken(token: string, expected: string): boolean {
  const [a, b] = [Buffer.from(token), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
