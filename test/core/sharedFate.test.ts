import { describe, expect, it } from 'vitest';
import { type Placed, sharedFateSentence, sharedFates } from '#core/sharedFate.ts';

const database = (runsOn: string[]): Placed => ({ slug: 'database', name: 'Main database', runsOn, probes: [] });
const backups = (where: string[], stated: string | null = null): Placed => ({
  slug: 'backups',
  name: 'Backups',
  runsOn: [],
  probes: [{ name: 'nightly', kind: 'backup', config: { protects: 'database', where }, stated }],
});

describe('shared fate', () => {
  it('is a place that a component runs on and its backup is in', () => {
    const [fate, ...more] = sharedFates([database(['server-1']), backups(['nas', 'Server-1 '])]);
    expect(more).toEqual([]);
    expect(fate).toEqual({
      component: 'database',
      name: 'Main database',
      probeId: 'backups/nightly',
      place: 'server-1',
    });
    expect(fate && sharedFateSentence(fate)).toBe(
      'Main database runs on server-1, and its backup (backups/nightly) is there too: one loss takes both.',
    );
  });

  it('is found where the newest copy says it is, too', () => {
    expect(sharedFates([database(['server-1']), backups([], 'server-1')])).toHaveLength(1);
  });

  it('is none where the places differ, are not named, or belong to another component', () => {
    expect(sharedFates([database(['server-1']), backups(['server-2'], 'vault')])).toEqual([]);
    expect(sharedFates([database([]), backups(['server-1'])])).toEqual([]);
    expect(sharedFates([{ ...database(['server-1']), slug: 'mail' }, backups(['server-1'])])).toEqual([]);
  });

  it('looks only at probes that say what they protect', () => {
    const http = { name: 'http', kind: 'http', config: { url: 'https://film.example' } };
    expect(sharedFates([{ ...database(['server-1']), probes: [http] }])).toEqual([]);
  });
});
