import { describe, expect, it } from 'vitest';
import { type Notice, oneLine, subjectOf } from '#core/notice.ts';

const notice = (title: string, status: 'investigating' | 'resolved'): Notice => ({
  kind: 'incident',
  incident: { id: 'i1', title, startedAt: 0, resolvedAt: null, components: [], workaround: null, loss: null },
  update: { status, body: 'Words.', at: 0, nextUpdateDueAt: null },
});

describe('subjectOf', () => {
  it('is the same for the first and the last word on an incident', () => {
    expect(subjectOf(notice('Payments fail', 'investigating'), 'Example')).toBe('[Example] Payments fail');
    expect(subjectOf(notice('Payments fail', 'resolved'), 'Example')).toBe('[Example] Payments fail');
  });

  it('carries nothing of the subscriber in a confirmation', () => {
    expect(subjectOf({ kind: 'confirmation' }, 'Example')).toBe('[Example] Please confirm your subscription');
  });

  it('leaves template syntax as it is', () => {
    const template = `{{7*7}} \${7*7} <%= 7 %>`;
    expect(subjectOf(notice(template, 'investigating'), 'Example')).toBe(`[Example] ${template}`);
  });
});

describe('oneLine', () => {
  it.each(['a\r\nBcc: b', 'a\nBcc: b', 'a\u2028Bcc: b', 'a\0Bcc: b', 'a\u202eBcc: b', 'a\u200b \u200bBcc: b'])(
    'makes one visible line of %j',
    (text) => {
      expect(oneLine(text)).toBe('a Bcc: b');
    },
  );
});
