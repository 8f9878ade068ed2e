import type { Impact, IncidentRole, IncidentStatus } from '#core/incident.ts';
import type { MaintenanceStatus } from '#core/maintenance.ts';
import type { ComponentState } from '#core/status.ts';

/** What happened to the cast, and the words that were found for it. */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

type Words = { status: IncidentStatus; at: number; body: string; automatic?: boolean };
export type Story = {
  title: string;
  impact: Impact;
  components: readonly (readonly [slug: string, role: IncidentRole, state: ComponentState])[];
  /** Oldest first. */
  words: readonly Words[];
  nextUpdateDueAt?: number;
};

/** Four resolved incidents of the last weeks. */
export function pastStories(now: number): Story[] {
  const at = (daysAgo: number, hours: number) => Math.floor(now / dayMs) * dayMs - daysAgo * dayMs + hours * hourMs;
  return [
    {
      title: 'Receipts and invitations arrive late',
      impact: 'minor',
      components: [['mail', 'cause', 'degraded']],
      words: [
        {
          status: 'investigating',
          at: at(4, 9.2),
          body: 'Mail from us may arrive up to an hour late. Nothing is lost; entries are recorded the moment you send them.',
        },
        {
          status: 'monitoring',
          at: at(4, 10.3),
          body: 'Our mail provider has cleared its queue. New mail goes out at once; the last late letters follow within minutes.',
        },
        { status: 'resolved', at: at(4, 10.8), body: 'All mail has been delivered. **Nothing was lost.**' },
      ],
    },
    {
      title: 'Some card payments are refused',
      impact: 'major',
      components: [['payments', 'cause', 'partial_outage']],
      words: [
        {
          status: 'investigating',
          at: at(9, 17.1),
          automatic: true,
          body: '**Payments** does not answer our probes.\n\nThis was noticed automatically. Our staff have been told, and the next words here will be theirs.',
        },
        {
          status: 'identified',
          at: at(9, 17.25),
          body: 'Cards issued in some countries are refused by our payment provider. Other cards and bank transfer work. **No one is charged twice.**',
        },
        {
          status: 'resolved',
          at: at(9, 17.9),
          body: 'The provider has repaired its connection. Every refused payment can be tried again; deadlines of that evening are extended by one day.',
        },
      ],
    },
    {
      title: 'Screening room starts slowly',
      impact: 'minor',
      components: [['screening-room', 'cause', 'degraded']],
      words: [
        {
          status: 'investigating',
          at: at(23, 22),
          body: 'Films take up to twenty seconds to begin. Once they run, they run well.',
        },
        {
          status: 'resolved',
          at: at(22, 2.5),
          body: 'A cache was too small for the evening. It is now three times the size. Nothing was lost.',
        },
      ],
    },
    {
      title: 'The television channel was dark for twelve minutes',
      impact: 'critical',
      components: [['television', 'cause', 'major_outage']],
      words: [
        {
          status: 'investigating',
          at: at(34, 20),
          body: 'The channel shows a black picture. We are switching to the second encoder.',
        },
        {
          status: 'resolved',
          at: at(34, 20.2),
          body: 'The channel is back on the second encoder; the film of the evening began again from the start.',
        },
      ],
    },
  ];
}

/** The night that this product is for: the main database stops, and with it everything that stands on it. */
export function nightStory(now: number): Story {
  const ago = (minutes: number) => now - minutes * minuteMs;
  return {
    title: 'Main database is not available',
    impact: 'major',
    components: [
      ['submissions', 'affected', 'major_outage'],
      ['payments', 'affected', 'major_outage'],
      ['dashboard', 'affected', 'major_outage'],
      ['jury-room', 'affected', 'major_outage'],
      ['calls', 'affected', 'partial_outage'],
      ['screening-room', 'affected', 'major_outage'],
      ['sign-in', 'affected', 'major_outage'],
      ['database', 'cause', 'major_outage'],
    ],
    nextUpdateDueAt: ago(-14),
    words: [
      {
        status: 'investigating',
        at: ago(47),
        automatic: true,
        body: '**Main database** does not answer our probes. Because of it, these do not work either: Submissions, Payments, Festival dashboard, Jury room, Calls for entries, Screening room and Sign-in.\n\nThis was noticed automatically. Our staff have been told, and the next words here will be theirs.',
      },
      {
        status: 'investigating',
        at: ago(41),
        body: 'We are awake and looking. You cannot sign in, send films, pay or watch private screenings at the moment. The television channel and catch-up work.',
      },
      {
        status: 'identified',
        at: ago(26),
        body: 'The disk of our main database server has failed. We are preparing a second machine and a copy of the data.\n\n- **Deadlines of tonight are extended by 48 hours**, for every festival.\n- Films that you uploaded are safe; they are kept elsewhere.\n- Please do not pay again: a payment that was taken will be matched by hand.',
      },
      {
        status: 'identified',
        at: ago(6),
        body: 'The second machine is ready and the copy is being checked. We do not yet know whether entries sent after **22 Nov, 18:00 UTC** are in it; we will say so here as soon as we do.',
      },
    ],
  };
}

/** Work that was planned, and the words for it. */
export type Plan = {
  title: string;
  fromAt: number;
  toAt: number;
  /** Slugs. */
  components: readonly string[];
  /** Oldest first. */
  words: readonly { status: MaintenanceStatus; at: number; body: string; automatic?: boolean }[];
};

/** One piece of work in three days, and one that was done last week. */
export function plansOf(now: number): Plan[] {
  const at = (days: number, hours: number) => Math.floor(now / dayMs) * dayMs + days * dayMs + hours * hourMs;
  return [
    {
      title: 'File storage moves to larger disks',
      fromAt: at(3, 2),
      toAt: at(3, 4),
      components: ['uploads', 'catch-up', 'storage'],
      words: [
        {
          status: 'scheduled',
          at: at(-1, 10),
          body: 'Films cannot be uploaded or watched again while we move them. **Submissions without a film, payments and the television channel work as always**, and no deadline falls into these hours.',
        },
      ],
    },
    {
      title: 'New certificates for sign-in',
      fromAt: at(-6, 4),
      toAt: at(-6, 5),
      components: ['sign-in'],
      words: [
        { status: 'scheduled', at: at(-9, 9), body: 'You may be asked to sign in again.' },
        {
          status: 'in_progress',
          at: at(-6, 4),
          automatic: true,
          body: 'The planned work has begun. We say here when it is done.',
        },
        { status: 'completed', at: at(-6, 4.5), body: 'Done, half an hour early. Nobody has to sign in again.' },
      ],
    },
  ];
}
