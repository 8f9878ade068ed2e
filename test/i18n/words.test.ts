import { describe, expect, it } from 'vitest';
import { type Locale, locales } from '#core/locale.ts';
import type { Snapshot } from '#core/snapshot.ts';
import { type ComponentState, componentStates, overallState } from '#core/status.ts';
import { wordsIn } from '../../src/i18n/words.ts';
import { calmSnapshot, outageSnapshot } from '../helpers/cast.ts';

const { clock, daysSummary, duration, instant, wholeSentence } = wordsIn('en');
const now = Date.parse('2026-11-23T02:26:12Z');

function withStates(states: Record<string, ComponentState>): Snapshot {
  const calm = calmSnapshot(now);
  const components = calm.components.map((one) => ({ ...one, state: states[one.slug] ?? one.state }));
  return { ...calm, components, state: overallState(components.map(({ state }) => state)) };
}

function allIn(state: ComponentState): Snapshot {
  return withStates(Object.fromEntries(calmSnapshot(now).components.map(({ slug }) => [slug, state])));
}

describe('the sentence on the whole state', () => {
  it('is calm when everything works', () => {
    expect(wholeSentence(calmSnapshot(now))).toBe('Everything is working.');
  });

  it('names one or two services that fail', () => {
    expect(wholeSentence(withStates({ mail: 'degraded' }))).toBe('Mail works, but not as it should.');
    expect(wholeSentence(withStates({ mail: 'major_outage', payments: 'major_outage' }))).toBe(
      'Payments and Mail are not available.',
    );
  });

  it('counts more than two, and says the worst first', () => {
    expect(wholeSentence(outageSnapshot(now))).toBe(
      '7 of 13 services are not available; Calls for entries works only in part.',
    );
  });

  it('says so when nothing is available', () => {
    expect(wholeSentence(allIn('major_outage'))).toBe('No service is available.');
  });

  it('never calls what it cannot see working', () => {
    expect(wholeSentence(allIn('unknown'))).toBe('We cannot see our services at the moment.');
  });

  it('does not claim that all is over while an incident is open', () => {
    const { incidents } = outageSnapshot(now);
    const open = { ...calmSnapshot(now), incidents };
    expect(wholeSentence(open)).toBe('Our probes see no failure, but an incident is open.');
    const watched = incidents.map((one) =>
      one.status === 'resolved' ? one : { ...one, status: 'monitoring' as const },
    );
    expect(wholeSentence({ ...open, incidents: watched })).toBe('Everything works again; we are still watching.');
  });

  it('tells planned work from a failure', () => {
    expect(wholeSentence(withStates({ mail: 'maintenance' }))).toBe('Planned work is under way on Mail.');
  });
});

