import type { Locale, PageLocales, TranslatedText, Translations } from './locale.ts';

/** What the probes found, as far as a first post may say it. Names, not ids. */
export type Finding = { cause: string; suspected: boolean; affected: readonly string[] };

/**
 * The sentences that probes and the clock write themselves, in one language: what is felt, not why. Those of the probes
 * promise nothing, and say that a machine wrote them. Whether a verb is singular depends on there being one name, not on how a number is
 * read out: "A and B" is plural in every language here.
 */
export type AutomaticWords = {
  /** Title of an incident that the probes opened. */
  title: (finding: Finding) => string;
  firstPost: (finding: Finding) => string;
  /** Something fails again that had come back. */
  relapse: (names: readonly string[]) => string;
  /** Something deeper explains an incident that is open. */
  cause: (finding: Finding) => string;
  /** Everything named in the incident answers again. */
  recovery: (names: readonly string[], resolved: boolean) => string;
  /** Planned work begins, and nobody found words of their own. */
  beginning: string;
  /** The same where it is done. */
  completion: string;
};

/** Names in a sentence of that language: "A", "A and B", "A, B and C". */
const lister = (tag: string) => {
  const format = new Intl.ListFormat(tag, { type: 'conjunction' });
  return (names: readonly string[]) => format.format(names);
};

const verb = (names: readonly string[], one: string, many: string) => (names.length === 1 ? one : many);

/** The first post, of sentences: what fell, what fell with it, and who speaks next. */
const post = (felt: string, reach: string, affected: readonly string[], end: string) =>
  `${felt}${affected.length > 0 ? ` ${reach}` : ''}\n\n${end}`;

function english(): AutomaticWords {
  const list = lister('en-GB');
  const end = 'This was noticed automatically; the next words here come from our staff.';
  return {
    title: ({ cause, suspected }) => (suspected ? 'Several services are not available' : `${cause} is not available`),
    firstPost: ({ cause, suspected, affected }) =>
      suspected
        ? `${list(affected)} stopped answering at the same time. **${cause}**, on which they stand, is suspected.\n\n${end}`
        : post(
            `**${cause}** does not answer our probes.`,
            `Not available because of it: ${list(affected)}.`,
            affected,
            end,
          ),
    relapse: (names) => `${list(names)} ${verb(names, 'has', 'have')} stopped answering our probes again.`,
    cause: ({ cause, affected }) => `These failures share one cause: **${cause}**. Affected by it: ${list(affected)}.`,
    recovery: (names, resolved) =>
      `${list(names)} ${verb(names, 'answers', 'answer')} our probes again. ${
        resolved
          ? 'This was noticed automatically.'
          : 'We keep watching; our staff will close this incident when they are sure.'
      }`,
    beginning: 'The planned work has begun. We say here when it is done.',
    completion: 'The planned work is done.',
  };
}

function spanish(): AutomaticWords {
  const list = lister('es');
  const end = 'Esto se detectó automáticamente; el próximo mensaje aquí será de nuestro equipo.';
  return {
    title: ({ cause, suspected }) =>
      suspected ? 'Varios servicios no están disponibles' : `${cause} no está disponible`,
    firstPost: ({ cause, suspected, affected }) =>
      suspected
        ? `${list(affected)} dejaron de responder al mismo tiempo. La causa probable es **${cause}**, de la que dependen.\n\n${end}`
        : post(
            `**${cause}** no responde a nuestras sondas.`,
            `Sin servicio por esta causa: ${list(affected)}.`,
            affected,
            end,
          ),
    relapse: (names) => `${list(names)} ${verb(names, 'ha', 'han')} dejado otra vez de responder a nuestras sondas.`,
    cause: ({ cause, affected }) =>
      `Estos fallos tienen una misma causa: **${cause}**. Servicios afectados: ${list(affected)}.`,
    recovery: (names, resolved) =>
      `${list(names)} ${verb(names, 'responde', 'responden')} de nuevo a nuestras sondas. ${
        resolved
          ? 'Esto se detectó automáticamente.'
          : 'Seguimos observando; nuestro equipo cerrará este incidente cuando esté seguro.'
      }`,
    beginning: 'Los trabajos programados han comenzado. Avisaremos aquí cuando terminen.',
    completion: 'Los trabajos programados han terminado.',
  };
}

