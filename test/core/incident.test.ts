import { describe, expect, it } from 'vitest';
import { automaticFirstPost, impactOf, newIncidentSchema, requireOpen, titleSchema } from '#core/incident.ts';

describe('titleSchema', () => {
  it.each(['two\nlines', 'bell\u0007', 'separator\u2028inside', '   ', 'x'.repeat(201)])('refuses %j', (title) => {
    expect(titleSchema.safeParse(title).success).toBe(false);
  });
});

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

describe('automaticFirstPost', () => {
  it('says what is felt and by whom, and that a machine wrote it', () => {
    const post = automaticFirstPost({
      cause: 'Main database',
      suspected: false,
      affected: ['Submissions', 'Payments'],
    });
    expect(post).toContain('**Main database** does not answer');
    expect(post).toContain('Submissions and Payments');
    expect(post).toContain('automatically');
  });

  it('does not claim to know what it only suspects', () => {
    expect(automaticFirstPost({ cause: 'Disk', suspected: true, affected: ['A', 'B'] })).toContain('suspected');
  });
});
