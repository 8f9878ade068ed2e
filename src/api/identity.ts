import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Actor } from '#core/event.ts';
import type { Database } from '#db/client.ts';
import { findSession } from '#db/staff.ts';
import { findToken, type TokenScope } from '#db/tokens.ts';

/** Who is asking, and how far they may go. */
export type Identity = {
  actor: Actor;
  scope: TokenScope;
  /** The one location that a token of scope `probe` speaks for. */
  location?: string | null;
};

/** Prefix of the keys we give out, so that a leaked one is recognised for what it is. */
const tokenPrefix = 'imn_';

/** A new random secret for a program or a browser: 256 bits. */
export function newSecret(prefix = tokenPrefix): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** What is stored of a secret. Random secrets need no slow hash. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(a)), Buffer.from(hashSecret(b)));
}

/** Name of the session cookie; the `__Host-` form binds it to this host over TLS (RFC 6265bis section 4.1.3.2). */
export function sessionCookie(secure: boolean): string {
  return secure ? '__Host-session' : 'session';
}

/**
 * Finds out who is asking: a Bearer token first, else the session cookie.
 * @param consoleToken the token of the command line on this machine
 */
export async function identify(
  c: Context,
  { db, consoleToken, secure, now }: { db: Database; consoleToken: string; secure: boolean; now: number },
): Promise<Identity | null> {
  const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (bearer) {
    if (isSame(bearer, consoleToken)) return { actor: { kind: 'console', name: 'command line' }, scope: 'write' };
    const token = await findToken(db, hashSecret(bearer));
    if (!token) return null;
    const { id, name, scope, location } = token;
    return { actor: { kind: 'token', id, name }, scope, location };
  }
  const session = getCookie(c, sessionCookie(secure));
  if (!session) return null;
  const person = await findSession(db, hashSecret(session), now);
  return person && { actor: { kind: 'staff', id: person.id, name: person.name }, scope: 'write' };
}
