import { asc, eq } from 'drizzle-orm';
import { textFor } from '#core/locale.ts';
import type { Notice } from '#core/notice.ts';
import { bodyText, titleText } from '#core/snapshot.ts';
import type { Database } from './client.ts';
import { readLanguages } from './languages.ts';
import { components, maintenanceComponents, maintenances, maintenanceUpdates } from './schema.ts';

/** What one word about a maintenance tells, with the times as they are now; null when there is no such word. */
export async function readMaintenanceNotice(
  db: Database,
  maintenanceId: string,
  updateId: string,
): Promise<Notice | null> {
  const [maintenance] = await db.orm.select().from(maintenances).where(eq(maintenances.id, maintenanceId));
  const [update] = await db.orm.select().from(maintenanceUpdates).where(eq(maintenanceUpdates.id, updateId));
  if (!maintenance || !update) return null;
  const named = await db.orm
    .select({ name: components.name })
    .from(maintenanceComponents)
    .innerJoin(components, eq(components.id, maintenanceComponents.componentId))
    .where(eq(maintenanceComponents.maintenanceId, maintenanceId))
    .orderBy(asc(components.position));
  const { id, scheduledFromAt, scheduledToAt } = maintenance;
  const { status, at } = update;
  const [first] = (await readLanguages(db)).locales;
  const title = textFor(titleText(maintenance), first, first).text;
  const body = textFor(bodyText(update), first, first).text;
  return {
    kind: 'maintenance',
    maintenance: { id, title, scheduledFromAt, scheduledToAt, components: named.map(({ name }) => name) },
    update: { status, body, at },
  };
}
