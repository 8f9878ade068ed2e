import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { heartbeatName, homeName } from '#publish/staticFile.ts';
import type { SiteFile, StaticSite } from '#publish/staticSite.ts';
import { manifestName } from '#publish/targets/manifest.ts';
import type { Held, Target } from '#publish/targets/target.ts';

/** A file as a reader gets it from a host. */
export type ReadFile = { text: string; contentType?: string; cacheControl?: string };

/** A target on a host of the test's own. */
export type TargetSetup = {
  target: Target;
  /** Everything that the host shows, by name; what only a program reads is left out. */
  shown: () => Promise<Map<string, ReadFile>>;
  /** Puts something of somebody else there. */
  plant: (name: string, text: string) => Promise<void>;
};

const beat = Date.UTC(2026, 10, 24, 20);

/** A site with these texts, and the heartbeat that belongs to it. */
export function siteOfTexts(texts: Record<string, string>, heartbeatAt = beat): StaticSite {
  const all = { ...texts, [heartbeatName]: `{"heartbeatAt":"${new Date(heartbeatAt).toISOString()}"}\n` };
  const files = Object.entries(all).map(([name, text]): [string, SiteFile] => [
    name,
    {
      name,
      contentType: name.endsWith('.html') ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
      cacheControl: 'public, max-age=5',
      hash: hash('sha256', text),
      bytes: async () => Buffer.from(text),
    },
  ]);
  return { heartbeatAt, files: new Map(files) };
}

/** The same site, one file of which breaks when it is read. */
function breakingAt(site: StaticSite, name: string): StaticSite {
  const file = site.files.get(name);
  if (!file) throw new Error(`no ${name}`);
  const bytes = () => Promise.reject(new Error('the disk has died'));
  return { ...site, files: new Map([...site.files, [name, { ...file, bytes }]]) };
}

const first = {
  [homeName]: '<a href="/incidents/a">A</a>',
  'incidents/a/index.html': 'A begins',
  'history.rss': 'feed 1',
  'feed.json': '{"ü": "1"}',
  '404.html': 'nothing',
  '.well-known/security.txt': 'Contact: mailto:a@example.org',
};
const second = {
  ...first,
  [homeName]: '<a href="/incidents/b">B</a>',
  'incidents/b/index.html': 'B begins',
  'history.rss': 'feed 2',
};

const textsOf = (files: Map<string, ReadFile>) =>
  Object.fromEntries([...files].map(([name, { text }]) => [name, text]));
const patience = () => AbortSignal.timeout(60_000);