function french(): AutomaticWords {
  const list = lister('fr');
  const end = 'Cela a été constaté automatiquement ; le prochain message ici viendra de notre équipe.';
  return {
    title: ({ cause, suspected }) =>
      suspected ? 'Plusieurs services ne sont pas disponibles' : `${cause} n’est pas disponible`,
    firstPost: ({ cause, suspected, affected }) =>
      suspected
        ? `${list(affected)} ont cessé de répondre au même moment. La cause probable est **${cause}**, dont ils dépendent.\n\n${end}`
        : post(
            `**${cause}** ne répond pas à nos sondes.`,
            `Hors service pour cette raison : ${list(affected)}.`,
            affected,
            end,
          ),
    relapse: (names) => `${list(names)} ${verb(names, 'a', 'ont')} de nouveau cessé de répondre à nos sondes.`,
    cause: ({ cause, affected }) =>
      `Ces pannes ont une même cause : **${cause}**. Services touchés : ${list(affected)}.`,
    recovery: (names, resolved) =>
      `${list(names)} ${verb(names, 'répond', 'répondent')} de nouveau à nos sondes. ${
        resolved
          ? 'Cela a été constaté automatiquement.'
          : 'Nous continuons de surveiller ; notre équipe clôturera cet incident quand elle en sera sûre.'
      }`,
    beginning: 'Les travaux planifiés ont commencé. Nous dirons ici quand ils seront terminés.',
    completion: 'Les travaux planifiés sont terminés.',
  };
}

function german(): AutomaticWords {
  const list = lister('de');
  const end = 'Das wurde automatisch bemerkt; die nächste Nachricht hier kommt von unserem Team.';
  return {
    title: ({ cause, suspected }) =>
      suspected ? 'Mehrere Dienste sind nicht verfügbar' : `${cause} ist nicht verfügbar`,
    firstPost: ({ cause, suspected, affected }) =>
      suspected
        ? `${list(affected)} haben gleichzeitig aufgehört zu antworten. Vermutete Ursache ist **${cause}**, worauf sie aufbauen.\n\n${end}`
        : post(
            `**${cause}** antwortet unseren Sonden nicht.`,
            `Deshalb nicht verfügbar: ${list(affected)}.`,
            affected,
            end,
          ),
    relapse: (names) => `${list(names)} ${verb(names, 'antwortet', 'antworten')} unseren Sonden wieder nicht mehr.`,
    cause: ({ cause, affected }) =>
      `Diese Ausfälle haben eine gemeinsame Ursache: **${cause}**. Davon betroffen: ${list(affected)}.`,
    recovery: (names, resolved) =>
      `${list(names)} ${verb(names, 'antwortet', 'antworten')} unseren Sonden wieder. ${
        resolved
          ? 'Das wurde automatisch bemerkt.'
          : 'Wir beobachten weiter; unser Team schließt diesen Vorfall, sobald es sicher ist.'
      }`,
    beginning: 'Die geplanten Arbeiten haben begonnen. Wir sagen hier, wenn sie abgeschlossen sind.',
    completion: 'Die geplanten Arbeiten sind abgeschlossen.',
  };
}

function portuguese(): AutomaticWords {
  const list = lister('pt');
  const end = 'Isto foi percebido automaticamente; a próxima mensagem aqui virá do nosso pessoal.';
  return {
    title: ({ cause, suspected }) =>
      suspected ? 'Vários serviços não estão disponíveis' : `${cause} não está disponível`,
    firstPost: ({ cause, suspected, affected }) =>
      suspected
        ? `${list(affected)} deixaram de responder ao mesmo tempo. A causa provável é **${cause}**, da qual dependem.\n\n${end}`
        : post(
            `**${cause}** não responde às nossas sondas.`,
            `Fora de serviço por essa causa: ${list(affected)}.`,
            affected,
            end,
          ),
    relapse: (names) => `${list(names)} ${verb(names, 'deixou', 'deixaram')} novamente de responder às nossas sondas.`,
    cause: ({ cause, affected }) =>
      `Estas falhas têm uma causa comum: **${cause}**. Serviços afetados: ${list(affected)}.`,
    recovery: (names, resolved) =>
      `${list(names)} ${verb(names, 'responde', 'respondem')} de novo às nossas sondas. ${
        resolved
          ? 'Isto foi percebido automaticamente.'
          : 'Continuamos a observar; o nosso pessoal encerrará este incidente quando tiver certeza.'
      }`,
    beginning: 'Os trabalhos programados começaram. Diremos aqui quando terminarem.',
    completion: 'Os trabalhos programados terminaram.',
  };
}

