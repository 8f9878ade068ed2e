import { join } from 'node:path';
import { pino } from 'pino';
import type { Postmortem } from '#core/postmortem.ts';
import type { Snapshot, SnapshotIncident } from '#core/snapshot.ts';
import { openShelf } from '../../src/postmortems.ts';
import { calmSnapshot, outageSnapshot, wideOutageSnapshot } from './cast.ts';
import { openStage, type Stage } from './stage.ts';

/** The cast in the situations that a page must look well in. */

export const sceneNames = ['calm', 'outage', 'long', 'rtl', 'wide'] as const;
export type SceneName = (typeof sceneNames)[number];

/** What the house itself has learned, as it is on the shelf. */
function shelved(): Promise<Postmortem[]> {
  return openShelf(join(import.meta.dirname, '../../content/incidents'), pino({ level: 'silent' })).read();
}

/** The newest incident with another title and another newest update. */
function retold(snapshot: Snapshot, title: string, body: string): Snapshot {
  const retell = (incident: SnapshotIncident): SnapshotIncident => ({
    ...incident,
    title,
    updates: incident.updates.map((update, index) => (index === 0 ? { ...update, body } : update)),
  });
  return {
    ...snapshot,
    incidents: snapshot.incidents.map((incident, index) => (index === 0 ? retell(incident) : incident)),
  };
}

const compound = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';

/** Words as long as people, languages and machines make them. */
function longSnapshot(now: number): Snapshot {
  const body = `The copy stands at https://lanterna.example/${'very-long-address/'.repeat(9)} and its digest is

\`\`\`
sha256:${'0123456789abcdef'.repeat(8)}
\`\`\`

1. ${compound}, ${'which has a longer sentence behind it than any festival would read, '.repeat(5)}
   - and \`${'a_name_without_any_break_in_it'.repeat(4)}\`
2. [a link whose text is ${'long '.repeat(30)}](https://lanterna.example/)

> Somebody said so.

### And a heading, since Markdown has them

| Service | Since when it works again |
| --- | --- |
| ${compound} | ${'a cell with more in it than a telephone is wide, '.repeat(3)} |

---

The end.`;
  const night = retold(
    outageSnapshot(now),
    `${compound}: ${'an outage with a title as long as the house lets it be, '.repeat(2)}`,
    body,
  );
  return {
    ...night,
    page: { ...night.page, name: `The ${compound} Festival of Short Films` },
    components: night.components.map((component, index) => ({
      ...component,
      name: index % 3 === 0 ? `${component.name} ${compound}` : component.name,
      description: index % 4 === 0 ? 'What it is for, told at length. '.repeat(12).trim() : component.description,
    })),
  };
}

/** A house that writes from left to right, and one night from right to left. */
function rightToLeftSnapshot(now: number): Snapshot {
  const night = retold(
    outageSnapshot(now),
    'מסד הנתונים (Main database) אינו זמין, 48 שעות',
    `הדיסק של **מסד הנתונים** נכשל. המועדים מוארכים ב-48 שעות.

- הסרטים שמורים במקום אחר.
- אל תשלמו שוב: https://lanterna.example/help

The same in short (ערב טוב): deadlines move by 48 hours.

نحن نعمل على الإصلاح.`,
  );
  return {
    ...night,
    components: night.components.map((component) =>
      component.slug === 'jury-room' ? { ...component, name: 'חדר השופטים (A)' } : component,
    ),
  };
}

const scenes: Record<SceneName, (now: number) => Snapshot> = {
  calm: calmSnapshot,
  outage: outageSnapshot,
  long: longSnapshot,
  rtl: rightToLeftSnapshot,
  wide: wideOutageSnapshot,
};

/** A scene of this moment on a stage, with what is on the shelf. */
export async function openScene(name: SceneName): Promise<Stage> {
  const postmortems = await shelved();
  return openStage((url) => {
    const snapshot = scenes[name](Date.now());
    return { ...snapshot, page: { ...snapshot.page, url }, postmortems };
  });
}

/** The kinds of pages that a reader may come to. */
export const pageKinds = [
  'home',
  'incident',
  'past',
  'history',
  'component',
  'postmortems',
  'postmortem',
  'subscribe',
  'confirm',
  'missing',
  'frame',
] as const;
export type PageKind = (typeof pageKinds)[number];

/** The address of one page of every kind. */
export function pagesOf({ snapshot: { incidents, postmortems } }: Stage): Record<PageKind, string> {
  return {
    home: '/',
    incident: `/incidents/${incidents[0]?.id}`,
    past: `/incidents/${incidents.at(-1)?.id}`,
    history: '/history',
    component: '/components/screening-room',
    postmortems: '/postmortems',
    postmortem: `/postmortems/${postmortems[0]?.slug}`,
    subscribe: '/subscribe',
    confirm: '/subscribe/confirm',
    missing: '/nothing-here',
    frame: '/embed/frame',
  };
}
