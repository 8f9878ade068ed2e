import { describe, expect, it } from 'vitest';
import type { Notice } from '#core/notice.ts';
import { writeLetter } from '#notify/letter.ts';
import { hostileBody, hostileLines } from '../helpers/hostileWords.ts';

const page = { name: 'Lanterna', url: 'https://status.lanterna.example' };
const link = '%link-notice000001%';
const at = Date.UTC(2026, 10, 23, 2, 14);

type IncidentNotice = Extract<Notice, { kind: 'incident' }>;

function notice(
  change: { incident?: Partial<IncidentNotice['incident']>; update?: Partial<IncidentNotice['update']> } = {},
): Notice {
  return {
    kind: 'incident',
    incident: {
      id: 'incident0001',
      title: 'Payments are not available',
      startedAt: at - 300_000,
      resolvedAt: null,
      components: [
        { name: 'Payments', state: 'major_outage' },
        { name: 'Search', state: 'degraded' },
      ],
      workaround: null,
      loss: null,
      ...change.incident,
    },
    update: {
      status: 'investigating',
      body: 'Entry fees **cannot** be paid.\n\nYour submissions are safe.',
      at,
      nextUpdateDueAt: at + 1_200_000,
      ...change.update,
    },
  };
}

describe('a letter about an incident', () => {
  it('says in plain text everything that it says in HTML', () => {
    const letter = writeLetter(notice(), page, link);
    expect(letter.text).toBe(`Payments are not available

Investigating · 23 November 2026, 02:14 UTC

Entry fees cannot be paid.

Your submissions are safe.

Affected: Payments (major outage) and Search (degraded)
Began: 23 November 2026, 02:09 UTC
Next update: No later than 23 November 2026, 02:34 UTC

Follow this incident:
https://status.lanterna.example/incidents/incident0001

-- 
You get this because you asked Lanterna to tell you about incidents.

Unsubscribe:
%link-notice000001%
`);
    const seen = letter.html
      .replace(/<head>.*<\/head>/s, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ');
    for (const said of [
      'Payments are not available',
      'Investigating · 23 November 2026, 02:14 UTC',
      'Entry fees cannot be paid.',
      'Your submissions are safe.',
      'Payments (major outage) and Search (degraded)',
      '23 November 2026, 02:09 UTC',
      'No later than 23 November 2026, 02:34 UTC',
      'You get this because you asked Lanterna to tell you about incidents.',
    ])
      expect(seen).toContain(said);
    expect(letter.html).toContain('href="https://status.lanterna.example/incidents/incident0001"');
    expect(letter.html).toContain('<a href="%link-notice000001%"');
  });

  it('says when it was resolved, and that no more will come', () => {
    const { text } = writeLetter(
      notice({ incident: { resolvedAt: at }, update: { status: 'resolved', nextUpdateDueAt: null } }),
      page,
      link,
    );
    expect(text).toContain('Resolved · 23 November 2026, 02:14 UTC');
    expect(text).toContain('Was affected: Payments and Search\n');
    expect(text).toContain('Resolved: 23 November 2026, 02:14 UTC');
    expect(text).toContain('Next update: None');
  });

  it('says what can be done meanwhile, as long as there is a meanwhile', () => {
    const workaround = 'Pay **by transfer**.';
    const { text, html } = writeLetter(notice({ incident: { workaround } }), page, link);
    expect(text).toContain('What you can do meanwhile:\nPay by transfer.\n');
    expect(html).toContain('Pay <strong>by transfer</strong>.');
    const over = notice({ incident: { workaround, resolvedAt: at }, update: { status: 'resolved' } });
    expect(writeLetter(over, page, link).text).not.toContain('by transfer');
  });

  it('says what was lost, that nothing was, or nothing of it', () => {
    const told = (loss: IncidentNotice['incident']['loss']) => writeLetter(notice({ incident: { loss } }), page, link);
    const window = { kind: 'window', fromAt: at - 60_000, toAt: at, what: 'Entries', recovery: 'partial' } as const;
    const lines = [
      'What was lost: Entries, from 23 November 2026, 02:13 UTC to 23 November 2026, 02:14 UTC',
      'What comes back: A part of it',
    ];
    expect(told(window).text).toContain(lines.join('\n'));
    for (const line of lines) expect(told(window).html).toContain(line.replace(/^.*?: /, ''));
    expect(told({ kind: 'none' }).text).toContain('What was lost: Nothing was lost.\n');
    expect(told(null).text).not.toContain('lost');
  });

  it('promises no time that staff did not promise', () => {
    const { text } = writeLetter(notice({ update: { nextUpdateDueAt: null } }), page, link);
    expect(text).toContain('Next update: When there is news');
  });

  it('names no components where there are none', () => {
    expect(writeLetter(notice({ incident: { components: [] } }), page, link).text).not.toContain('Affected');
  });

  it('fits a phone and a desk, in light and in dark', () => {
    const { html } = writeLetter(notice(), page, link);
    expect(html).toContain('max-width:600px');
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).toContain('@media (prefers-color-scheme:dark)');
  });

  it('loads nothing from anywhere', () => {
    const { html } = writeLetter(notice({ update: { body: '![pixel](https://evil.example/p.gif)' } }), page, link);
    expect(html).not.toMatch(/<(img|link|script|iframe|object|video|audio)\b|@import|url\(/i);
  });
});

describe('hostile words', () => {
  const evil = '<script>alert(1)</script><img src=x onerror=alert(1)>" onload="x';

  it('come out as text wherever staff or configuration can put them', () => {
    const { html } = writeLetter(
      notice({ incident: { title: evil, components: [{ name: evil, state: 'degraded' }] }, update: { body: evil } }),
      { ...page, name: evil },
      link,
    );
    expect(html).not.toMatch(/<script|<img|<[^>]*\son(load|error)\s*=/i);
    expect(html).toContain('&lt;script&gt;');
  });

  it('come out as text in a workaround and in what was lost', () => {
    const loss = { kind: 'window', fromAt: at, toAt: at, recovery: 'unknown' } as const;
    for (const line of hostileLines) {
      const incident = { workaround: hostileBody, loss: { ...loss, what: line } };
      const { html, text } = writeLetter(notice({ incident }), page, link);
      expect(html).not.toMatch(/<(script|img|svg|form|iframe)|href="(javascript|data|\/\/)/i);
      expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069](?=[^\n]*from 23 November)/);
    }
  });

  it('are never taken for a template', () => {
    const template = `{{7*7}} {% include "/etc/passwd" %} \${7*7} <%= 7*7 %> %0a $& $1 %s`;
    const letter = writeLetter(notice({ incident: { title: template }, update: { body: template } }), page, link);
    expect(letter.subject).toBe(`[Lanterna] ${template}`);
    expect(letter.text.split(template)).toHaveLength(3);
    expect(letter.html).not.toContain('49');
  });

  it('cannot break out of the subject', () => {
    const { subject, text } = writeLetter(notice({ incident: { title: 'Calm\r\nBcc: evil@example.com' } }), page, link);
    expect(subject).toBe('[Lanterna] Calm Bcc: evil@example.com');
    expect(text.startsWith('Calm Bcc: evil@example.com\n')).toBe(true);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'https://bank.example@evil.example'])(
    'make no link to %s',
    (url) => {
      const { html } = writeLetter(notice({ update: { body: `[here](${url})` } }), page, link);
      expect(html).not.toContain(`href="${url}`);
    },
  );
});

describe('a letter that asks to confirm', () => {
  it('carries the link in both forms, and nothing to unsubscribe from', () => {
    const letter = writeLetter({ kind: 'confirmation' }, page, link);
    expect(letter.subject).toBe('[Lanterna] Please confirm your subscription');
    expect(letter.text).toContain(`Confirm my subscription:\n${link}\n`);
    expect(letter.text).toContain('48 hours');
    expect(letter.text).toContain('do nothing');
    expect(letter.html.split(link).length).toBeGreaterThan(2);
    expect(`${letter.text}${letter.html}`).not.toMatch(/unsubscribe/i);
  });
});
