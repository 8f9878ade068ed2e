import ical, {
  escape as escapeText,
  ICalCalendarMethod,
  type ICalEventData,
  ICalEventStatus,
  ICalEventTransparency,
} from 'ical-generator';
import { textFor } from '#core/locale.ts';
import { isAhead } from '#core/maintenance.ts';
import { plainText } from '#core/markdown.ts';
import { oneLine } from '#core/notice.ts';
import { bodyText, defaultLocale, type Snapshot, type SnapshotMaintenance, titleText } from '#core/snapshot.ts';
import { wordsIn } from '../i18n/words.ts';
import { calendarPath, feedAddress } from './feedAddress.ts';
import { cleanText } from './feedText.ts';

/** What is over stays so long: a calendar that reads seldom must still learn that something was called off. */
const keptMs = 90 * 86_400_000;
/** How often calendars are asked to look (RFC 7986 section 5.7). */
const refreshSeconds = 3_600;

/** The work that calendars are shown: what is ahead, and what ended not long ago. */
export function calendared({ maintenances, generatedAt }: Snapshot): SnapshotMaintenance[] {
  return maintenances.filter((one) => isAhead(one) || (one.endedAt ?? 0) >= generatedAt - keptMs);
}

/** Text of several lines; readers that know fewer line breaks than Unicode would lose all of it. */
function proseOf(body: string): string {
  return plainText(cleanText(body).replace(/[\u2028\u2029]/g, '\n'));
}

function eventOf(snapshot: Snapshot, maintenance: SnapshotMaintenance): ICalEventData {
  const { page, components } = snapshot;
  const { locale, names, maintenance: words } = wordsIn(defaultLocale(snapshot));
  const { id, sequence, status, createdAt, updatedAt, updates, componentIds } = maintenance;
  const newest = updates[0] && textFor(bodyText(updates[0]), locale, locale).text;
  const touched = components
    .filter((component) => componentIds.includes(component.id))
    .map(({ name }) => oneLine(name));
  const url = `${page.url}/maintenances/${id}`;
  const description = [
    `${words.statuses[status]}. ${proseOf(newest ?? '')}`,
    ...(touched.length > 0 ? [`${words.touches}: ${names(touched)}`] : []),
    url,
  ].join('\n\n');
  return {
    id: `${id}@${new URL(page.url).hostname}`,
    sequence,
    // All of them by the last change: a calendar that has not changed has the same bytes.
    stamp: new Date(updatedAt),
    created: new Date(createdAt),
    lastModified: new Date(updatedAt),
    start: new Date(maintenance.scheduledFromAt),
    end: new Date(maintenance.scheduledToAt),
    summary: oneLine(cleanText(textFor(titleText(maintenance), locale, locale).text)),
    description,
    url,
    status: status === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    // Work on our side takes up none of the reader's time.
    transparency: ICalEventTransparency.TRANSPARENT,
  };
}

/**
 * A calendar of planned work (RFC 5545, with the names and the refreshing of RFC 7986), in the first language of the page.
 * @param source its own address, from the root
 * @param name what it is called, beside the page
 */
function calendarOf(
  snapshot: Snapshot,
  maintenances: readonly SnapshotMaintenance[],
  source: string,
  name: string,
): string {
  const { page } = snapshot;
  const calendar = ical({
    prodId: { company: 'Intermission', product: 'Status page', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
    // The library writes names as they are; they are TEXT (RFC 7986 section 5.1).
    name: escapeText(oneLine(cleanText(name)), false),
    source: page.url + source,
    url: page.url + source,
    ttl: refreshSeconds,
    events: maintenances.map((maintenance) => eventOf(snapshot, maintenance)),
  });
  // Every line ends with a break, the last one too (RFC 5545 section 3.1).
  return `${calendar.toString()}\r\n`;
}

/** The calendar of everything, or of one component. */
export function calendarText(snapshot: Snapshot, component: Snapshot['components'][number] | null): string {
  const { page } = snapshot;
  const { maintenance: words } = wordsIn(defaultLocale(snapshot));
  const shown = calendared(snapshot).filter(
    ({ componentIds }) => component === null || componentIds.includes(component.id),
  );
  const address = feedAddress(calendarPath, { component: component?.slug ?? null, perUpdate: false });
  const subject = component === null ? page.name : `${page.name}: ${component.name}`;
  return calendarOf(snapshot, shown, address, `${subject} - ${words.title}`);
}

/** The address of one maintenance as a calendar of its own. */
export function eventPath({ id }: Pick<SnapshotMaintenance, 'id'>): string {
  return `/maintenances/${id}.ics`;
}

/** One maintenance alone, to be taken into a calendar by hand. */
export function eventText(snapshot: Snapshot, maintenance: SnapshotMaintenance): string {
  return calendarOf(snapshot, [maintenance], eventPath(maintenance), maintenance.title);
}
