import { describe, expect, it } from 'vitest';
import type { SnapshotDay } from '#core/snapshot.ts';
import { incidentsSince, storiesOf, toldStories } from '../../src/components/stories.ts';
import { component, idOf, incident, updates } from '../helpers/snapshot.ts';

const day = (date: number, part: Partial<SnapshotDay> = {}): SnapshotDay => ({
  date: `2026-11-${String(date).padStart(2, '0')}`,
  state: 'operational',
  failingMs: 0,
  uptime: 1,
  ...part,
});
const failing = { state: 'major_outage', failingMs: 60_000 } as const;
const unknown = { state: 'unknown', uptime: null } as const;
const at = (date: number, hour = 12) => Date.UTC(2026, 10, date, hour);
const of = (name: string) => ({ components: [{ id: idOf(name), role: 'affected', state: 'degraded' } as const] });
const datesOf = (stories: ReturnType<typeof storiesOf>) => stories.map(({ first }) => Number(first.date.slice(8)));

describe('the stories of a component', () => {
  it('are one for days on end with nothing to tell, and one for each other day', () => {
    const days = [day(1), day(2), day(3, failing), day(4, failing), day(5), day(6, unknown), day(7, unknown)];
    expect(datesOf(storiesOf(component('Mail', { days }), []))).toEqual([1, 3, 4, 5, 6]);
  });

  it('name the incident on each day that it touches, to the last one', () => {
    const days = [day(1), day(2), day(3, failing), day(4)];
    const long = incident('Long', updates(['resolved', 'x', 0]), {
      ...of('Mail'),
      startedAt: at(2),
      resolvedAt: at(3, 0),
    });
    const stories = storiesOf(component('Mail', { days }), [long]);
    expect(stories.map(({ incidents }) => incidents.length)).toEqual([0, 1, 1, 0]);
    expect(datesOf(toldStories(stories))).toEqual([3, 2]);
  });

  it('go on for an incident that is open', () => {
    const open = incident('Open', updates(['investigating', 'x', 0]), {
      ...of('Mail'),
      startedAt: at(1),
      resolvedAt: null,
    });
    const stories = storiesOf(component('Mail', { days: [day(1), day(2), day(3)] }), [open]);
    expect(stories.every(({ incidents }) => incidents[0] === open)).toBe(true);
    expect(stories).toHaveLength(3);
  });

  it('leave out the incidents of others', () => {
    const other = incident('Other', updates(['resolved', 'x', 0]), {
      ...of('Payments'),
      startedAt: at(1),
      resolvedAt: at(2),
    });
    expect(toldStories(storiesOf(component('Mail', { days: [day(1), day(2)] }), [other]))).toEqual([]);
  });

  it('need no incident that was over before the first day', () => {
    const over = incident('Over', updates(['resolved', 'x', 0]), { startedAt: at(1), resolvedAt: at(2) });
    const within = incident('Within', updates(['resolved', 'x', 0]), { startedAt: at(1), resolvedAt: at(3) });
    expect(incidentsSince([within, over], [day(3), day(4)])).toEqual([within]);
  });
});
