import { listNames } from '#core/incident.ts';
import { plainText } from '#core/markdown.ts';
import type { Notice, NoticeIncident, NoticeMaintenance, NoticeMaintenanceUpdate, NoticeUpdate } from '#core/notice.ts';
import { wordsIn } from '../i18n/words.ts';

/** Mails are written in one language. */
const { statesInline, statuses: statusWords, loss: lossWords, maintenance: maintenanceWords, ...words } = wordsIn('en');

/** The page that writes. */
export type Page = { name: string /** Public origin without trailing slash. */; url: string };

/** What a letter says, before it is set in HTML or plain text. */
export type Words = {
  heading: string;
  /** The line under the heading: how it stands, and when this was written. */
  dateline: string | null;
  /** Markdown. */
  body: string;
  /** A part under a heading of its own, Markdown. */
  aside: { heading: string; body: string } | null;
  facts: { name: string; value: string }[];
  /** The one link a reader would follow; without a URL it is the reader's own. */
  action: { label: string; url: string | null };
  /** Why this was sent. */
  reason: string;
  /** What the reader's own link does, where it is not the action. */
  farewell: string | null;
};

/** Whole, since a mail is read on another day and in another zone. */
const { wholeInstant } = words;

function nextUpdate({ status, nextUpdateDueAt }: NoticeUpdate): string {
  if (status === 'resolved') return 'None; this was the last one on this incident';
  return nextUpdateDueAt === null ? 'When there is news' : `No later than ${wholeInstant(nextUpdateDueAt)}`;
}

function affected({ components }: NoticeIncident, resolved: boolean): string {
  return listNames(
    components.map(({ name, state }) =>
      resolved || state === 'operational' ? name : `${name} (${statesInline[state]})`,
    ),
  );
}

function lossFacts({ loss }: NoticeIncident): Words['facts'] {
  if (loss === null) return [];
  if (loss.kind === 'none') return [{ name: lossWords.title, value: lossWords.none }];
  const { what, fromAt, toAt, recovery } = loss;
  return [
    { name: lossWords.title, value: `${what}, from ${wholeInstant(fromAt)} to ${wholeInstant(toAt)}` },
    { name: lossWords.recovery, value: lossWords.recoveries[recovery] },
  ];
}

function incidentWords(incident: NoticeIncident, update: NoticeUpdate, page: Page): Words {
  const resolved = update.status === 'resolved';
  const facts = [
    { name: resolved ? 'Was affected' : 'Affected', value: affected(incident, resolved) },
    { name: 'Began', value: wholeInstant(incident.startedAt) },
    { name: 'Resolved', value: resolved ? wholeInstant(incident.resolvedAt ?? update.at) : '' },
    ...lossFacts(incident),
    { name: 'Next update', value: nextUpdate(update) },
  ];
  return {
    heading: incident.title,
    dateline: `${statusWords[update.status]} · ${wholeInstant(update.at)}`,
    body: update.body,
    aside: incident.workaround === null || resolved ? null : { heading: words.workaround, body: incident.workaround },
    facts: facts.filter((fact) => fact.value !== ''),
    action: { label: 'Follow this incident', url: `${page.url}/incidents/${incident.id}` },
    reason: `You get this because you asked ${page.name} to tell you about incidents.`,
    farewell: 'Unsubscribe',
  };
}

function plannedWords(maintenance: NoticeMaintenance, update: NoticeMaintenanceUpdate, page: Page): Words {
  const { id, title, scheduledFromAt, scheduledToAt, components } = maintenance;
  const { status, at, body } = update;
  const facts = [
    { name: maintenanceWords.facts.from, value: wholeInstant(scheduledFromAt) },
    { name: maintenanceWords.facts.to, value: wholeInstant(scheduledToAt) },
    { name: maintenanceWords.touches, value: listNames(components) },
  ];
  return {
    heading: title,
    dateline: `${maintenanceWords.title}: ${maintenanceWords.statuses[status].toLowerCase()} · ${wholeInstant(at)}`,
    body,
    aside: null,
    facts: facts.filter((fact) => fact.value !== ''),
    action: { label: 'Follow this work, or take it into your calendar', url: `${page.url}/maintenances/${id}` },
    reason: `You get this because you asked ${page.name} to tell you about incidents and planned work.`,
    farewell: 'Unsubscribe',
  };
}

function confirmationWords(page: Page): Words {
  return {
    heading: 'Please confirm your subscription',
    dateline: null,
    body: `Somebody, most likely you, asked us to write to this address whenever an incident is opened, updated or resolved, and when work is planned.\n\nIf it was you, please confirm it within 48 hours.`,
    aside: null,
    facts: [],
    action: { label: 'Confirm my subscription', url: null },
    reason: `This was sent by ${page.name}, ${page.url}. If it was not you, do nothing: no more will come, and we forget this address after seven days.`,
    farewell: null,
  };
}

/** What a notice says. */
export function wordsOf(notice: Notice, page: Page): Words {
  switch (notice.kind) {
    case 'confirmation':
      return confirmationWords(page);
    case 'incident':
      return incidentWords(notice.incident, notice.update, page);
    case 'maintenance':
      return plannedWords(notice.maintenance, notice.update, page);
  }
}

/** The line an inbox shows beside the subject. */
export function previewOf(words: Words): string {
  const [state] = words.dateline?.split(' · ') ?? [];
  const text = plainText(words.body).replace(/\s+/g, ' ').slice(0, 140);
  return state ? `${state}: ${text}` : text;
}