function italian(): AutomaticWords {
  const list = lister('it');
  const end = 'È stato rilevato automaticamente; il prossimo messaggio qui sarà del nostro personale.';
  return {
    title: ({ cause, suspected }) =>
      suspected ? 'Diversi servizi non sono disponibili' : `${cause} non è disponibile`,
    firstPost: ({ cause, suspected, affected }) =>
      suspected
        ? `${list(affected)} hanno smesso di rispondere nello stesso momento. La causa probabile è **${cause}**, da cui dipendono.\n\n${end}`
        : post(
            `**${cause}** non risponde alle nostre sonde.`,
            `Fuori servizio per questo motivo: ${list(affected)}.`,
            affected,
            end,
          ),
    relapse: (names) => `${list(names)} ${verb(names, 'ha', 'hanno')} smesso di nuovo di rispondere alle nostre sonde.`,
    cause: ({ cause, affected }) =>
      `Questi guasti hanno una causa comune: **${cause}**. Servizi coinvolti: ${list(affected)}.`,
    recovery: (names, resolved) =>
      `${list(names)} ${verb(names, 'risponde', 'rispondono')} di nuovo alle nostre sonde. ${
        resolved
          ? 'È stato rilevato automaticamente.'
          : 'Continuiamo a osservare; il nostro personale chiuderà questo incidente quando ne sarà certo.'
      }`,
    beginning: 'I lavori programmati sono iniziati. Diremo qui quando saranno conclusi.',
    completion: 'I lavori programmati sono conclusi.',
  };
}

function russian(): AutomaticWords {
  const list = lister('ru');
  const end = 'Это замечено автоматически; следующее сообщение здесь напишут наши сотрудники.';
  return {
    // Verbs of the present tense: past tenses and adjectives would have to know the gender of a name.
    title: ({ cause, suspected }) => (suspected ? 'Не работают сразу несколько сервисов' : `${cause} не работает`),
    firstPost: ({ cause, suspected, affected }) =>
      suspected
        ? `Одновременно перестали отвечать: ${list(affected)}. Вероятная причина — **${cause}**, от которой они зависят.\n\n${end}`
        : post(
            `**${cause}** не отвечает на наши проверки.`,
            `Из-за этого не ${verb(affected, 'работает', 'работают')}: ${list(affected)}.`,
            affected,
            end,
          ),
    relapse: (names) => `${list(names)} снова не ${verb(names, 'отвечает', 'отвечают')} на наши проверки.`,
    cause: ({ cause, affected }) => `У этих сбоев одна причина — **${cause}**. Затронуты: ${list(affected)}.`,
    recovery: (names, resolved) =>
      `${list(names)} снова ${verb(names, 'отвечает', 'отвечают')} на наши проверки. ${
        resolved
          ? 'Это замечено автоматически.'
          : 'Мы продолжаем наблюдать; наши сотрудники закроют этот инцидент, когда убедятся, что всё в порядке.'
      }`,
    beginning: 'Плановые работы начались. Мы сообщим здесь, когда они завершатся.',
    completion: 'Плановые работы завершены.',
  };
}

/** By language; each is a function of what was found. */
const automaticWords: Readonly<Record<Locale, AutomaticWords>> = {
  en: english(),
  es: spanish(),
  fr: french(),
  de: german(),
  pt: portuguese(),
  it: italian(),
  ru: russian(),
};

/** One sentence of the probes or the clock in every language of a page, each written for itself. */
export function automaticText(
  pageLocales: PageLocales,
  write: (words: AutomaticWords, locale: Locale) => string,
): TranslatedText {
  const [language, ...others] = pageLocales;
  const translations: Translations = {};
  for (const locale of others) translations[locale] = write(automaticWords[locale], locale);
  return { text: write(automaticWords[language], language), language, translations };
}
