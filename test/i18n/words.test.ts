import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#core/snapshot.ts';
import { type ComponentState, overallState } from '#core/status.ts';
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
