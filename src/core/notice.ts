import type { IncidentStatus } from './incident.ts';
import type { PlainLoss } from './loss.ts';
import type { MaintenanceStatus } from './maintenance.ts';
import type { ComponentState } from './status.ts';

/** What a subscriber is told, as a value; `src/notify/letter.ts` makes a letter of it. */
export type Notice =
  /** Asks whether it was really them who asked to be told. */
  | { kind: 'confirmation' }
  | { kind: 'incident'; incident: NoticeIncident; update: NoticeUpdate }
  | { kind: 'maintenance'; maintenance: NoticeMaintenance; update: NoticeMaintenanceUpdate };

export type NoticeIncident = {
  id: string;
  title: string;
  startedAt: number;
  resolvedAt: number | null;
  /** What it concerns, with the state of each. */
  components: readonly { name: string; state: ComponentState }[];
  /** Markdown; null where nobody knows a way around. */
  workaround: string | null;
  loss: PlainLoss | null;
};

export type NoticeUpdate = {
  status: IncidentStatus;
  /** Markdown, as staff wrote it in the first language of the page. */
  body: string;
  at: number;
  /** The promise made with this update; null when none was, or when a newer update has replaced it. */
  nextUpdateDueAt: number | null;
};

export type NoticeMaintenance = {
  id: string;
  title: string;
  /** As they are when the notice is written. */
  scheduledFromAt: number;
  scheduledToAt: number;
  /** Names of what it touches. */
  components: readonly string[];
};

export type NoticeMaintenanceUpdate = {
  status: MaintenanceStatus;
  /** Markdown, as staff wrote it in the first language of the page. */
  body: string;
  at: number;
};

// Line breaks would end a mail header; the rest reorders or hides text in an inbox.
const unprintable = /[\p{Cc}\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** Text as one line that shows what it is: no breaks, control characters or changes of direction. */
export function oneLine(text: string): string {
  return text.replace(unprintable, ' ').replace(/ {2,}/g, ' ').trim();
}

function matterOf(notice: Notice): string {
  switch (notice.kind) {
    case 'confirmation':
      return 'Please confirm your subscription';
    case 'incident':
      return notice.incident.title;
    case 'maintenance':
      return `Planned work: ${notice.maintenance.title}`;
  }
}

/** The subject: the same for every update of one incident or maintenance, so that they form one thread. */
export function subjectOf(notice: Notice, pageName: string): string {
  return oneLine(`[${pageName}] ${matterOf(notice)}`);
}
