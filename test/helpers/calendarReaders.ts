import ICAL from 'ical.js';
import nodeIcal from 'node-ical';

/** An event as a calendar program sees it. */
export type ReadEvent = {
  uid: string;
  sequence: number;
  status: string;
  summary: string;
  description: string;
  url: string;
  start: string;
  end: string;
  stamp: string;
  lastModified: string;
  transparency: string;
};

const textIn = (component: ICAL.Component, name: string) => String(component.getFirstPropertyValue(name) ?? '');
const instantIn = (component: ICAL.Component, name: string) => {
  const value = component.getFirstPropertyValue(name);
  if (!(value instanceof ICAL.Time)) throw new Error(`${name} is no time: ${value}`);
  return value.toJSDate().toISOString();
};

/** What ical.js makes of a calendar, which it reads strictly: its name and its events. */
export function readWithIcalJs(text: string): { name: string; events: ReadEvent[] } {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents('vevent').map((event) => ({
    uid: textIn(event, 'uid'),
    sequence: Number(event.getFirstPropertyValue('sequence')),
    status: textIn(event, 'status'),
    summary: textIn(event, 'summary'),
    description: textIn(event, 'description'),
    url: textIn(event, 'url'),
    start: instantIn(event, 'dtstart'),
    end: instantIn(event, 'dtend'),
    stamp: instantIn(event, 'dtstamp'),
    lastModified: instantIn(event, 'last-modified'),
    transparency: textIn(event, 'transp'),
  }));
  return { name: textIn(calendar, 'x-wr-calname'), events };
}

/** A property with parameters is an object in node-ical. */
function plain(value: unknown): string {
  const inner = typeof value === 'object' && value !== null && 'val' in value ? value.val : value;
  return String(inner ?? '');
}

/** What node-ical makes of it. */
export function readWithNodeIcal(text: string): { name: string; events: ReadEvent[] } {
  const parsed = nodeIcal.sync.parseICS(text);
  const events = Object.values(parsed).flatMap((event): ReadEvent[] => {
    if (event?.type !== 'VEVENT') return [];
    return [
      {
        uid: event.uid,
        sequence: Number(event.sequence),
        status: plain(event.status),
        summary: plain(event.summary),
        description: plain(event.description),
        url: plain(event.url),
        start: event.start.toISOString(),
        end: event.end?.toISOString() ?? '',
        stamp: event.dtstamp.toISOString(),
        lastModified: event.lastmodified?.toISOString() ?? '',
        transparency: plain(event.transparency),
      },
    ];
  });
  const calendar = Object.values(parsed).find((each) => each?.type === 'VCALENDAR');
  return { name: plain(calendar && Reflect.get(calendar, 'WR-CALNAME')), events };
}
