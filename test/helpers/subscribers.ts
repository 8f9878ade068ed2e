import type { Database } from '#db/client.ts';
import { newId } from '#db/id.ts';
import { subscribers } from '#db/schema.ts';

/** Confirmed subscribers at the given addresses, as if they had confirmed at `at`; their ids in the same order. */
export async function addConfirmed(db: Database, emails: readonly string[], at: number): Promise<string[]> {
  const rows = emails.map((email) => ({
    id: newId(),
    email,
    emailKey: email.toLowerCase(),
    state: 'confirmed' as const,
    createdAt: at,
    requestedAt: at,
    requests: 0,
    confirmedAt: at,
  }));
  for (let index = 0; index < rows.length; index += 1_000)
    await db.orm.insert(subscribers).values(rows.slice(index, index + 1_000));
  return rows.map((row) => row.id);
}

/** Made-up addresses, all different. */
export function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `reader${index + 1}@example.com`);
}
