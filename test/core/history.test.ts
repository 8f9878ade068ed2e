import { describe, expect, it } from 'vitest';
import { incidentsByMonth, monthBefore, monthOf, monthsOf } from '#core/history.ts';
import { component, incident, postmortem, snapshot, updates } from '../helpers/snapshot.ts';

const generatedAt = Date.UTC(2026, 10, 26);
const young = component('Mail', { createdAt: Date.UTC(2026, 9, 31) });

describe('the months of the history', () => {
  it('go back to the first component, without gaps', () => {
    const old = component('Payments', { createdAt: Date.UTC(2025, 10, 30, 23, 59) });
    const months = monthsOf(snapshot({ generatedAt, components: [young, old] }));
    expect(months).toHaveLength(13);
    expect([months[0], months[11], months[12]]).toEqual(['2026-11', '2025-12', '2025-11']);
  });

  it('go back to an incident or a postmortem that is older than every component', () => {
    const early = incident('Early', updates(['resolved', 'x', 0]), { startedAt: Date.UTC(2026, 7, 2) });
    expect(monthsOf(snapshot({ generatedAt, components: [young], incidents: [early] })).at(-1)).toBe('2026-08');
    const postmortems = [postmortem('Two disks', { publishedOn: '2026-07-31' })];
    expect(monthsOf(snapshot({ generatedAt, components: [young], postmortems })).at(-1)).toBe('2026-07');
  });

  it('are one for a page that has only just begun', () => {
    expect(monthsOf(snapshot({ generatedAt, components: [] }))).toEqual(['2026-11']);
  });

  it('break at midnight UTC', () => {
    expect(monthOf(Date.UTC(2026, 11, 1) - 1)).toBe('2026-11');
    expect(monthOf(Date.UTC(2026, 11, 1))).toBe('2026-12');
    expect(monthBefore('2026-01')).toBe('2025-12');
  });

  it('have the incidents that began in them', () => {
    const at = (...date: [number, number, number]) => ({ startedAt: Date.UTC(...date) });
    const words = updates(['resolved', 'x', 0]);
    const all = [
      incident('C', words, at(2026, 10, 1)),
      incident('B', words, at(2026, 9, 31)),
      incident('A', words, at(2026, 9, 1)),
    ];
    expect([...incidentsByMonth(all)].map(([month, own]) => [month, own.length])).toEqual([
      ['2026-11', 1],
      ['2026-10', 2],
    ]);
  });
});
