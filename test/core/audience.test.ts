import { describe, expect, it } from 'vitest';
import { audienceOf } from '#core/audience.ts';
import { eventTypes } from '#core/event.ts';

describe('audienceOf', () => {
  it('tells everyone confirmed by then of each word about an incident or planned work', () => {
    const about = eventTypes.filter((type) => type.startsWith('incident.') || type.startsWith('maintenance.'));
    const words = about.filter((type) => type !== 'incident.translated');
    expect(words).toHaveLength(8);
    for (const type of words)
      expect(audienceOf({ type, at: 7, quiet: false, subscriberId: null })).toEqual({
        kind: 'everyone',
        confirmedBy: 7,
      });
  });

  it('tells a request to the one who made it', () => {
    expect(audienceOf({ type: 'subscriber.requested', at: 7, quiet: false, subscriberId: 'ana' })).toEqual({
      kind: 'one',
      subscriberId: 'ana',
    });
  });

  it('tells nobody of a quiet word', () => {
    expect(audienceOf({ type: 'incident.opened', at: 7, quiet: true, subscriberId: null })).toEqual({ kind: 'nobody' });
  });

  it('tells nobody of anything else', () => {
    for (const type of ['component.changed', 'settings.changed', 'incident.translated'] as const)
      expect(audienceOf({ type, at: 7, quiet: false, subscriberId: null })).toEqual({ kind: 'nobody' });
  });
});
