import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { expect, it, onTestFinished } from 'vitest';
import { missingProgram } from '../helpers/debian.ts';
import { freePort } from '../helpers/freePort.ts';
import { makeNginx } from '../helpers/nginx.ts';
import { makeOpensslCertificate } from '../helpers/openssl.ts';
import { makeDataDir, startProduct } from '../helpers/product.ts';
import { waitUntil } from '../helpers/wait.ts';

const dayMs = 86_400_000;

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
    page,
    /** Ends the product, and tells what its looks have found wrong, in the order of their first time. */
    async reasons(): Promise<string[]> {
      await product.kill();
      const database = createClient({ url: `file:${dir}/intermission.db` });
      const { rows } = await database.execute(
        'select reason from result where reason is not null group by reason order by min(id)',
      );
      database.close();
      return rows.map((row) => String(row['reason']));
    },
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

const noOpenssl = await missingProgram('openssl');

it.skipIf(noNginx || noOpenssl)(
  'warns before a certificate of openssl ends, and tells that it has ended',
  async () => {
    const certificates = await mkdtemp(join(tmpdir(), 'intermission-openssl-'));
    onTestFinished(() => rm(certificates, { recursive: true, force: true }));
    const port = await freePort();
    const files = `ssl_certificate ${certificates}/cert.pem; ssl_certificate_key ${certificates}/key.pem;`;
    const nginx = await makeNginx(port, `${files} location / { return 200 "The doors are open\\n"; }`, { tls: true });
    onTestFinished(nginx.remove);
    const now = Date.now();
    await makeOpensslCertificate(certificates, now - 85 * dayMs, now + 5 * dayMs);
    await nginx.start();
    const trust = `url: "https://127.0.0.1:${port}/", tls_ca: "${certificates}/cert.pem"`;
    const { says, reasons } = await watch(`{ kind: http, ${trust}, interval: 1s, timeout: 800ms }`);
    await says('Entry desk works, but not as it should');
    await nginx.stop();
    await makeOpensslCertificate(certificates, now - 90 * dayMs, now - dayMs);
    await nginx.start();
    await says('Entry desk is not available');
    const found = await reasons();
    expect(found[0]).toMatch(/^certificate: it ends within 7 days, on /);
    expect(found.at(-1)).toBe('tls: certificate has expired');
  },
  60_000,
);
