import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Snapshot, SnapshotMaintenance } from '#core/snapshot.ts';
import { calendared, calendarText, eventText } from '#publish/calendar.ts';
import { readWithIcalJs, readWithNodeIcal } from '../helpers/calendarReaders.ts';
import { component, friday, idOf, maintenance, pageSettings, plans, snapshot } from '../helpers/snapshot.ts';

const dayMs = 86_400_000;
const disk = maintenance('A larger disk', plans(['scheduled', 'We **move**.\n\nUploads pause.', 0]), {
  componentIds: [idOf('Uploads')],
});
const off = maintenance('Sign-in', plans(['scheduled', 'Soon.', 0], ['cancelled', 'Not this time.', 60]));
const night = snapshot({
  generatedAt: friday + 3_600_000,
  components: [component('Uploads'), component('Mail')],
  maintenances: [disk, off],
});
const calendarOf = (maintenances: SnapshotMaintenance[], part: Partial<Snapshot> = {}) =>
  calendarText(snapshot({ ...night, maintenances, ...part }), null);
const eventsOf = (maintenances: SnapshotMaintenance[]) => readWithIcalJs(calendarOf(maintenances)).events;

describe('the calendar', () => {
  it('reads the same in two readers', () => {
    const seen = readWithIcalJs(calendarText(night, null));
    expect(readWithNodeIcal(calendarText(night, null))).toEqual(seen);
    expect(seen.name).toBe('Lanterna - Planned work');
    expect(seen.events).toEqual([
      {
        uid: `${disk.id}@status.lanterna.example`,
        sequence: 0,
        status: 'CONFIRMED',
        summary: 'A larger disk',
        description: `Planned. We move.\n\nUploads pause.\n\nWhat it touches: Uploads\n\nhttps://status.lanterna.example/maintenances/${disk.id}`,
        url: `https://status.lanterna.example/maintenances/${disk.id}`,
        start: '2026-11-21T02:00:00.000Z',
        end: '2026-11-21T04:00:00.000Z',
        stamp: '2026-11-20T20:00:00.000Z',
        lastModified: '2026-11-20T20:00:00.000Z',
        transparency: 'TRANSPARENT',
      },
      expect.objectContaining({
        summary: 'Sign-in',
        status: 'CANCELLED',
        sequence: 1,
        stamp: '2026-11-20T21:00:00.000Z',
      }),
    ]);
  });

  it('keeps the identity of an event, and raises its number with what changes', () => {
    const moved = {
      ...disk,
      scheduledFromAt: disk.scheduledFromAt + dayMs,
      scheduledToAt: disk.scheduledToAt + dayMs,
      sequence: 1,
    };
    const [before, after] = [eventsOf([disk])[0], eventsOf([moved])[0]];
    expect(after?.uid).toBe(before?.uid);
    expect([before?.sequence, after?.sequence]).toEqual([0, 1]);
    expect(after?.start).toBe('2026-11-22T02:00:00.000Z');
  });

  it('is confirmed at every stage but one', () => {
    const stages = ['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled'] as const;
    const events = eventsOf(stages.map((status) => maintenance(status, plans([status, 'x', 0]))));
    expect(events.map(({ status }) => status)).toEqual([
      'CONFIRMED',
      'CONFIRMED',
      'CONFIRMED',
      'CONFIRMED',
      'CANCELLED',
    ]);
  });

  it('has the same bytes as long as nothing changes, however late it is', () => {
    expect(calendarOf([disk, off], { generatedAt: friday + 40 * dayMs, revision: 9 })).toBe(calendarText(night, null));
  });

  it('keeps what is over for ninety days', () => {
    const names = (days: number) =>
      calendared({ ...night, generatedAt: friday + 3_600_000 + days * dayMs }).map(({ title }) => title);
    expect(names(90)).toEqual(['A larger disk', 'Sign-in']);
    expect(names(91)).toEqual(['A larger disk']);
  });

  it('of one component has its own work alone, under a name and an address of its own', () => {
    const [uploads = null, mail = null] = night.components;
    const own = calendarText(night, uploads);
    expect(readWithIcalJs(own)).toMatchObject({
      name: 'Lanterna: Uploads - Planned work',
      events: [{ summary: 'A larger disk' }],
    });
    expect(own.replaceAll('\r\n ', '')).toContain(
      'SOURCE;VALUE=URI:https://status.lanterna.example/calendar.ics?component=uploads\r\n',
    );
    expect(readWithIcalJs(calendarText(night, mail)).events).toEqual([]);
  });

  it('of one maintenance is that one, the same event as in the others', () => {
    expect(readWithIcalJs(eventText(night, disk)).events).toEqual(eventsOf([disk]));
  });

  it('asks to be read again each hour, alarms nobody, and invites nobody', () => {
    const text = calendarText(night, null);
    for (const line of [
      'VERSION:2.0',
      'METHOD:PUBLISH',
      'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
      'X-PUBLISHED-TTL:PT1H',
    ])
      expect(text).toContain(`\r\n${line}\r\n`);
    expect(text).not.toMatch(/VALARM|ATTENDEE|ATTACH|ORGANIZER/);
  });

  it('speaks the first language of the page', () => {
    const words = plans(['scheduled', 'Wir ziehen um.', 0]).map((update) => ({
      ...update,
      language: 'de' as const,
      translations: { en: 'We move.' },
    }));
    const german = maintenance('Größere Platte', words, { language: 'de', translations: { en: 'A larger disk' } });
    const inEnglish = readWithIcalJs(calendarOf([german])).events[0];
    expect([inEnglish?.summary, inEnglish?.description.split('\n')[0]]).toEqual(['A larger disk', 'Planned. We move.']);
    const page = pageSettings({ locales: ['de', 'en'] });
    const [event] = readWithIcalJs(calendarText(snapshot({ page, maintenances: [german] }), null)).events;
    expect(event?.summary).toBe('Größere Platte');
  });
});

