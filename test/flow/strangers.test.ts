import { expect, it, onTestFinished } from 'vitest';
import { missingProgram } from '../helpers/debian.ts';
import { freePort } from '../helpers/freePort.ts';
import { makeNginx } from '../helpers/nginx.ts';
import { makeDataDir, startProduct } from '../helpers/product.ts';
import { waitUntil } from '../helpers/wait.ts';

// The whole chain against programs that nobody here wrote.

/** A product that looks each second by the given lines of a component. */
async function watch(lines: string) {
  const { dir, remove } = await makeDataDir(`page: { name: Strangers }
policies: { down_after: 3, up_after: 2 }
components:
  - slug: entry
    name: Entry desk
    probes:
      - ${lines}
`);
  const product = await startProduct(dir);
  onTestFinished(async () => {
    await product.kill();
    await remove();
  });
  const page = async (path = '/') => (await fetch(`${product.url}${path}`)).text();
  return {
    product,
    page,
    says: (words: string) => waitUntil(`the page says "${words}"`, async () => (await page()).includes(words)),
  };
}

const noNginx = await missingProgram('nginx');

it.skipIf(noNginx)(
  'sees nginx stop and start again, and tells it as one incident',
  async () => {
    const port = await freePort();
    const nginx = await makeNginx(port, 'location / { return 200 "The doors are open\\n"; }');
    onTestFinished(nginx.remove);
    await nginx.start();
    const { page, says } = await watch(
      `{ kind: http, url: "http://127.0.0.1:${port}/", contains: doors, interval: 1s, timeout: 800ms }`,
    );
    await says('Everything is working');
    await nginx.stop();
    await says('Entry desk is not available');
    expect(await page()).toContain('<title>Major outage');
    await nginx.start();
    await says('Everything is working');
    const feed = await page('/history.rss');
    expect(feed.match(/<item>/g)).toHaveLength(1);
    expect(feed).toContain('Entry desk');
  },
  60_000,
);