describe('times in words', () => {
  it('are UTC, with the zone named', () => {
    expect(clock(now)).toBe('02:26 UTC');
    expect(instant(now, now)).toBe('23 Nov, 02:26 UTC');
  });

  it('name the year where it is another one', () => {
    expect(instant(Date.parse('2025-12-31T23:59:59Z'), now)).toBe('31 Dec 2025, 23:59 UTC');
  });

  it.each([
    [59_000, 'less than a minute'],
    [14 * 60_000, '14 min'],
    [185 * 60_000, '3 h 05 min'],
    [52 * 3_600_000, '2 d 4 h'],
  ])('measure %i ms as "%s"', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});

describe('the bars in words', () => {
  it('tell each failing day, newest first, and what nobody saw', () => {
    const { components } = outageSnapshot(now);
    const summaryOf = (slug: string) =>
      daysSummary(components.find((component) => component.slug === slug)?.days ?? [], now);
    expect(summaryOf('submissions')).toBe(
      'Last 90 days: 2 days with a failure; 23 Nov: major outage, failing for 47 min; 21 Sept: partial outage, failing for 1 h 24 min.',
    );
    expect(summaryOf('catch-up')).toBe('Last 90 days: no failure; 30 days not known.');
  });
});

/** Every sentence that the state of the whole can be. */
function sentencesIn(locale: Locale): string[] {
  const say = wordsIn(locale).wholeSentence;
  const { incidents } = outageSnapshot(now);
  const watched = incidents.map((one) => (one.status === 'resolved' ? one : { ...one, status: 'monitoring' as const }));
  return [
    calmSnapshot(now),
    withStates({ mail: 'degraded' }),
    withStates({ mail: 'major_outage', payments: 'major_outage' }),
    withStates({ mail: 'partial_outage', payments: 'partial_outage', uploads: 'partial_outage' }),
    outageSnapshot(now),
    allIn('major_outage'),
    allIn('unknown'),
    { ...calmSnapshot(now), incidents },
    { ...calmSnapshot(now), incidents: watched },
    withStates({ mail: 'maintenance' }),
    { ...calmSnapshot(now), components: [] },
  ].map((one) => say(one));
}

const summaryIn = (locale: Locale, slug: string) => {
  const { components } = outageSnapshot(now);
  return wordsIn(locale).daysSummary(components.find((component) => component.slug === slug)?.days ?? [], now);
};

describe('the same in other languages', () => {
  it('reads in Spanish', () => {
    expect(sentencesIn('es')).toMatchInlineSnapshot(`
      [
        "Todo funciona con normalidad.",
        "Mail funciona, pero no como debería.",
        "Payments y Mail no están disponibles.",
        "3 de 13 servicios solo funcionan en parte.",
        "7 de 13 servicios no están disponibles; Calls for entries solo funciona en parte.",
        "Ningún servicio está disponible.",
        "En este momento no podemos ver nuestros servicios.",
        "Nuestras sondas no ven ningún fallo, pero hay 1 incidencia abierta.",
        "Todo vuelve a funcionar; seguimos observando.",
        "Trabajos programados en curso: Mail.",
        "Todavía no se muestra aquí ningún servicio.",
      ]
    `);
    expect(summaryIn('es', 'submissions')).toMatchInlineSnapshot(
      `"Últimos 90 días: 2 días con fallos; 23 nov: interrupción grave, con fallos durante 47 min; 21 sept: interrupción parcial, con fallos durante 1 h 24 min."`,
    );
    expect(summaryIn('es', 'catch-up')).toMatchInlineSnapshot(`"Últimos 90 días: ningún fallo; 30 días sin datos."`);
  });

  it('reads in Russian', () => {
    expect(sentencesIn('ru')).toMatchInlineSnapshot(`
      [
        "Всё работает.",
        "Mail работает с перебоями.",
        "Payments и Mail не работают.",
        "3 из 13 сервисов работают лишь частично.",
        "7 из 13 сервисов не работают; Calls for entries работает лишь частично.",
        "Не работает ни один сервис.",
        "Сейчас у нас нет данных о наших сервисах.",
        "Наши проверки не видят сбоев, но 1 инцидент ещё не закрыт.",
        "Всё снова работает; мы продолжаем наблюдать.",
        "Идут плановые работы: Mail.",
        "Здесь пока не показан ни один сервис.",
      ]
    `);
    expect(summaryIn('ru', 'submissions')).toMatchInlineSnapshot(
      `"Последние 90 дней: 2 дня со сбоем; 23 нояб.: серьёзный сбой, длительность сбоя 47 мин; 21 сент.: частичный сбой, длительность сбоя 1 ч 24 мин."`,
    );
    expect(summaryIn('ru', 'catch-up')).toMatchInlineSnapshot(
      `"Последние 90 дней: сбоев не было; нет данных за 30 дней."`,
    );
  });

  it('reads in French, German, Portuguese and Italian', () => {
    const worst = (['fr', 'de', 'pt', 'it'] as const).map((locale) =>
      wordsIn(locale).wholeSentence(outageSnapshot(now)),
    );
    expect(worst).toMatchInlineSnapshot(`
      [
        "7 services sur 13 ne sont pas disponibles ; Calls for entries ne fonctionne qu’en partie.",
        "7 von 13 Diensten sind nicht verfügbar; Calls for entries funktioniert nur teilweise.",
        "7 de 13 serviços não estão disponíveis; Calls for entries só funciona em parte.",
        "7 servizi su 13 non sono disponibili; Calls for entries funziona solo in parte.",
      ]
    `);
    expect(
      (['fr', 'de', 'pt', 'it'] as const).map((locale) => summaryIn(locale, 'submissions')),
    ).toMatchInlineSnapshot(`
      [
        "90 derniers jours : 2 jours avec une panne ; 23 nov. : panne majeure, en panne pendant 47 min ; 21 sept. : panne partielle, en panne pendant 1 h 24 min.",
        "Letzte 90 Tage: 2 Tage mit Ausfall; 23. Nov.: schwerer Ausfall, gestört für 47 min; 21. Sept.: Teilausfall, gestört für 1 h 24 min.",
        "Últimos 90 dias: 2 dias com falhas; 23 de nov.: interrupção grave, com falhas durante 47 min; 21 de set.: interrupção parcial, com falhas durante 1 h 24 min.",
        "Ultimi 90 giorni: 2 giorni con guasti; 23 nov: interruzione grave, guasto per 47 min; 21 set: interruzione parziale, guasto per 1 h 24 min.",
      ]
    `);
  });

  it.each([
    [1, '1 более раннее обновление'],
    [2, '2 более ранних обновления'],
    [5, '5 более ранних обновлений'],
    [21, '21 более раннее обновление'],
    [111, '111 более ранних обновлений'],
  ])('counts %i in Russian', (count, words) => {
    expect(wordsIn('ru').earlierUpdates({ count })).toBe(words);
  });

  it('says in which language something is written', () => {
    const marks = locales
      .map((locale) => wordsIn(locale))
      .map((words) => words.writtenIn({ language: words.languageName('en') }));
    expect(marks).toEqual([
      'In English',
      'En inglés',
      'En anglais',
      'Auf Englisch',
      'Em inglês',
      'In inglese',
      'Язык: английский',
    ]);
  });

  it('begins a month with a capital, for it is a heading', () => {
    expect(locales.map((locale) => wordsIn(locale).month(now))).toEqual([
      'November 2026',
      'Noviembre de 2026',
      'Novembre 2026',
      'November 2026',
      'Novembro de 2026',
      'Novembre 2026',
      'Ноябрь 2026 г.',
    ]);
  });

  it('tells a year by its failures, its planned work and what nobody saw', () => {
    const year = {
      year: 2026,
      firstDayAt: Date.UTC(2026, 0, 1),
      states: 'oxxmuoodxu',
      failingMs: 7_800_000,
      uptime: 1,
    };
    expect(locales.map((locale) => wordsIn(locale).yearSentence(year))).toMatchInlineSnapshot(`
      [
        "4 days with a failure, failing for 2 h 10 min; 1 day with planned work; 2 days not known",
        "4 días con fallos, 2 h 10 min en total; 1 día con trabajos programados; 2 días sin datos",
        "4 jours avec une panne, 2 h 10 min au total ; 1 jour avec des travaux planifiés ; 2 jours sans données",
        "4 Tage mit Ausfall, insgesamt 2 h 10 min; 1 Tag mit geplanten Arbeiten; 2 Tage unbekannt",
        "4 dias com falhas, 2 h 10 min no total; 1 dia com trabalhos programados; 2 dias sem dados",
        "4 giorni con guasti, 2 h 10 min in tutto; 1 giorno con lavori programmati; 2 giorni senza dati",
        "4 дня со сбоем, всего 2 ч 10 мин; 1 день с плановыми работами; нет данных за 2 дня",
      ]
    `);
    const calm = { ...year, states: 'ooo', failingMs: 0 };
    expect(wordsIn('en').yearSentence(calm)).toBe('no failure');
  });

  it('writes a latency in milliseconds, and from a second on with the decimals of the language', () => {
    expect(wordsIn('en').latencyWords(999)).toBe('999 ms');
    expect(locales.map((locale) => wordsIn(locale).latencyWords(1_249))).toMatchInlineSnapshot(`
      [
        "1.2 s",
        "1,2 s",
        "1,2 s",
        "1,2 s",
        "1,2 s",
        "1,2 s",
        "1,2 с",
      ]
    `);
  });

  it('weighs uptime with the decimals of the language', () => {
    const weights = { major_outage: 1, partial_outage: 0.125, degraded: 0 };
    expect(wordsIn('de').formulaSentence(weights)).toContain('ein Teilausfall 12,5 %, eine Beeinträchtigung gar nicht');
    expect(wordsIn('en').formulaSentence(weights)).toContain('a partial outage 12.5 %, a degraded state not at all');
  });

  it('knows no service by its gender: a name stands as it is', () => {
    for (const locale of locales)
      for (const state of componentStates)
        expect(wordsIn(locale).componentSentence({ name: 'Почта', state })).toContain('Почта');
  });
});
