import { describe, expect, it } from 'vitest';
import { feedAddress } from '#publish/feedAddress.ts';
import { staticHtml, staticName } from '#publish/staticFile.ts';

describe('the file of an address', () => {
  it.each([
    ['/', 'index.html'],
    ['/404', '404.html'],
    ['/history', 'history/index.html'],
    ['/incidents/x', 'incidents/x/index.html'],
    ['/de', 'de/index.html'],
    ['/history/2026-11', 'history/2026-11/index.html'],
    ['/subscribe', 'subscribe/index.html'],
    ['/feed.json', 'feed.json'],
    ['/history.rss', 'history.rss'],
    ['/badge/mail.svg', 'badge/mail.svg'],
    ['/api/v2/summary.json', 'api/v2/summary.json'],
    ['/.well-known/security.txt', '.well-known/security.txt'],
  ])('of %s is %s', (address, name) => {
    expect(staticName(address, 'page')).toBe(name);
  });

  it('of a feed with a query lies in the folder of the component', () => {
    const name = (component: string | null, perUpdate: boolean) =>
      staticName(feedAddress('/history.rss', { component, perUpdate }), 'feed');
    expect([name('mail', false), name(null, true), name('mail', true)]).toEqual([
      'components/mail/history.rss',
      'history.per-update.rss',
      'components/mail/history.per-update.rss',
    ]);
  });

  it('is never the file of another address', () => {
    const paths = [
      '/',
      '/history',
      '/history.rss',
      '/components/mail',
      '/history.rss?per=update',
      '/feed.json?per=update',
    ];
    const names = paths.map((path) => staticName(path, 'page'));
    expect(new Set(names).size).toBe(paths.length);
  });

  it.each(['/subscribe/sent', '/subscribe/confirmed', '/claims/new', '/claims/abc'])('is none for %s', (address) => {
    expect(staticName(address, 'page')).toBeNull();
  });

  it('is none for what belongs to one person, and for a query that is not a feed', () => {
    expect(staticName('/confirm', 'token')).toBeNull();
    expect(staticName('/history?page=2', 'page')).toBeNull();
  });

  it.each([
    '/../etc/passwd',
    '/incidents/../../x',
    '/a/./b',
    '/..',
    '//host/x',
    '/a b',
    '/a%2fb',
    '/a\\b',
    '/ä',
    '/history.rss?component=..',
    '/history.rss?component=a%2F..%2Fb',
    '/x\n',
    '',
  ])('is none where the name would not be safe: %j', (address) => {
    const name = staticName(address, 'page');
    expect(name === null || !/(^|\/)\.\.?(\/|$)/.test(name)).toBe(true);
    if (!address.includes('?component=a')) expect(name).toBeNull();
  });
});

describe('a page on a host without our headers', () => {
  const page =
    '<html><head><meta charset="utf-8"><link rel="canonical" href="https://status.example/subscribe"></head><body><form method="post" action="/subscribe"></form></body></html>';
  const policy = "default-src 'none'; form-action 'self'; script-src 'sha256-abc'; frame-ancestors 'none'";

  it('carries its policy itself, before anything that the policy is about', () => {
    const html = staticHtml(page, policy);
    expect(html).toContain(
      `<meta charset="utf-8"><meta http-equiv="content-security-policy" content="default-src 'none'; form-action 'self' https://status.example; script-src 'sha256-abc'">`,
    );
  });

  it('sends its form to the server', () => {
    expect(staticHtml(page, policy)).toContain('action="https://status.example/subscribe"');
  });

  it('keeps the rest as it was', () => {
    const html = staticHtml(page.replace(/<link[^>]*>/, ''), "default-src 'none'");
    expect(html).toContain('action="/subscribe"');
    expect(html.replace(/<meta http-equiv[^>]*>/, '')).toBe(page.replace(/<link[^>]*>/, ''));
  });

  it('cannot be broken out of by a policy', () => {
    expect(staticHtml(page, 'x"><script>')).not.toContain('"><script>');
  });
});
