import { describe, expect, it } from 'vitest';
import { publishedFiles } from '#publish/publishedFiles.ts';
import { staticSite } from '#publish/staticSite.ts';
import { siteOf } from '../helpers/site.ts';
import { component, friday, snapshot } from '../helpers/snapshot.ts';

const siteAt = async (generatedAt: number) =>
  staticSite(publishedFiles(await siteOf(snapshot({ generatedAt, components: [component('Mail')] }))));

describe('the static site', () => {
  it('has a file for everything that needs no server', async () => {
    const { files } = await siteAt(friday);
    for (const name of [
      'index.html',
      '404.html',
      'history/index.html',
      'components/mail/index.html',
      'components/mail/history.rss',
      'components/mail/feed.per-update.json',
      'api/v2/summary.json',
      'badge/mail.svg',
      'embed/frame/index.html',
      'subscribe/index.html',
      'robots.txt',
    ])
      expect([...files.keys()]).toContain(name);
    expect([...files.keys()].filter((name) => /confirm|sent|unsubscribe|\?/.test(name))).toEqual([]);
  });

  it('says when it was true', async () => {
    const { files, heartbeatAt } = await siteAt(friday);
    expect(heartbeatAt).toBe(friday);
    expect(JSON.parse(String(await files.get('heartbeat.json')?.bytes()))).toEqual({
      heartbeatAt: new Date(friday).toISOString(),
    });
  });

  it('has the same hash for the same file, and another one for what readers would see differently', async () => {
    const [before, after] = [await siteAt(friday), await siteAt(friday + 30_000)];
    const changed = [...before.files.values()].filter(({ name, hash }) => after.files.get(name)?.hash !== hash);
    const names = changed.map(({ name }) => name);
    expect(names).toContain('index.html');
    expect(names).toContain('heartbeat.json');
    expect(names).not.toContain('badge/mail.svg');
    expect(names).not.toContain('components/mail/history.rss');
  });

  it('keeps what each file is and how long caches may have it', async () => {
    const { files } = await siteAt(friday);
    expect(files.get('history.rss')).toMatchObject({
      contentType: 'application/rss+xml; charset=utf-8',
      cacheControl: expect.stringContaining('max-age=60'),
    });
    expect(files.get('index.html')?.contentType).toBe('text/html; charset=utf-8');
  });
});
