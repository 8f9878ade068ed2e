import { and, eq, sql } from 'drizzle-orm';
import { DomainError, type FieldProblem } from '#core/error.ts';
import type { Actor } from '#core/event.ts';
import { foreignLocale, type NewTranslation, refused } from '#core/incidentFacts.ts';
import type { Locale, PageLocales, TranslatedText, Translations } from '#core/locale.ts';
import type { Database } from './client.ts';
import { type IncidentDetail, requireIncident, type UpdateRow } from './incidents.ts';
import { record } from './incidentWords.ts';
import { readLanguages } from './languages.ts';
import { incidents, updates } from './schema.ts';

/** The texts of an incident and one of its updates that may be translated, by the name of their field in the input. */
function textsOf(incident: IncidentDetail, update: UpdateRow): Record<Field, TranslatedText | null> {
  const { title, language, translations, workaround, loss } = incident;
  return {
    title: { text: title, language, translations },
    body: { text: update.body, language: update.language, translations: update.translations },
    workaround,
    lossWhat: loss?.kind === 'window' ? loss.what : null,
  };
}

const fields = ['title', 'body', 'workaround', 'lossWhat'] as const;
type Field = (typeof fields)[number];
const namesOf: Record<Field, string> = {
  title: 'The title',
  body: 'This update',
  workaround: 'The workaround',
  lossWhat: 'What was lost',
};

/** Refuses what cannot be translated, and what is translated already: no word is changed once it was said. */
function requireNew(
  texts: Record<Field, TranslatedText | null>,
  input: NewTranslation,
  pageLocales: PageLocales,
): void {
  const { locale } = input;
  const foreign = foreignLocale(locale, pageLocales);
  if (foreign !== null) throw refused([{ pointer: '/locale', detail: foreign }]);
  const problems: FieldProblem[] = [];
  for (const field of fields) {
    const text = texts[field];
    if (input[field] === undefined) continue;
    if (text === null) problems.push({ pointer: `/${field}`, detail: 'there is nothing here to translate' });
    else if ((text.language ?? pageLocales[0]) === locale)
      problems.push({ pointer: `/${field}`, detail: `the text itself is in this language, ${locale}` });
    else if (text.translations[locale] !== undefined)
      throw new DomainError('conflict', `${namesOf[field]} has a translation into ${locale} already; none is changed.`);
  }
  if (problems.length > 0) throw refused(problems);
}

/** A new translation beside those that are there; should another process have been first, its words stay. */
function beside(column: typeof incidents.translations | typeof updates.translations, locale: Locale, text: string) {
  return sql<Translations>`json_patch(json_object(${locale}, ${text}), ${column})`;
}

const withText = (text: TranslatedText, locale: Locale, own: string): TranslatedText => ({
  ...text,
  translations: { ...text.translations, [locale]: own },
});

/** The facts of an incident with their translation, as far as one was given. */
function translatedFacts(incident: IncidentDetail, { locale, workaround, lossWhat }: NewTranslation) {
  const { loss } = incident;
  return {
    ...(workaround === undefined || incident.workaround === null
      ? {}
      : { workaround: withText(incident.workaround, locale, workaround) }),
    ...(lossWhat === undefined || loss?.kind !== 'window'
      ? {}
      : { loss: { ...loss, what: withText(loss.what, locale, lossWhat) } }),
  };
}

/**
 * Adds a translation to an update that is there, resolved or not. The page shows it at once; nobody is told again.
 * @throws DomainError `not_found`, `invalid` when the page does not have the language, `conflict` when it is translated
 */
export async function addTranslation(
  db: Database,
  incidentId: string,
  updateId: string,
  input: NewTranslation,
  actor: Actor,
  now: number,
): Promise<IncidentDetail> {
  const { locale, body, title } = input;
  await db.change(async () => {
    const incident = await requireIncident(db, incidentId);
    const update = incident.updates.find(({ id }) => id === updateId);
    if (!update) throw new DomainError('not_found', `There is no update ${updateId} of incident ${incidentId}.`);
    requireNew(textsOf(incident, update), input, (await readLanguages(db)).locales);
    const facts = translatedFacts(incident, input);
    return {
      statements: [
        db.orm
          .update(updates)
          .set({ translations: beside(updates.translations, locale, body) })
          .where(eq(updates.id, updateId)),
        db.orm
          .update(incidents)
          .set({
            // Two translations within a millisecond are two changes of the page.
            updatedAt: Math.max(now, incident.updatedAt + 1),
            ...(title === undefined ? {} : { translations: beside(incidents.translations, locale, title) }),
          })
          .where(eq(incidents.id, incidentId)),
        ...(Object.keys(facts).length === 0
          ? []
          : [
              db.orm
                .update(incidents)
                .set(facts)
                // A newer word of another process may have other facts, of which these are no translation.
                .where(and(eq(incidents.id, incidentId), eq(incidents.updateSeq, incident.updateSeq))),
            ]),
      ],
      ...record('incident.translated', incidentId, updateId, actor, now, { locale, ...facts }),
      value: undefined,
    };
  });
  return requireIncident(db, incidentId);
}
