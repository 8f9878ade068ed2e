import { and, eq, gt, lte } from 'drizzle-orm';
import type { Actor } from '#core/event.ts';
import type { Database } from './client.ts';
import { newId } from './id.ts';
import { sessions, staff } from './schema.ts';

export type StaffRow = typeof staff.$inferSelect;

/** Makes or renews a person's way in. A new password ends every session of theirs. */
export async function inviteStaff(
  db: Database,
  name: string,
  passwordHash: string,
  actor: Actor,
  now: number,
): Promise<void> {
  await db.change(async () => {
    const [known] = await db.orm.select().from(staff).where(eq(staff.name, name));
    const id = known?.id ?? newId();
    return {
      statements: [
        db.orm
          .insert(staff)
          .values({ id, name, passwordHash, createdAt: now })
          .onConflictDoUpdate({ target: staff.name, set: { passwordHash } }),
        db.orm.delete(sessions).where(eq(sessions.staffId, id)),
      ],
      audits: [{ at: now, actor, action: 'staff.invited', subjectKind: 'staff', subjectId: id }],
      value: undefined,
    };
  });
}

/** The person of that name, or null. */
export async function findStaff(db: Database, name: string): Promise<StaffRow | null> {
  const [row] = await db.orm.select().from(staff).where(eq(staff.name, name));
  return row ?? null;
}

/** True once somebody can sign in. */
export async function hasStaff(db: Database): Promise<boolean> {
  return (await db.orm.select({ id: staff.id }).from(staff).limit(1)).length > 0;
}

/** Starts a session; the caller keeps the token, we keep its hash. Sessions that ended are swept away. */
export async function openSession(
  db: Database,
  row: StaffRow,
  tokenHash: string,
  now: number,
  expiresAt: number,
): Promise<void> {
  await db.change(async () => ({
    statements: [
      db.orm.delete(sessions).where(lte(sessions.expiresAt, now)),
      db.orm.insert(sessions).values({ tokenHash, staffId: row.id, createdAt: now, seenAt: now, expiresAt }),
    ],
    audits: [
      {
        at: now,
        actor: { kind: 'staff', id: row.id, name: row.name },
        action: 'staff.signed_in',
        subjectKind: 'staff',
        subjectId: row.id,
      },
    ],
    value: undefined,
  }));
}

/** Who a session belongs to, while it lasts. */
export async function findSession(db: Database, tokenHash: string, now: number): Promise<StaffRow | null> {
  const [row] = await db.orm
    .select({ staff })
    .from(sessions)
    .innerJoin(staff, eq(staff.id, sessions.staffId))
    .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now)));
  return row?.staff ?? null;
}

/** Ends a session. */
export async function closeSession(db: Database, tokenHash: string): Promise<void> {
  await db.change(async () => ({
    statements: [db.orm.delete(sessions).where(eq(sessions.tokenHash, tokenHash))],
    value: undefined,
  }));
}
