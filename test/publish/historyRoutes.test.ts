import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#core/snapshot.ts';
import { allRoutes } from '../helpers/routes.ts';
import { component, friday, idOf, incident, postmortem, snapshot, updates } from '../helpers/snapshot.ts';

const of = (name: string) => ({ components: [{ id: idOf(name), role: 'affected', state: 'degraded' } as const] });
const [november, september] = [friday, Date.UTC(2026, 8, 3)];
const late = incident('Mail was late', updates(['resolved', 'x', 0]), { ...of('Mail'), startedAt: november });
const lost = incident('Payments failed', updates(['resolved', 'x', 0]), { ...of('Payments'), startedAt: september });
const calm = snapshot({
  components: [
    component('Mail', { dependsOn: [idOf('Database')] }),
    component('Payments'),
    component('Database', { latency: null }),
  ],
  incidents: [late, lost],
});

const isPast = (path: string) => /^\/(history(\/|$)|components\/)/.test(path);
function changedPaths(before: Snapshot, after: Snapshot): string[] {
  const keys = new Map(allRoutes(before).map(({ path, key }) => [path, key]));
  return allRoutes(after)
    .filter(({ path, key }) => keys.get(path) !== key)
    .map(({ path }) => path)
    .filter(isPast);
}

const with_ = (name: string, part: Parameters<typeof component>[1]): Snapshot => ({
  ...calm,
  components: calm.components.map((one) => (one.name === name ? { ...one, ...part } : one)),
});

describe('the pages of the past', () => {
  it('are one for each month, those of incidents and postmortems and the empty ones between', () => {
    const paths = allRoutes(calm).map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith('/history/'))).toEqual([
      '/history/2026-11',
      '/history/2026-10',
      '/history/2026-09',
      '/history/2026-08',
    ]);
    expect(paths).toContain('/components/mail/history');
  });

  it('of an update, render again its month and its components alone', () => {
    const title = 'Payments failed for an hour';
    expect(changedPaths(calm, { ...calm, incidents: [late, { ...lost, title }] })).toEqual([
      '/history',
      '/history/2026-09',
      '/components/payments',
      '/components/payments/history',
    ]);
  });

  it('of a month that is long over, leave the first page of the history alone', () => {
    const old = { ...lost, startedAt: Date.UTC(2026, 7, 28) };
    const before = { ...calm, incidents: [late, old] };
    const after = { ...calm, incidents: [late, { ...old, title: 'Another' }] };
    expect(changedPaths(before, after)).toContain('/history/2026-08');
    expect(changedPaths(before, after)).not.toContain('/history');
  });

  it('render the month of a new postmortem', () => {
    const after = { ...calm, postmortems: [postmortem('Two disks', { publishedOn: '2026-10-02' })] };
    expect(changedPaths(calm, after)).toEqual(['/history', '/history/2026-10']);
  });

  it('render every month when another begins: each has the index of all', () => {
    const after = { ...calm, generatedAt: Date.UTC(2026, 11, 1) };
    expect(changedPaths(calm, after).filter((path) => path.startsWith('/history/'))).toHaveLength(5);
  });

  it('stay as they are when a component fails; its own page and those drawn with it change', () => {
    expect(changedPaths(calm, with_('Database', { state: 'degraded' }))).toEqual([
      '/history',
      '/components/mail',
      '/components/database',
    ]);
  });

  it('render a component when an hour of its latency is over', () => {
    const series = { fromAt: friday, p50Ms: [5], p95Ms: [9] };
    expect(changedPaths(calm, with_('Payments', { latency: { hours: series, days: series } }))).toEqual([
      '/components/payments',
    ]);
  });
});
