import type { Locale } from '#core/locale.ts';
import { flooredPercent } from '#core/uptime.ts';
import type { Spoken } from './catalogue.ts';
import type { en } from './messages/en.ts';

const minuteMs = 60_000;
const utc = { timeZone: 'UTC', hourCycle: 'h23' } as const;

/** The form of a language that dates and numbers are written in. */
export function tagOf(locale: Locale): string {
  return locale === 'en' ? 'en-GB' : locale;
}

/** Times, numbers and lists as a language writes them. All instants are epoch milliseconds, told in UTC. */
export type Formats = {
  /** "1,234" */
  count: (value: number) => string;
  /** "02:40 UTC" */
  clock: (at: number) => string;
  /** "22 Nov", with the year where it is not the year of `now`. */
  day: (at: number, now: number) => string;
  /** "22 Nov, 23:31 UTC" */
  instant: (at: number, now: number) => string;
  /** "23 November 2026, 02:40 UTC", for what is read on another day. */
  wholeInstant: (at: number) => string;
  /** "November 2026" */
  month: (at: number) => string;
  /** "less than a minute", "14 min", "3 h 05 min", "2 d 4 h" */
  duration: (ms: number) => string;
  /** "99.98 %", floored. */
  percent: (ratio: number) => string;
  /** What a language is called within a sentence: "Spanish", "español". */
  languageName: (locale: Locale) => string;
  /** "A, B and C" */
  names: (names: readonly string[]) => string;
  /** The same in parts, for names that are more than text. */
  nameParts: (names: readonly string[]) => { type: 'element' | 'literal'; value: string }[];
};

function datesIn(tag: string): Pick<Formats, 'clock' | 'day' | 'instant' | 'wholeInstant' | 'month'> {
  const clockFormat = new Intl.DateTimeFormat(tag, { ...utc, hour: '2-digit', minute: '2-digit' });
  const dayFormat = new Intl.DateTimeFormat(tag, { ...utc, day: 'numeric', month: 'short' });
  const datedFormat = new Intl.DateTimeFormat(tag, { ...utc, day: 'numeric', month: 'short', year: 'numeric' });
  const wholeFormat = new Intl.DateTimeFormat(tag, { timeZone: 'UTC', dateStyle: 'long' });
  const monthFormat = new Intl.DateTimeFormat(tag, { ...utc, month: 'long', year: 'numeric' });
  const yearOf = (at: number) => new Date(at).getUTCFullYear();
  const clock = (at: number) => `${clockFormat.format(at)} UTC`;
  const day = (at: number, now: number) => (yearOf(at) === yearOf(now) ? dayFormat : datedFormat).format(at);
  return {
    clock,
    day,
    instant: (at, now) => `${day(at, now)}, ${clock(at)}`,
    wholeInstant: (at) => `${wholeFormat.format(at)}, ${clock(at)}`,
    month: (at) => monthFormat.format(at),
  };
}

function durationIn({ durations }: Spoken<typeof en>, ms: number): string {
  const minutes = Math.floor(ms / minuteMs);
  if (minutes < 1) return durations.moment;
  const hours = Math.floor(minutes / 60);
  if (hours < 1) return durations.minutes({ minutes });
  const days = Math.floor(hours / 24);
  if (days < 1) return durations.hours({ hours, minutes: String(minutes % 60).padStart(2, '0') });
  return durations.days({ days, hours: hours % 24 });
}

/** The formats of one language. */
export function formatsIn(locale: Locale, messages: Spoken<typeof en>): Formats {
  const tag = tagOf(locale);
  const countFormat = new Intl.NumberFormat(tag);
  const percentFormat = new Intl.NumberFormat(tag, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const nameFormat = new Intl.DisplayNames(tag, { type: 'language' });
  const listFormat = new Intl.ListFormat(tag, { type: 'conjunction' });
  return {
    ...datesIn(tag),
    count: (value) => countFormat.format(value),
    duration: (ms) => durationIn(messages, ms),
    percent: (ratio) => `${percentFormat.format(flooredPercent(ratio))} %`,
    languageName: (name) => nameFormat.of(name) ?? name,
    names: (names) => listFormat.format(names),
    nameParts: (names) => listFormat.formatToParts(names),
  };
}
