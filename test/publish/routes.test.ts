import { describe, expect, it } from 'vitest';
import type { Snapshot } from '#core/snapshot.ts';
import { allRoutes } from '../helpers/routes.ts';
import { renderPlain } from '../helpers/site.ts';
import {
  component,
  friday,
  idOf,
  incident,
  maintenance,
  pageSettings,
  plans,
  postmortem,
  snapshot,
  updates,
} from '../helpers/snapshot.ts';

const affected = [{ id: idOf('Payments'), role: 'cause', state: 'major_outage' }] as const;
const night = snapshot({
  components: [component('Submissions'), component('Payments', { state: 'major_outage' })],
  incidents: [
    incident('Payments fail', updates(['investigating', 'x', 0]), { components: [...affected] }),
    incident('Mail was late', updates(['investigating', 'x', -900], ['resolved', 'y', -800])),
    incident('Older', updates(['resolved', 'y', -5_000])),
  ],
});

function changedPaths(before: Snapshot, after: Snapshot): string[] {
  const keys = new Map(allRoutes(before).map(({ path, key }) => [path, key]));
  return allRoutes(after)
    .filter(({ path, key }) => keys.get(path) !== key)
    .map(({ path }) => path);
}

describe('routesOf', () => {
  it('it names every public file once', () => {
    const paths = allRoutes(night).map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toEqual(
      expect.arrayContaining([
        '/',
        '/history',
        '/history/2026-11',
        '/history/2026-08',
        '/components/payments/history',
        '/postmortems',
        '/incidents/paymentsfail',
        '/incidents/older0000000',
        '/components/payments',
        '/subscribe',
        '/subscribe/sent',
        '/subscribe/confirm',
        '/subscribe/confirmed',
        '/subscribe/unsubscribe',
        '/subscribe/unsubscribed',
        '/404',
        '/history.rss',
        '/history.atom?per=update',
        '/feed.json?component=payments',
        '/history.rss?component=payments&per=update',
        '/badge.svg',
        '/embed/frame',
        '/embed/script.js',
        '/badge/payments.json',
        '/api/v2/summary.json',
        '/api/v2/scheduled-maintenances/upcoming.json',
        '/robots.txt',
        '/sitemap.xml',
      ]),
    );
  });

  it('planned work is a page and two sorts of calendar, and renders anew what shows it', () => {
    const planned = maintenance('Larger disks', undefined, { componentIds: [idOf('Payments')] });
    const with_ = (...maintenances: (typeof planned)[]) => ({ ...night, maintenances });
    const added = changedPaths(night, with_(planned));
    expect(added).toEqual(
      expect.arrayContaining([
        '/',
        '/maintenances/largerdisks0',
        '/maintenances/largerdisks0.ics',
        '/calendar.ics',
        '/calendar.ics?component=payments',
        '/components/payments',
        '/history.rss',
        '/feed.json?component=payments',
        '/api/v2/scheduled-maintenances.json',
        '/sitemap.xml',
      ]),
    );
    for (const path of [
      '/components/submissions',
      '/feed.json?component=submissions',
      '/incidents/older0000000',
      '/subscribe',
    ])
      expect(added).not.toContain(path);
    const begun = maintenance('Larger disks', plans(['scheduled', 'x', 0], ['in_progress', 'y', 360]));
    expect(changedPaths(with_(planned), with_({ ...begun, componentIds: planned.componentIds }))).toEqual(
      expect.arrayContaining([
        '/',
        '/maintenances/largerdisks0',
        '/calendar.ics',
        '/history.atom',
        '/api/v2/summary.json',
      ]),
    );
    expect(changedPaths(with_(planned), { ...with_(planned), generatedAt: friday + 2 * 3_600_000 })).toEqual([]);
  });

  it('a calendar lets go of what has been over for long', () => {
    const done = maintenance('Done', plans(['completed', 'x', -60]));
    const before = { ...night, maintenances: [done] };
    const after = { ...before, generatedAt: before.generatedAt + 91 * 86_400_000 };
    expect(changedPaths(before, after)).toContain('/calendar.ics');
  });

  it('a new postmortem is a page, and renders the page and the feeds of its incident anew', () => {
    const older = idOf('Older');
    const after = { ...night, postmortems: [postmortem('Two disks', { incident: older })] };
    const changed = changedPaths(night, after);
    expect(changed).toEqual(
      expect.arrayContaining([
        '/postmortems',
        '/postmortems/two-disks',
        `/incidents/${older}`,
        '/history.rss',
        '/sitemap.xml',
      ]),
    );
    expect(changed).not.toContain('/incidents/mailwaslate0');
    expect(changed).not.toContain('/subscribe');
  });

  it('has each page and the feeds of everything in every language, and the rest once', () => {
    const inTwo = { ...night, page: pageSettings({ locales: ['es', 'ru'] }) };
    const paths = allRoutes(inTwo).map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toEqual(
      expect.arrayContaining([
        '/',
        '/ru',
        '/history',
        '/ru/history',
        '/ru/incidents/paymentsfail',
        '/ru/components/payments',
        '/ru/404',
        '/history.rss',
        '/ru/history.rss',
        '/ru/history.atom?per=update',
        '/ru/feed.json?per=update',
        '/language',
      ]),
    );
    expect(paths.filter((path) => /^\/(es|en)(\/|$)/.test(path))).toEqual([]);
    expect(paths.filter((path) => path.startsWith('/ru/') && path.includes('component='))).toEqual([]);
    expect(allRoutes(night).map(({ path }) => path)).not.toContain('/language');
  });

  it('says whom to tell of a hole only where the page names somebody', async () => {
    const path = '/.well-known/security.txt';
    expect(allRoutes(night).map((route) => route.path)).not.toContain(path);
    const helped = { ...night, page: { ...night.page, supportUrl: 'mailto:help@lanterna.example' } };
    const route = allRoutes(helped).find((each) => each.path === path);
    expect((await route?.render(helped, renderPlain))?.body).toBe(
      'Contact: mailto:help@lanterna.example\nExpires: 2027-07-01T00:00:00Z\nCanonical: https://status.lanterna.example/.well-known/security.txt\n',
    );
  });

  it('it begins with home and the open incidents', () => {
    expect(
      allRoutes(night)
        .slice(0, 2)
        .map(({ path }) => path),
    ).toEqual(['/', '/incidents/paymentsfail']);
  });

  it('what says how things are now is live; what is over, feeds and forms are not', () => {
    const live = allRoutes(night)
      .filter((route) => route.live)
      .map(({ path }) => path);
    expect(live.filter((path) => !path.startsWith('/api/'))).toEqual(['/', '/incidents/paymentsfail', '/embed/frame']);
  });

  it('time alone changes no key', () => {
    expect(changedPaths(night, { ...night, revision: 2, generatedAt: night.generatedAt + 60_000 })).toEqual([]);
  });

  it('an update renders home, its incident, JSON, its feeds and its component, and no other incident', () => {
    const [open, ...rest] = night.incidents;
    const posts = updates(['investigating', 'x', 0], ['identified', 'z', 30]);
    const after = {
      ...night,
      incidents: [{ ...open, status: 'identified', updates: posts } as typeof open & {}, ...rest],
    };
    const paths = changedPaths(night, after);
    expect(paths).toEqual(
      expect.arrayContaining([
        '/',
        '/incidents/paymentsfail',
        '/api/v2/summary.json',
        '/history.rss',
        '/history',
        '/components/payments',
        '/feed.json?component=payments',
      ]),
    );
    for (const path of [
      '/incidents/older0000000',
      '/components/submissions',
      '/history.rss?component=submissions',
      '/subscribe',
      '/robots.txt',
    ])
      expect(paths).not.toContain(path);
  });

  it('a translation that is added, and a name in another language, render what shows them', () => {
    const [fails, late] = night.incidents;
    if (!fails || !late) throw new Error('two incidents');
    const translated = { ...late, updatedAt: late.updatedAt + 1 };
    const paths = changedPaths(night, { ...night, incidents: [fails, translated, ...night.incidents.slice(2)] });
    expect(paths).toEqual(expect.arrayContaining(['/', '/history', `/incidents/${late.id}`]));
    expect(paths).not.toContain('/incidents/older0000000');
    const [first, ...others] = night.components;
    if (!first) throw new Error('a component');
    const named = { ...first, translations: { es: { name: 'Inscripciones' } } };
    const shown = changedPaths(night, { ...night, components: [named, ...others] });
    expect(shown).toEqual(expect.arrayContaining(['/', '/incidents/older0000000', '/subscribe']));
  });

  it('an incident that is resolved is rendered once more and then settled', () => {
    const [open, ...rest] = night.incidents;
    const posts = updates(['investigating', 'x', 0], ['resolved', 'z', 30]);
    const closed = { ...open, status: 'resolved', updates: posts, updatedAt: friday + 30 * 60_000 } as typeof open & {};
    const after = { ...night, incidents: [closed, ...rest] };
    expect(changedPaths(night, after)).toContain('/incidents/paymentsfail');
    expect(allRoutes(after).find(({ path }) => path === '/incidents/paymentsfail')?.live).toBe(false);
  });

  it('a component that fails renders what shows it, and no incident that is over', () => {
    const after = snapshot({
      ...night,
      components: [component('Submissions', { state: 'degraded' }), component('Payments', { state: 'major_outage' })],
    });
    const paths = changedPaths(night, after);
    expect(paths).toEqual(
      expect.arrayContaining(['/', '/components/submissions', '/incidents/paymentsfail', '/subscribe', '/404']),
    );
    expect(paths.filter((path) => /mailwaslate|older|history\.|feed\.json|sitemap/.test(path))).toEqual([]);
  });

  it('a component that goes on failing is not new at every look', () => {
    const failing = (failingMs: number) =>
      snapshot({
        components: [
          component('Payments', {
            state: 'major_outage',
            uptime: 0.99 - failingMs / 1e11,
            days: [{ date: '2026-11-20', state: 'major_outage', failingMs, uptime: 0.5 - failingMs / 1e11 }],
          }),
        ],
      });
    expect(changedPaths(failing(60_000), failing(61_000))).toEqual([]);
    expect(changedPaths(failing(60_000), failing(1e9))).toContain('/components/payments');
  });

  it('a new name of the page, and a new year, render everything that shows them: all but the badges of components, the script and the addresses of pages', () => {
    const renamed = { ...night, page: { ...night.page, name: 'Other' } };
    const nameless = [
      '/embed/script.js',
      '/badge/submissions.svg',
      '/badge/submissions.json',
      '/badge/payments.svg',
      '/badge/payments.json',
    ];
    const paths = allRoutes(night).map(({ path }) => path);
    expect(changedPaths(night, renamed)).toEqual(
      paths.filter((path) => !nameless.includes(path) && !path.startsWith('/sitemap')),
    );
    expect(changedPaths(night, { ...night, generatedAt: Date.UTC(2027, 0, 1) })).toContain('/incidents/older0000000');
  });

  it('it takes the policy from the render and refuses what is not a page', async () => {
    const [home, ...others] = allRoutes(night);
    expect(await home?.render(night, renderPlain)).toMatchObject({
      policy: "default-src 'none'; style-src 'sha256-abc'",
    });
    await expect(home?.render(night, async () => new Response('oops', { status: 500 }))).rejects.toThrow(
      'answered 500',
    );
    await expect(home?.render(night, async () => new Response(null, { status: 404 }))).rejects.toThrow('answered 404');
    await expect(home?.render(night, async () => new Response(' \n'))).rejects.toThrow('is empty');
    const missing = others.find(({ path }) => path === '/404');
    expect((await missing?.render(night, renderPlain))?.body).toContain('<title>/404</title>');
  });

  it('an incident that leaves the thirty newest renders its page anew, since its card goes', () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      incident(`Number ${index + 100}`, updates(['resolved', 'y', -index])),
    );
    const [newest, ...before] = many;
    if (!newest) throw new Error('no incident');
    const pages = changedPaths({ ...night, incidents: before }, { ...night, incidents: [newest, ...before] });
    expect(pages.filter((path) => path.startsWith('/incidents/'))).toEqual([
      `/incidents/${newest.id}`,
      `/incidents/${before[29]?.id}`,
    ]);
  });

  it('robots.txt names the sitemap', async () => {
    const robots = allRoutes(night).find(({ path }) => path === '/robots.txt');
    const text = (await robots?.render(night, renderPlain))?.body;
    expect(text).toContain('Sitemap: https://status.lanterna.example/sitemap.xml');
  });
});
