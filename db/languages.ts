import { desc } from 'drizzle-orm';
import { z } from 'zod';
import {
  type ComponentTranslations,
  componentTranslationsSchema,
  localeSchema,
  type PageLocales,
} from '#core/locale.ts';
import type { Database } from './client.ts';
import { settings } from './schema.ts';

/** What the settings say of languages. */
export type Languages = {
  locales: PageLocales;
  /** What components are called in other languages, by slug. */
  components: Readonly<Record<string, ComponentTranslations>>;
};

const languagesSchema = z.object({
  locales: z.tuple([localeSchema], localeSchema).catch(['en']),
  componentTranslations: z.record(z.string(), componentTranslationsSchema).catch({}),
});

/** The newest row of settings; number 0 before there is one. */
export async function newestSettings(db: Database): Promise<{ seq: number; value: Record<string, unknown> }> {
  const [row] = await db.orm.select().from(settings).orderBy(desc(settings.seq)).limit(1);
  return row ?? { seq: 0, value: {} };
}

/** The languages of the page as they were declared; English alone before anything was. */
export async function readLanguages(db: Database): Promise<Languages> {
  const { locales, componentTranslations } = languagesSchema.parse((await newestSettings(db)).value);
  return { locales, components: componentTranslations };
}