/** What every target must do. Each test has a host of its own. */
export function describeTarget(name: string, skipped: string | null, setup: () => Promise<TargetSetup>): void {
  describe.skipIf(skipped !== null)(`the target ${name}${skipped === null ? '' : ` (${skipped})`}`, () => {
    const expectShown = async ({ shown }: TargetSetup, site: StaticSite) => {
      const wanted = await Promise.all(
        [...site.files].map(async ([file, { bytes }]) => [file, (await bytes()).toString()]),
      );
      expect(textsOf(await shown())).toEqual(Object.fromEntries(wanted));
    };

    it('brings everything to an empty host, and knows what it holds then', async () => {
      const made = await setup();
      const site = siteOfTexts(first);
      const held: Held = new Map();
      await made.target.sync(site, held, patience());
      await expectShown(made, site);
      for (const [file, { hash: wanted }] of site.files) expect(held.get(file)).toBe(wanted);
    });

    it('says what each file is, where the host can', async () => {
      const made = await setup();
      await made.target.sync(siteOfTexts(first), new Map(), patience());
      for (const [file, { contentType, cacheControl }] of await made.shown()) {
        if (contentType === undefined) continue;
        const kind = file.endsWith('.html') ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
        expect([file, contentType, cacheControl]).toEqual([file, kind, 'public, max-age=5']);
      }
    });

    it('brings what is new and what has changed, and takes away what is gone', async () => {
      const made = await setup();
      const held: Held = new Map();
      await made.target.sync(siteOfTexts(first), held, patience());
      await made.target.sync(siteOfTexts(second, beat + 30_000), held, patience());
      await expectShown(made, siteOfTexts(second, beat + 30_000));
      await made.target.sync(siteOfTexts(first, beat + 60_000), held, patience());
      await expectShown(made, siteOfTexts(first, beat + 60_000));
      expect([...held.keys()]).not.toContain('incidents/b/index.html');
    });

    it('reads only what has changed', async () => {
      const made = await setup();
      const held: Held = new Map();
      await made.target.sync(siteOfTexts(first), held, patience());
      const site = siteOfTexts(second, beat + 30_000);
      const read: string[] = [];
      const files = [...site.files].map(([file, each]): [string, SiteFile] => [
        file,
        {
          ...each,
          bytes: () => {
            read.push(file);
            return each.bytes();
          },
        },
      ]);
      await made.target.sync({ ...site, files: new Map(files) }, held, patience());
      expect(new Set(read)).toEqual(new Set([homeName, 'incidents/b/index.html', 'history.rss', heartbeatName]));
    });

    it('leaves the home page as it was when it fails in the middle, and then catches up', async () => {
      const made = await setup();
      const held: Held = new Map();
      await made.target.sync(siteOfTexts(first), held, patience());
      const site = siteOfTexts(second, beat + 30_000);
      const failing = made.target.sync(breakingAt(site, 'history.rss'), held, patience());
      await expect(failing).rejects.toThrow('the disk has died');
      const between = textsOf(await made.shown());
      expect(between[homeName]).toBe(first[homeName]);
      expect(between[heartbeatName]).toContain('20:00:00');
      expect(between['incidents/a/index.html']).toBe('A begins');
      await made.target.sync(site, held, patience());
      await expectShown(made, site);
    });

    it('goes back to what was when the change is taken back after a failure', async () => {
      const made = await setup();
      const held: Held = new Map();
      await made.target.sync(siteOfTexts(first), held, patience());
      const site = breakingAt(siteOfTexts(second, beat + 30_000), homeName);
      await made.target.sync(site, held, patience()).catch(() => {});
      await made.target.sync(siteOfTexts(first, beat + 60_000), held, patience());
      await expectShown(made, siteOfTexts(first, beat + 60_000));
    });

    it('makes a full sync of it when its memory is lost, also of what only the host remembers', async () => {
      const made = await setup();
      await made.target.sync(siteOfTexts(second), new Map(), patience());
      await made.target.sync(siteOfTexts(first, beat + 30_000), new Map(), patience());
      await expectShown(made, siteOfTexts(first, beat + 30_000));
    });

    it('believes the host where its memory is of another time', async () => {
      const made = await setup();
      const held: Held = new Map();
      await made.target.sync(siteOfTexts(first), held, patience());
      const old = new Map(held);
      await made.target.sync(siteOfTexts(second, beat + 30_000), held, patience());
      const outcome = await made.target.sync(siteOfTexts(first, beat + 60_000), old, patience()).catch(() => 'refused');
      // Where a host takes all or nothing it may refuse once; the next attempt asks it.
      if (outcome === 'refused') await made.target.sync(siteOfTexts(first, beat + 60_000), old, patience());
      await expectShown(made, siteOfTexts(first, beat + 60_000));
    });

    it('never touches a site that is not ours', async () => {
      const made = await setup();
      await made.plant(homeName, 'Somebody else lives here.');
      await expect(made.target.sync(siteOfTexts(first), new Map(), patience())).rejects.toThrow(
        /not ours|something else/,
      );
      expect(textsOf(await made.shown())).toEqual({ [homeName]: 'Somebody else lives here.' });
    });

    it('keeps a list of what is ours beside the site', async () => {
      const made = await setup();
      const held: Held = new Map();
      await made.target.sync(siteOfTexts(first), held, patience());
      expect(held.has(manifestName)).toBe(true);
    });

    it('ends when it is told to', async () => {
      const made = await setup();
      const held: Held = new Map();
      const stopped = AbortSignal.abort(new Error('stopped'));
      await expect(made.target.sync(siteOfTexts(first), held, stopped)).rejects.toThrow();
      await made.target.sync(siteOfTexts(first), held, patience());
      await expectShown(made, siteOfTexts(first));
    });
  });
}
