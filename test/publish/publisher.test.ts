import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Snapshot } from '#core/snapshot.ts';
import { answer } from '#publish/answer.ts';
import { pathOf } from '#publish/pageFile.ts';
import { type PublisherOptions, startPublisher } from '#publish/publisher.ts';
import type { RenderPage } from '#publish/route.ts';
import { openSite, type Site } from '#publish/site.ts';
import { listeningLog, renderPlain, temporaryDir } from '../helpers/site.ts';
import { friday, incident, snapshot, updates } from '../helpers/snapshot.ts';

/** A publisher over a value that the test changes, with an event log of its own. */
async function start(options: Partial<PublisherOptions> & { dir?: string; first?: Snapshot } = {}) {
  const { log, lines } = listeningLog();
  const site = await openSite({ dir: options.dir ?? (await temporaryDir()), log });
  const listeners = new Set<() => void>();
  const world = { snapshot: options.first ?? snapshot() };
  const readSnapshot = vi.fn(async () => ({ ...world.snapshot }));
  const renderPage = vi.fn(options.renderPage ?? renderPlain);
  const publisher = startPublisher({
    newestRevision: async () => world.snapshot.revision,
    onEvents(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    site,
    log,
    heartbeatMs: 3_600_000,
    pollMs: 3_600_000,
    ...options,
    readSnapshot: options.readSnapshot ?? readSnapshot,
    renderPage,
  });
  onTestFinished(() => publisher.stop());
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const change = (part: Partial<Snapshot>) => {
    world.snapshot = { ...world.snapshot, ...part, revision: world.snapshot.revision + 1 };
  };
  return { publisher, site, lines, world, readSnapshot, renderPage, tell, change, listeners };
}

const textAt = async (site: Site, url: string) =>
  (await answer(site, { method: 'GET', url, headers: {} }, site.heartbeatAt))?.body?.toString();
const films = incident('Films do not play', updates(['investigating', 'We are looking.', 0]));
const showsFilms = (site: Site) =>
  vi.waitFor(async () => expect(await textAt(site, '/')).toContain('Films do not play'));

/** A render that waits where the test wants it to. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('startPublisher', () => {
  it('it publishes everything, says when, and keeps it on disk', async () => {
    const dir = await temporaryDir();
    const { publisher, site } = await start({ dir, first: snapshot({ incidents: [films] }), now: () => friday });
    expect(publisher.lastPublishAt()).toBeNull();
    await publisher.published();
    expect(await textAt(site, `/incidents/${films.id}`)).toContain(`<title>/incidents/${films.id}</title>`);
    expect(await textAt(site, '/api/v2/summary.json')).toContain('Films do not play');
    expect(publisher.lastPublishAt()).toBe(friday);
    expect(site.heartbeatAt).toBe(snapshot().generatedAt);
    await publisher.stop();
    const back = await openSite({ dir, log: listeningLog().log });
    await back.learn();
    expect(back.heartbeatAt).toBe(site.heartbeatAt);
    expect(back.addresses().toSorted()).toEqual(site.addresses().toSorted());
    for (const address of site.addresses()) expect(await textAt(back, address)).toBe(await textAt(site, address));
  });

  it('it shows a change as soon as it is told of it', async () => {
    const { publisher, site, change, tell } = await start();
    await publisher.published();
    change({ incidents: [films] });
    tell();
    await showsFilms(site);
  });

  it('it tells whoever copies it that all is published, and whether that is news', async () => {
    const told: boolean[] = [];
    const onPublished = (isNews: boolean) => void told.push(isNews);
    const { publisher, change, tell } = await start({ onPublished, heartbeatMs: 50 });
    await publisher.published();
    /** News has been told of, and since then only that all is well. */
    const isToldThenQuiet = () =>
      vi.waitFor(() => {
        expect(told).toContain(true);
        expect(told.slice(-2)).toEqual([false, false]);
      });
    await isToldThenQuiet();
    for (const incidents of [[films], []]) {
      told.length = 0;
      change({ incidents });
      tell();
      await isToldThenQuiet();
    }
  });

  it('it finds the changes of other processes in the event log', async () => {
    const { publisher, site, change } = await start({ pollMs: 10 });
    await publisher.published();
    change({ incidents: [films] });
    await showsFilms(site);
  });

  it('it renders only what changed', async () => {
    const { publisher, renderPage, change, tell, site } = await start({
      first: snapshot({ incidents: [incident('Old', updates(['resolved', 'x', -900]))] }),
    });
    await publisher.published();
    renderPage.mockClear();
    change({ incidents: [films, incident('Old', updates(['resolved', 'x', -900]))] });
    tell();
    await showsFilms(site);
    await publisher.stop();
    const rendered = renderPage.mock.calls.map(([path]) => path);
    expect(rendered[0]).toBe('/');
    expect(rendered).toContain(`/incidents/${films.id}`);
    expect(rendered).not.toContain('/incidents/old000000000');
  });

  it('an event that changes nothing public renders nothing', async () => {
    const { publisher, renderPage, change, tell, readSnapshot } = await start();
    await publisher.published();
    renderPage.mockClear();
    change({});
    tell();
    await vi.waitFor(() => expect(readSnapshot).toHaveBeenCalledTimes(2));
    await publisher.stop();
    expect(renderPage).not.toHaveBeenCalled();
  });

  it('a hundred events during one publish become one more', async () => {
    const { opened, open } = gate();
    const renderPage: RenderPage = async (path, locals) => {
      await opened;
      return renderPlain(path, locals);
    };
    const { publisher, readSnapshot, site, tell, change } = await start({ renderPage });
    await vi.waitFor(() => expect(readSnapshot).toHaveBeenCalledTimes(1));
    for (let event = 0; event < 100; event++) {
      change({ incidents: [films] });
      tell();
    }
    open();
    await showsFilms(site);
    await publisher.stop();
    expect(readSnapshot).toHaveBeenCalledTimes(2);
  });

  it('two publishes never run at the same time', async () => {
    let running = 0;
    let most = 0;
    const { publisher, tell, change } = await start({
      readSnapshot: async () => {
        most = Math.max(most, ++running);
        await sleep(5);
        running--;
        return snapshot();
      },
    });
    for (let event = 0; event < 10; event++) {
      change({});
      tell();
      await sleep(2);
    }
    await publisher.stop();
    expect(most).toBe(1);
  });

  it('home and the open incident become visible together', async () => {
    const { opened, open } = gate();
    const renderPage: RenderPage = async (path, locals) => {
      if (path.startsWith('/incidents/')) await opened;
      return renderPlain(path, locals);
    };
    const { publisher, site, change, tell } = await start({ renderPage });
    await publisher.published();
    change({ incidents: [films] });
    tell();
    await sleep(30);
    expect(await textAt(site, '/')).not.toContain('Films do not play');
    open();
    await showsFilms(site);
    expect(await textAt(site, `/incidents/${films.id}`)).toContain('Films do not play');
  });

  it('a page that cannot be rendered keeps its last good bytes, is named, and holds up no other', async () => {
    let broken = false;
    const renderPage: RenderPage = async (path, locals) => {
      if (broken && path === '/components/payments') throw new Error('no such thing');
      return renderPlain(path, locals);
    };
    const { publisher, site, change, tell, lines } = await start({ renderPage });
    await publisher.published();
    const before = await textAt(site, '/components/payments');
    const beatAt = site.heartbeatAt;
    broken = true;
    change({ incidents: [films], page: { ...snapshot().page, name: 'Other' }, generatedAt: beatAt + 1_000 });
    tell();
    await showsFilms(site);
    await vi.waitFor(() => expect(publisher.failures()).toEqual(new Map([['/components/payments', 'no such thing']])));
    await vi.waitFor(async () => expect(await textAt(site, '/robots.txt')).toBeDefined());
    expect(await textAt(site, '/components/payments')).toBe(before);
    expect(lines.filter(({ level }) => level === 50)).toMatchObject([{ path: '/components/payments' }]);

    broken = false;
    tell();
    await vi.waitFor(() => expect(publisher.failures().size).toBe(0));
    expect(site.heartbeatAt).toBe(beatAt + 1_000);
    expect(await textAt(site, '/components/payments')).not.toBe(before);
  });

  it('without a heartbeat of every live page, the site grows old and says so', async () => {
    let broken = false;
    const renderPage: RenderPage = async (path, locals) =>
      broken && path === '/' ? new Response('', { status: 500 }) : renderPlain(path, locals);
    const { publisher, site, world } = await start({ renderPage, heartbeatMs: 10 });
    await publisher.published();
    broken = true;
    await vi.waitFor(() => expect(publisher.failures().has('/')).toBe(true));
    const lastBeatAt = site.heartbeatAt;
    world.snapshot = { ...world.snapshot, generatedAt: lastBeatAt + 200_000 };
    await sleep(50);
    expect(site.heartbeatAt).toBe(lastBeatAt);
    const home = await answer(site, { method: 'GET', url: '/', headers: {} }, lastBeatAt + 200_000);
    expect(home?.body?.toString()).toContain('class="stale"');
  });

  it('the heartbeat renders what is live and leaves the rest', async () => {
    const { publisher, site, world, renderPage } = await start({
      heartbeatMs: 20,
      first: snapshot({ incidents: [films, incident('Old', updates(['resolved', 'x', -900]))] }),
    });
    await publisher.published();
    renderPage.mockClear();
    const nextAt = site.heartbeatAt + 30_000;
    world.snapshot = { ...world.snapshot, generatedAt: nextAt };
    await vi.waitFor(async () => expect(await textAt(site, '/')).toContain(String(nextAt)));
    await publisher.stop();
    const rendered = new Set(renderPage.mock.calls.map(([path]) => path));
    expect(rendered).toEqual(new Set(['/', `/incidents/${films.id}`, '/embed/frame']));
    expect(site.heartbeatAt).toBe(nextAt);
  });

  it('what is no longer public is withdrawn, from memory and from disk', async () => {
    const dir = await temporaryDir();
    const { publisher, site, change, tell } = await start({ dir, first: snapshot({ incidents: [films] }) });
    await publisher.published();
    change({ incidents: [] });
    tell();
    await vi.waitFor(async () => expect(await textAt(site, `/incidents/${films.id}`)).toBeUndefined());
    await publisher.stop();
    const back = await openSite({ dir, log: listeningLog().log });
    expect(await back.find('/')).not.toBeNull();
    expect(await back.find(`/incidents/${films.id}`)).toBeNull();
  });

  it('while the database is out of reach visitors keep the last good pages, and everything shows when it is back', async () => {
    const dir = await temporaryDir();
    const before = await start({ dir });
    await before.publisher.published();
    await before.publisher.stop();

    let away = true;
    const { publisher, site, lines } = await start({
      dir,
      pollMs: 10,
      newestRevision: async () => {
        if (away) throw new Error('no database');
        return 5;
      },
      readSnapshot: async () => {
        if (away) throw new Error('no database');
        return snapshot({ revision: 5, incidents: [films] });
      },
    });
    expect(await textAt(site, '/')).toContain('<title>/</title>');
    await vi.waitFor(() => expect(lines.some(({ level }) => level === 40)).toBe(true));
    await sleep(50);
    expect(publisher.lastPublishAt()).toBeNull();
    expect(await textAt(site, '/')).toContain('<title>/</title>');
    expect(lines).toHaveLength(2);
    away = false;
    await publisher.published();
    expect(await textAt(site, '/')).toContain('Films do not play');
  });

  it('a disk that cannot be written takes nothing from visitors', async () => {
    const { publisher, site, lines } = await start({ dir: '/dev/null/site', first: snapshot({ incidents: [films] }) });
    await publisher.published();
    await publisher.stop();
    expect(await textAt(site, '/')).toContain('Films do not play');
    expect(lines.filter(({ level }) => level === 50)).toMatchObject([
      { msg: 'the published site could not be kept on disk; it is tried again' },
    ]);
  });

  it('a restart renders only what changed meanwhile, and another build renders everything', async () => {
    const dir = await temporaryDir();
    const old = incident('Old', updates(['resolved', 'x', -900]));
    const run = async (build: string, incidents: Snapshot['incidents']) => {
      const { publisher, renderPage } = await start({ dir, build, first: snapshot({ incidents }) });
      await publisher.published();
      await publisher.stop();
      return renderPage.mock.calls.map(([path]) => path);
    };
    const everything = await run('first', [old]);
    expect(await run('first', [old])).toEqual([]);
    const changed = await run('first', [films, old]);
    expect(changed.slice(0, 2)).toEqual(['/', `/incidents/${films.id}`]);
    expect(changed).not.toContain('/incidents/old000000000');
    expect(new Set(await run('second', [old]))).toEqual(new Set(everything));
  });

  it('an upgrade serves the old bytes of what it did not come to yet', async () => {
    const dir = await temporaryDir();
    const before = await start({ dir, build: 'first' });
    await before.publisher.published();
    await before.publisher.stop();
    const { opened, open } = gate();
    const renderPage: RenderPage = async (path, locals) => {
      await opened;
      return renderPlain(path, locals);
    };
    const { publisher, site, renderPage: rendering } = await start({ dir, build: 'second', renderPage });
    await vi.waitFor(() => expect(rendering).toHaveBeenCalled());
    expect(await textAt(site, '/history')).toContain('<title>/history</title>');
    open();
    await publisher.published();
  });

  it('a change does not wait for the rest of a long publish', async () => {
    const many = Array.from({ length: 60 }, (_, n) => incident(`Old ${n}`, updates(['resolved', 'x', -900 - n])));
    const slowly: RenderPage = async (path, locals) => {
      if (path.startsWith('/incidents/old')) await sleep(20);
      return renderPlain(path, locals);
    };
    const { publisher, site, change, tell } = await start({ first: snapshot({ incidents: many }), renderPage: slowly });
    await vi.waitFor(() => expect(publisher.waitingCount()).toBeGreaterThan(40));
    change({ incidents: [films, ...many] });
    tell();
    await showsFilms(site);
    expect(publisher.waitingCount()).toBeGreaterThan(0);
    await publisher.published();
    expect(publisher.waitingCount()).toBe(0);
  });

  it('a page that fails again and again is left alone for longer and longer', async () => {
    const clock = { now: friday };
    const renderPage: RenderPage = async (path, locals) => {
      if (path === '/history') throw new Error('no such thing');
      return renderPlain(path, locals);
    };
    const { publisher, tell, readSnapshot, renderPage: rendering } = await start({ renderPage, now: () => clock.now });
    await publisher.published();
    const tries = () => rendering.mock.calls.filter(([path]) => path === '/history').length;
    const publishAgain = async () => {
      const before = readSnapshot.mock.calls.length;
      tell();
      await vi.waitFor(() => expect(readSnapshot.mock.calls.length).toBe(before + 1));
      await vi.waitFor(() => expect(publisher.waitingCount()).toBe(0));
    };
    await publishAgain();
    expect(tries()).toBe(2);
    await publishAgain();
    expect(tries()).toBe(2);
    clock.now += 1_000;
    await publishAgain();
    expect(tries()).toBe(3);
    expect(publisher.failures()).toEqual(new Map([['/history', 'no such thing']]));
  });

  it('a page that is damaged on the disk is rendered again, without a change', async () => {
    const dir = await temporaryDir();
    const { publisher, site } = await start({ dir, first: snapshot({ incidents: [films] }) });
    await publisher.published();
    await vi.waitFor(() => expect(site.peek('/history')).toBeUndefined());
    await writeFile(pathOf(dir, '/history'), 'nonsense');
    expect((await answer(site, { method: 'GET', url: '/history', headers: {} }))?.status).toBe(503);
    await vi.waitFor(async () => expect(await textAt(site, '/history')).toContain('<title>/history</title>'));
  });

  it('every beat says in a page of its own when it was', async () => {
    const { publisher, site } = await start();
    await publisher.published();
    const { generatedAt, revision } = snapshot();
    expect(JSON.parse((await textAt(site, '/heartbeat.json')) ?? '')).toEqual({
      at: new Date(generatedAt).toISOString(),
      revision: String(revision),
    });
  });

  it('once stopped it listens and renders no more', async () => {
    const { publisher, renderPage, tell, change, listeners } = await start({ heartbeatMs: 5, pollMs: 5 });
    await publisher.published();
    await publisher.stop();
    renderPage.mockClear();
    change({ incidents: [films] });
    tell();
    await sleep(30);
    expect(listeners.size).toBe(0);
    expect(renderPage).not.toHaveBeenCalled();
  });

  it('it publishes cards after everything else, and no page waits for one', async () => {
    const { opened, open } = gate();
    const paintCard = vi.fn(async () => {
      await opened;
      return Buffer.from('a card');
    });
    const { publisher, site, change, tell } = await start({ paintCard, first: snapshot({ incidents: [films] }) });
    await publisher.published();
    change({ incidents: [{ ...films, title: 'Films play again', updatedAt: films.updatedAt + 1 }] });
    tell();
    await vi.waitFor(async () => expect(await textAt(site, '/')).toContain('Films play again'));
    expect(await textAt(site, '/card.png')).toBeUndefined();
    open();
    await vi.waitFor(async () => expect(await textAt(site, `/incidents/${films.id}/card.png`)).toBe('a card'));
  });

  it('it takes back the card of an incident that is gone while it is drawn', async () => {
    const { opened, open } = gate();
    const paintCard = vi.fn(async ({ headline }: { headline: string }) => {
      if (headline === films.title) await opened;
      return Buffer.from('a card');
    });
    const { publisher, site, change, tell } = await start({ paintCard, first: snapshot({ incidents: [films] }) });
    await publisher.published();
    await vi.waitFor(() => expect(paintCard).toHaveBeenCalledWith(expect.objectContaining({ headline: films.title })));
    change({ incidents: [] });
    tell();
    await vi.waitFor(async () => expect(await textAt(site, `/incidents/${films.id}`)).toBeUndefined());
    open();
    await publisher.stop();
    expect(await textAt(site, `/incidents/${films.id}/card.png`)).toBeUndefined();
  });

  it('it says once that a card cannot be drawn, and publishes all the rest', async () => {
    const paintCard = async () => {
      throw new Error('no ink');
    };
    const { publisher, lines, change, tell } = await start({ paintCard });
    await publisher.published();
    await vi.waitFor(() => expect(publisher.failures().get('/card.png')).toBe('no ink'));
    change({ incidents: [films] });
    tell();
    await vi.waitFor(() => expect(publisher.failures().size).toBe(2));
    expect(publisher.lastPublishAt()).not.toBeNull();
    expect(lines.filter(({ path }) => path === '/card.png')).toHaveLength(1);
  });
});
