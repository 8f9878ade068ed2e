import { and, eq, isNull } from 'drizzle-orm';
import type { Actor } from '#core/event.ts';
import type { Database } from './client.ts';
import { newId } from './id.ts';
import { tokens } from './schema.ts';

export type TokenRow = typeof tokens.$inferSelect;
export type TokenScope = TokenRow['scope'];

/** Stores a key for programs by its hash. */
export async function createToken(
  db: Database,
  token: { name: string; scope: TokenScope; hash: string; location?: string | undefined },
  actor: Actor,
  now: number,
): Promise<string> {
  return db.change(async () => {
    const id = newId();
    return {
      statements: [db.orm.insert(tokens).values({ id, ...token, createdAt: now })],
      audits: [
        {
          at: now,
          actor,
          action: 'token.created',
          subjectKind: 'token',
          subjectId: id,
          detail: {
            name: token.name,
            scope: token.scope,
            ...(token.location === undefined ? {} : { location: token.location }),
          },
        },
      ],
      value: id,
    };
  });
}

/** The key with that hash, unless it was revoked. */
export async function findToken(db: Database, hash: string): Promise<TokenRow | null> {
  const [row] = await db.orm
    .select()
    .from(tokens)
    .where(and(eq(tokens.hash, hash), isNull(tokens.revokedAt)));
  return row ?? null;
}
