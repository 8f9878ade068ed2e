import { describe, expect, it } from 'vitest';
import { impactOf, newIncidentSchema, requireOpen } from '#core/incident.ts';

describe('newIncidentSchema', () => {
  it('refuses what it does not know', () => {
    const parsed = newIncidentSchema.safeParse({ title: 'A', body: 'B', severity: 1 });
    expect(parsed.error?.issues[0]?.code).toBe('unrecognized_keys');
  });

  it('does not open an incident as resolved', () => {
    expect(newIncidentSchema.safeParse({ title: 'A', body: 'B', status: 'resolved' }).success).toBe(false);
  });
});

describe('impactOf', () => {
  it('is critical only when everything named is out', () => {
    expect(impactOf(['major_outage', 'major_outage'])).toBe('critical');
    expect(impactOf(['major_outage', 'degraded'])).toBe('major');
    expect(impactOf(['degraded'])).toBe('minor');
    expect(impactOf([])).toBe('none');
  });
});

describe('requireOpen', () => {
  it('refuses a resolved incident', () => {
    expect(() => requireOpen({ id: 'abc', status: 'resolved' })).toThrow(/resolved/);
  });
});