describe('hostile words in a calendar', () => {
  const hostile = [
    'END:VEVENT\r\nEND:VCALENDAR\r\nBEGIN:VEVENT',
    'a\r\nATTENDEE:mailto:x@example.org',
    'semi;colon, comma \\ backslash \\, \\; "quoted" a:b=c',
    '\u0000\u0007\u001b[31m\u007f\u0085\ud800',
    '🎬'.repeat(60),
    'ñ'.repeat(73),
    `${'x'.repeat(63)}🎬🎬`,
    '<script>alert(1)</script> & {{7*7}} %0d%0aX',
    '\u202eevil\u202c \u2028 \u2029 שלום',
    '\n\n\t tab',
  ];

  /** RFC 5545 section 3.1: lines of at most 75 octets, each with its break, and no line that we did not mean. */
  function expectWellFormed(text: string, events: number): void {
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
    const lines = text.slice(0, -2).split('\r\n');
    for (const line of lines) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being looked for
      expect(line).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
    }
    const unfolded = text.replaceAll('\r\n ', '').split('\r\n');
    expect(unfolded.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(events);
    expect(unfolded.filter((line) => line === 'END:VEVENT')).toHaveLength(events);
    expect(unfolded.filter((line) => line === 'END:VCALENDAR')).toHaveLength(1);
    expect(unfolded.filter((line) => /^(ATTENDEE|X[^-])/.test(line))).toEqual([]);
  }

  it.each(hostile)('are words and nothing else: %j', (words) => {
    const bad = maintenance('bad', plans(['scheduled', words, 0]), { title: words, componentIds: [idOf('Uploads')] });
    const page = pageSettings({ name: words });
    const of = snapshot({
      ...night,
      page,
      components: [component('Uploads', { name: words })],
      maintenances: [bad, disk],
    });
    const text = calendarText(of, of.components[0] ?? null);
    expectWellFormed(text, 2);
    expectWellFormed(eventText(of, bad), 1);
    expect(readWithNodeIcal(calendarText(of, null)).events).toEqual(readWithIcalJs(calendarText(of, null)).events);
  });

  it('are told apart from the escapes of the format', () => {
    // node-ical takes an escaped backslash before an n for a line break; ical.js does as RFC 5545 section 3.3.11 says.
    const words = String.raw`C:\new \N \\n`;
    const [event] = eventsOf([maintenance('x', plans(['scheduled', words, 0]), { title: words })]);
    expect(event?.summary).toBe(words);
    expect(event?.description).toContain(words);
  });

  it('come back as they were, in both readers', () => {
    const printable = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).map((text) =>
      // What no calendar may carry is not sent; what is sent arrives.
      text
        .toWellFormed()
        .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffe\uffff\ufffd]/gu, '')
        .replace(/ {2,}/g, ' ')
        .replace(/\\(?=n)/gi, '')
        .trim(),
    );
    fc.assert(
      fc.property(printable, printable, (title, body) => {
        const words = plans(['scheduled', body.replaceAll('*', ''), 0]);
        const text = calendarOf([maintenance('x', words, { title })]);
        expectWellFormed(text, 1);
        for (const read of [readWithIcalJs, readWithNodeIcal]) {
          const [event] = read(text).events;
          expect(event?.summary).toBe(title);
          expect(event?.description).toContain(body.replaceAll('*', '').trim());
        }
      }),
      { numRuns: 300 },
    );
  });
});
