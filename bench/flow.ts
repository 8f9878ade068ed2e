import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFilmHouse } from '../test/helpers/filmHouse.ts';
import { startMailbox } from '../test/helpers/mailbox.ts';
import { makeDataDir, startProduct } from '../test/helpers/product.ts';
import { confirmLinkIn } from '../test/helpers/reader.ts';
import { waitUntil } from '../test/helpers/wait.ts';
import { median, roundMs } from './median.ts';
import type { Measurement } from './run.ts';

const rounds = 5;
/** How the title of the home page begins while all is well. */
const calm = '<title>Operational';
/** Three failures, a second apart, the first up to a second after the break. */
const mandatedDetectionMs = 3_000;

async function untilPage(url: string, isSo: (page: string) => boolean, from: number): Promise<number> {
  for (;;) {
    if (isSo(await (await fetch(url)).text())) return performance.now() - from;
    await sleep(5);
  }
}

const untilPageSays = (url: string, words: string, from: number) =>
  untilPage(url, (page) => page.includes(words), from);

async function consoleTokenOf(dir: string): Promise<string> {
  return JSON.parse(await readFile(join(dir, 'server.json'), 'utf8')).token;
}

/** The incident that the break opens; it may come a moment after the component's own state. */
async function openIncident(url: string, token: string): Promise<{ id: string }> {
  return waitUntil('an incident is open', async () => {
    const response = await fetch(`${url}/api/v1/incidents?open=true`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { incidents } = (await response.json()) as { incidents: { id: string }[] };
    return incidents[0];
  });
}

/** From a broken target to the changed page, and from a committed update to the page and to an accepted mail. */
export async function measure(): Promise<Measurement> {
  const house = await startFilmHouse();
  const mailbox = await startMailbox();
  const { dir, remove } = await makeDataDir(house.statusYaml);
  const product = await startProduct(dir, {
    SMTP_URL: mailbox.url,
    EMAIL_FROM: 'status@film.example',
    PUBLIC_URL: 'http://status.film.example',
  });
  await fetch(`${product.url}/subscribe`, {
    method: 'POST',
    body: new URLSearchParams({ email: 'reader@example.org' }),
  });
  const asked = await waitUntil('the confirmation mail has come', () => mailbox.received[0]);
  await fetch(new URL(new URL(confirmLinkIn(asked)).pathname, product.url), { method: 'POST' });

  const breakToPageMs: number[] = [];
  const updateToPageMs: number[] = [];
  const updateToMailMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const broken = performance.now();
    await house.breakDatabase();
    breakToPageMs.push((await untilPage(product.url, (page) => !page.includes(calm), broken)) - mandatedDetectionMs);
    const token = await consoleTokenOf(dir);
    const incident = await openIncident(product.url, token);
    const words = `Word number ${round} of the night`;
    const mailsBefore = mailbox.received.length;
    const response = await fetch(`${product.url}/api/v1/incidents/${incident.id}/updates`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ body: words }),
    });
    const committed = performance.now();
    if (!response.ok) throw new Error(await response.text());
    await Promise.all([
      untilPageSays(`${product.url}/incidents/${incident.id}`, words, committed).then((ms) => updateToPageMs.push(ms)),
      waitUntil('the update has come by mail', () =>
        mailbox.received.slice(mailsBefore).some(({ mail }) => mail.text?.includes(words)),
      ).then(() => updateToMailMs.push(performance.now() - committed)),
    ]);
    await house.mendDatabase();
    await untilPageSays(`${product.url}/incidents/${incident.id}`, 'again', committed);
    await product.cli('incident', 'resolve', incident.id, '--body', 'Nothing was lost.');
    await untilPageSays(`${product.url}/incidents/${incident.id}`, 'Nothing was lost', committed);
    await untilPageSays(product.url, calm, committed);
  }
  await product.stop();
  await mailbox.close();
  await house.stop();
  await remove();
  return {
    figures: {
      breakToPageMs: roundMs(median(breakToPageMs)),
      updateToPageMs: roundMs(median(updateToPageMs)),
      updateToMailMs: roundMs(median(updateToMailMs)),
    },
    setting: { rounds, intervalMs: 1_000, mandatedDetectionMs, mail: 'SMTP on loopback' },
  };
}
