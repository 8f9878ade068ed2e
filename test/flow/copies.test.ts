import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LinkChecker } from 'linkinator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepScreenshots, launchBrowser, openPage } from '../helpers/browser.ts';
import { missingProgram } from '../helpers/debian.ts';
import { startFilmHouse } from '../helpers/filmHouse.ts';
import { freePort } from '../helpers/freePort.ts';
import { makeNginx, type Nginx } from '../helpers/nginx.ts';
import { makeDataDir, type Product, startProduct } from '../helpers/product.ts';
import { waitUntil } from '../helpers/wait.ts';

const noNginx = await missingProgram('nginx');

/** The nginx of the manual, on a folder of ours. */
async function manualServer(root: string): Promise<string> {
  const manual = await readFile(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
  const block = manual.split('```').find((text) => text.includes('root /srv/www/status;')) ?? '';
  const server = block.slice(block.indexOf('{') + 1, block.lastIndexOf('}'));
  return server.replace(/^ *(listen|server_name) .*$/gm, '').replace('/srv/www/status', root);
}

async function namesIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)).toSorted();
}

describe.skipIf(noNginx !== null)(
  `the copies, when the product is dead${noNginx === null ? '' : ` (${noNginx})`}`,
  () => {
    let house: Awaited<ReturnType<typeof startFilmHouse>>;
    let data: Awaited<ReturnType<typeof makeDataDir>>;
    let product: Product;
    let nginx: Nginx;
    let url: string;
    let www: string;

    beforeAll(async () => {
      house = await startFilmHouse();
      data = await makeDataDir(house.statusYaml);
      www = join(data.dir, 'www');
      const port = await freePort();
      url = `http://127.0.0.1:${port}`;
      nginx = await makeNginx(port, await manualServer(www));
      // Readers come to the copy by the address that they always use.
      product = await startProduct(data.dir, { PUBLIC_URL: url });
    }, 60_000);
    afterAll(async () => {
      await product?.kill();
      await nginx?.remove();
      await house?.stop();
      await data?.remove();
    });

    const get = async (path: string) => {
      const response = await fetch(url + path);
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    };

    it('are made as soon as the settings of the running server say so', async () => {
      const settings = `${house.statusYaml}publish:\n  targets: [{ kind: folder, name: second-disk, path: www, refresh: 5s }]\n`;
      await writeFile(join(data.dir, 'status.yaml'), settings);
      const { stdout } = await product.cli('config', 'plan');
      expect(stdout).toContain('+ target second-disk (folder)');
      await product.cli('config', 'apply', '--yes');
      await waitUntil('the copy is there', () => readFile(join(www, 'heartbeat.json'), 'utf8').catch(() => null));
      const ready = (await (await fetch(`${product.url}/readyz`)).json()) as { targets: unknown };
      expect(ready.targets).toEqual([
        { name: 'second-disk', kind: 'folder', lagMs: expect.any(Number), behind: false },
      ]);
    }, 60_000);

    it('show a change, and go on showing it when the product and its database are gone', async () => {
      const askedAt = Date.now();
      const said = ['--title', 'Uploads fail', '--body', 'We are looking.', '--component', 'submissions=degraded'];
      await product.cli('incident', 'open', ...said);
      await waitUntil('the copy says it', async () =>
        (await readFile(join(www, 'index.html'), 'utf8')).includes('Uploads fail'),
      );
      // Cards are drawn after all else, and follow by themselves.
      const incident = (await readdir(join(www, 'incidents')))[0] ?? '';
      await waitUntil('its card is there', async () =>
        (await readdir(join(www, 'incidents', incident))).includes('card.png'),
      );
      // A line with a key says that our own disk has it, too.
      const onDisk = new RegExp(`"/incidents/${incident}/card.png","[^"]`);
      await waitUntil('it is kept', async () =>
        onDisk.test(await readFile(join(data.dir, 'site/addresses.log'), 'utf8')),
      );
      // The last file of a sync is the heartbeat: what it tells the time of is whole.
      const shownAt = async () => Date.parse(JSON.parse(await readFile(join(www, 'heartbeat.json'), 'utf8')).at);
      await waitUntil('it is whole', async () => (await shownAt()) >= askedAt);
      await waitUntil('nothing is half copied', async () => !(await namesIn(www)).some((name) => /\.new$/.test(name)));
      await product.kill();
      for (const entry of await readdir(data.dir))
        if (/^intermission\.db/.test(entry)) await rm(join(data.dir, entry), { recursive: true });
      await nginx.start();
      const home = await get('/');
      expect(home.status).toBe(200);
      expect(home.type).toBe('text/html; charset=utf-8');
      expect(home.text).toContain('Uploads fail');
    }, 120_000);

    it('say their age', async () => {
      const { text } = await get('/');
      const [, made = ''] =
        /This page shows what we knew at <time datetime="([^"]+)"/.exec(text.replaceAll(/\s+/g, ' ')) ?? [];
      expect(Date.parse(made)).toBeLessThanOrEqual(Date.now());
      const beat = JSON.parse((await get('/heartbeat.json')).text) as { at: string };
      expect(Math.floor(Date.parse(beat.at) / 1_000)).toBe(Date.parse(made) / 1_000);
    });

    it('have no broken link, from home to the last page', async () => {
      const checker = new LinkChecker();
      const { links } = await checker.check({
        path: `${url}/`,
        recurse: true,
        concurrency: 8,
        // What leads elsewhere is not ours to answer for.
        linksToSkip: async (link) => !link.startsWith(url),
      });
      const broken = links
        .filter(({ state }) => state === 'BROKEN')
        .map((link) => `${link.parent} -> ${link.url} ${link.status}`);
      expect(broken).toEqual([]);
      const seen = links.filter(({ state }) => state === 'OK').map((link) => new URL(link.url).pathname);
      expect(seen).toEqual(
        expect.arrayContaining(['/', '/history', '/subscribe', '/components/database', '/history.rss']),
      );
      expect(seen.some((path) => path.startsWith('/incidents/'))).toBe(true);
    }, 60_000);

    it('answer programs as the server did', async () => {
      expect(await get('/feed.json')).toMatchObject({ status: 200, type: expect.stringContaining('json') });
      expect((await get('/api/v2/summary.json')).text).toContain('Uploads fail');
      expect((await get('/badge/submissions.svg')).type).toContain('image/svg+xml');
      const feed = await get('/history.rss?component=database');
      expect(feed.text).toContain('Film Post: Main database');
      expect(await get('/nowhere')).toMatchObject({
        status: 404,
        text: expect.stringContaining('There is no such page'),
      });
    });

    it('work in a browser under the policy that they carry', async () => {
      const browser = await launchBrowser();
      try {
        const page = await openPage(browser, `${url}/`);
        const complaints: string[] = [];
        page.on('console', (line) => void (line.type() === 'error' && complaints.push(line.text())));
        await page.reload();
        await waitUntil('the age is counted', async () => /ago/.test((await page.textContent('[data-age]')) ?? ''));
        await page.goto(`${url}/subscribe`);
        expect(await page.getAttribute('main form', 'action')).toBe(`${url}/subscribe`);
        expect(complaints).toEqual([]);
        await keepScreenshots(page, 'copy-subscribe');
      } finally {
        await browser.close();
      }
    }, 60_000);

    it('are written by hand as well, with the same files', async () => {
      const out = join(data.dir, 'out');
      const { stdout, stderr } = await product.cli('publish', '--out', out);
      expect(stdout).toMatch(/^\d+ files, .+ They show what was known at .+ UTC\.\n$/);
      expect(stderr).toContain('100 %');
      expect(await namesIn(out)).toEqual(await namesIn(www));
      const refused = product.cli('publish', '--out', data.dir);
      await expect(refused).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('is not empty') });
    }, 60_000);
  },
);
