import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startFilmHouse } from '../helpers/filmHouse.ts';
import { freePort } from '../helpers/freePort.ts';
import { startMailbox } from '../helpers/mailbox.ts';
import { makeDataDir, startProduct } from '../helpers/product.ts';
import { confirmLinkIn } from '../helpers/reader.ts';
import { waitUntil } from '../helpers/wait.ts';

async function openNight() {
  const house = await startFilmHouse();
  const mailbox = await startMailbox();
  const { dir, remove } = await makeDataDir(house.statusYaml);
  onTestFinished(async () => {
    await mailbox.close();
    await house.stop();
    await remove();
  });
  const port = String(await freePort());
  const environment = {
    SMTP_URL: mailbox.url,
    EMAIL_FROM: 'status@film.example',
    PORT: port,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  };
  const start = () => startProduct(dir, environment);
  let product = await start();
  onTestFinished(() => product.kill());
  await fetch(`${product.url}/subscribe`, {
    method: 'POST',
    body: new URLSearchParams({ email: 'reader@example.org' }),
  });
  const [asked] = await mailbox.waitFor(1);
  if (!asked) throw new Error('no mail');
  await fetch(confirmLinkIn(asked), { method: 'POST' });

  /** Posts over the API as the command line does; resolves when it is acknowledged. */
  async function post(path: string, body: object): Promise<{ id: string }> {
    const { token } = JSON.parse(await readFile(join(dir, 'server.json'), 'utf8'));
    const response = await fetch(`${product.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    return (await response.json()) as { id: string };
  }

  return {
    mailbox,
    post,
    page: async (path: string) => (await fetch(`${product.url}${path}`)).text(),
    async killAndStart() {
      await product.kill();
      product = await start();
    },
  };
}

const opening = { title: 'Uploads fail', body: 'We are looking.', components: { submissions: 'degraded' } };

it('tells once what was acknowledged before a kill, whenever the kill comes', async () => {
  const night = await openNight();
  const { id } = await night.post('incidents', opening);
  for (let round = 0; round < 5; round++) {
    await night.post(`incidents/${id}/updates`, { body: `Word ${round} of the night.` });
    // The moment between the acknowledgement and the mail is cut at another place each time.
    await new Promise((resolve) => setTimeout(resolve, round * 15));
    await night.killAndStart();
  }
  const told = () => night.mailbox.received.flatMap(({ mail }) => mail.text?.match(/Word \d of the night/g) ?? []);
  const page = await night.page(`/incidents/${id}`);
  for (let round = 0; round < 5; round++) expect(page).toContain(`Word ${round} of the night.`);
  // A kill between the first byte and the answer leaves a mail nobody can know of: it is never said twice.
  await waitUntil('all but such mails have come', () => told().length >= 4);
  expect(new Set(told()).size).toBe(told().length);
}, 60_000);

it('keeps what it could not tell for when there is somebody to tell it to', async () => {
  const night = await openNight();
  night.mailbox.mood = 'mute';
  const { id } = await night.post('incidents', opening);
  await night.post(`incidents/${id}/resolution`, { body: 'Fixed. Nothing was lost.' });
  await night.killAndStart();
  night.mailbox.mood = 'kind';
  await night.killAndStart();
  const told = () =>
    night.mailbox.received.map(({ mail }) => mail.text ?? '').filter((text) => !text.includes('/confirm/'));
  await waitUntil('both mails have come', () => told().length >= 2, 30_000);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(told()).toHaveLength(2);
  expect(told()[0]).toContain('We are looking.');
  expect(told()[1]).toContain('Nothing was lost.');
}, 90_000);

it('serves the last good page at once, before anything else is open', async () => {
  const night = await openNight();
  await night.post('incidents', opening);
  await waitUntil('the page shows it', async () => (await night.page('/')).includes('Uploads fail'));
  await night.killAndStart();
  expect(await night.page('/')).toContain('Uploads fail');
}, 60_000);
