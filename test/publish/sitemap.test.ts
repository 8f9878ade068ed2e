import { Readable } from 'node:stream';
import { parseSitemap, parseSitemapIndex } from 'sitemap';
import { describe, expect, it } from 'vitest';
import { type Locale, locales } from '#core/locale.ts';
import type { Snapshot } from '#core/snapshot.ts';
import { sitemapFiles, sitemapText } from '#publish/sitemap.ts';
import { allRoutes } from '../helpers/routes.ts';
import { renderPlain } from '../helpers/site.ts';
import { component, friday, incident, maintenance, plans, postmortem, snapshot, updates } from '../helpers/snapshot.ts';

const yearMs = 365 * 86_400_000;
const minutesAgo = (years: number) => (-years * yearMs) / 60_000;
const world = snapshot({
  components: [component('Submissions'), component('A & B', { slug: 'a-and-b' })],
  incidents: [
    incident('New', updates(['investigating', 'x', 0])),
    incident('Of last year', updates(['resolved', 'x', minutesAgo(1)])),
    incident('Older still', updates(['resolved', 'x', minutesAgo(1) - 1_000])),
  ],
  postmortems: [postmortem('Two disks')],
});
const inLanguages = (snapshot: Snapshot, spoken: Locale[]): Snapshot => ({
  ...snapshot,
  page: { ...snapshot.page, locales: spoken },
});

async function textAt(snapshot: Snapshot, path: string): Promise<string> {
  const route = allRoutes(snapshot).find((each) => each.path === path);
  return String((await route?.render(snapshot, renderPlain))?.body);
}

const streamOf = (text: string) => Readable.from([text]);
const sitemapPaths = (snapshot: Snapshot) =>
  allRoutes(snapshot).flatMap(({ path }) => (path.startsWith('/sitemap') ? path : []));

describe('the sitemap', () => {
  it('is an index of the pages that last and of the incidents by year, each with its last change', async () => {
    const index = await parseSitemapIndex(streamOf(await textAt(world, '/sitemap.xml')));
    expect(index).toEqual([
      { url: 'https://status.lanterna.example/sitemap-pages.xml', lastmod: '2026-11-22T00:00:00.000Z' },
      {
        url: 'https://status.lanterna.example/sitemap-2025.xml',
        lastmod: new Date(friday - yearMs).toISOString(),
      },
      { url: 'https://status.lanterna.example/sitemap-2026.xml', lastmod: new Date(friday).toISOString() },
    ]);
    expect(index.map(({ url }) => new URL(url).pathname)).toEqual(sitemapPaths(world).slice(1));
  });

  it('has planned work among the incidents of the year in which it was announced', () => {
    const planned = [
      maintenance('Disk', plans(['scheduled', 'x', 1])),
      maintenance('Old', plans(['completed', 'x', minutesAgo(1)])),
    ];
    const files = sitemapFiles({ ...world, maintenances: planned });
    const pathsOf = (year: string) =>
      files.find(({ path }) => path.includes(year))?.entries.map(({ path }) => path.split('/')[1]);
    expect(pathsOf('2025')).toEqual(['incidents', 'incidents', 'maintenances']);
    expect(pathsOf('2026')).toEqual(['incidents', 'maintenances']);
  });

  it('names every page once in every language, and with each all of them', async () => {
    const spoken = inLanguages(world, ['en', 'es']);
    const files = await Promise.all(
      sitemapPaths(spoken)
        .slice(1)
        .map((path) => textAt(spoken, path)),
    );
    const items = (await Promise.all(files.map((text) => parseSitemap(streamOf(text))))).flat();
    const published = new Set(allRoutes(spoken).map(({ path }) => path));
    const paths = items.map(({ url }) => new URL(url).pathname);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.filter((path) => !published.has(path))).toEqual([]);
    expect(paths).toEqual(
      expect.arrayContaining(['/es', '/history', '/es/postmortems/two-disks', '/es/components/a-and-b']),
    );
    expect(items[0]?.links).toEqual([
      { lang: 'en', url: 'https://status.lanterna.example/' },
      { lang: 'es', url: 'https://status.lanterna.example/es' },
      { lang: 'x-default', url: 'https://status.lanterna.example/' },
    ]);
  });

  it('is rendered anew for an update only where the incident is', () => {
    const [newest, ...rest] = world.incidents;
    if (!newest) throw new Error('no incident');
    const keys = new Map(allRoutes(world).map(({ path, key }) => [path, key]));
    const after = { ...world, incidents: [{ ...newest, updatedAt: newest.updatedAt + 1 }, ...rest] };
    const changed = allRoutes(after).filter(({ path, key }) => keys.get(path) !== key && path.startsWith('/sitemap'));
    expect(changed.map(({ path }) => path)).toEqual(['/sitemap.xml', '/sitemap-2026.xml']);
  });

  it('keeps to 50,000 addresses and 50 MB a file, and leaves nothing out', () => {
    const many = Array.from({ length: 9_000 }, (_, index) =>
      incident(`i${index}`, [], { id: String(index).padStart(12, 'x'), createdAt: friday, updatedAt: friday }),
    );
    const large = inLanguages(snapshot({ incidents: many }), [...locales]);
    const files = sitemapFiles(large);
    expect(files.map(({ path }) => path)).toEqual([
      '/sitemap-pages.xml',
      '/sitemap-2026.xml',
      '/sitemap-2026-2.xml',
      '/sitemap-2026-3.xml',
    ]);
    expect(files.slice(1).reduce((sum, { entries }) => sum + entries.length, 0)).toBe(many.length);
    for (const file of files) {
      const text = sitemapText(large, file);
      expect(text.match(/<url>/g)?.length).toBeLessThanOrEqual(50_000);
      expect(Buffer.byteLength(text)).toBeLessThan(50 * 1024 * 1024);
    }
  });
});
