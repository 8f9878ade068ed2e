import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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
/** How often the one target is looked at that breaks by the clock, and the failures that it takes to believe it. */
const intervalMs = 5_000;
const downAfter = 3;

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

/** A target that says when it answered in vain, and what a `status.yaml` for it says. */
async function startDoor() {
  const failedAt: number[] = [];
  let isOpen = true;
  const server = createServer((_, response) => {
    if (!isOpen) failedAt.push(performance.now());
    response.writeHead(isOpen ? 200 : 500, { connection: 'close' }).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    failedAt,
    statusYaml: `page: { name: Film Post }
policies: { down_after: ${downAfter}, up_after: 1 }
components:
  - slug: door
    name: Door
    probes: [{ kind: http, interval: ${intervalMs}ms, timeout: 800ms, url: "http://127.0.0.1:${port}/" }]
`,
    open(isIt: boolean) {
      isOpen = isIt;
      failedAt.length = 0;
    },
    stop: () => server.close(),
  };
}

/**
 * From the break of a target to the changed page, in its two parts: detection, which the settings demand, ends with
 * the target's last failing answer that is needed; what follows is ours.
 */
async function measureBreaks(): Promise<{ detectionMs: number[]; breakToPageMs: number[] }> {
  const door = await startDoor();
  const { dir, remove } = await makeDataDir(door.statusYaml);
  const product = await startProduct(dir);
  const detectionMs: number[] = [];
  const breakToPageMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await untilPageSays(product.url, calm, 0);
    // Breaks fall anywhere between two looks.
    await sleep((intervalMs * round) / rounds);
    const broken = performance.now();
    door.open(false);
    const changed = await untilPage(product.url, (page) => !page.includes(calm), broken);
    const believed = (door.failedAt[downAfter - 1] ?? Number.NaN) - broken;
    detectionMs.push(believed);
    breakToPageMs.push(changed - believed);
    door.open(true);
    process.stderr.write(
      `break ${round + 1} of ${rounds}: seen in ${roundMs(believed)} ms, shown ${roundMs(changed)} ms\n`,
    );
  }
  await product.stop();
  door.stop();
  await remove();
  return { detectionMs, breakToPageMs };
}

/** From a broken target to the changed page, and from a committed update to the page and to an accepted mail. */
export async function measure(): Promise<Measurement> {
  const { detectionMs, breakToPageMs } = await measureBreaks();
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

  const updateToPageMs: number[] = [];
  const updateToMailMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await house.breakDatabase();
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
      detectionMs: roundMs(median(detectionMs)),
      breakToPageMs: roundMs(median(breakToPageMs)),
      updateToPageMs: roundMs(median(updateToPageMs)),
      updateToMailMs: roundMs(median(updateToMailMs)),
    },
    setting: { rounds, intervalMs, downAfter, mail: 'SMTP on loopback' },
  };
}
