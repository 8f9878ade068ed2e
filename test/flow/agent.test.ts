import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { startAgentProcess } from '../helpers/agent.ts';
import { freePort } from '../helpers/freePort.ts';
import { makeDataDir, startProduct } from '../helpers/product.ts';
import { startHttpTarget } from '../helpers/target.ts';
import { waitUntil } from '../helpers/wait.ts';

const settings = (url: string, intervals = '1s') => `page: { name: Film Post }
locations: [{ name: lisbon, label: Lisbon }, { name: porto }]
components:
  - slug: mail
    name: Mail
    probes:
      - { kind: http, url: "${url}", interval: ${intervals}, timeout: 900ms, locations: [lisbon] }
`;

/** A product, and a target that only Lisbon looks at. */
async function openLisbon() {
  let hits = 0;
  const url = await startHttpTarget((_, response) => {
    hits += 1;
    response.end('well');
  });
  const { dir, remove } = await makeDataDir(settings(url));
  onTestFinished(remove);
  const { dir: agentDir, remove: removeAgent } = await makeDataDir('');
  onTestFinished(removeAgent);
  const port = String(await freePort());
  const start = () => startProduct(dir, { PORT: port });
  let product = await start();
  onTestFinished(() => product.kill());
  const { stdout } = await product.cli('token', 'create', '--name', 'x', '--scope', 'probe', '--location', 'lisbon');
  const token = stdout.trim();
  const server = product.url;
  return {
    url,
    dir,
    server,
    token,
    agent: (part = {}) => startAgentProcess({ server, token, location: 'lisbon', dir: agentDir, ...part }),
    hits: () => hits,
    /** Waits until the target was looked at so many times more. */
    async looks(more: number) {
      const goal = hits + more;
      await waitUntil(`${more} more looks`, () => hits >= goal);
    },
    async component() {
      const { stdout: list } = await product.cli('component', 'list', '--json');
      return (JSON.parse(list) as { state: string }[])[0]?.state;
    },
    /** The last word of Lisbon, once it has one. */
    async word() {
      const { token: consoleToken } = JSON.parse(await readFile(join(dir, 'server.json'), 'utf8')) as { token: string };
      const headers = { authorization: `Bearer ${consoleToken}` };
      const answer = await (await fetch(`${server}/api/v1/locations`, { headers })).json();
      const { locations } = answer as { locations: { name: string; sights: { at: number | null }[] }[] };
      const sight = locations.find(({ name }) => name === 'lisbon')?.sights[0];
      return sight?.at ? sight : null;
    },
    kill: () => product.kill(),
    async restart() {
      product = await start();
    },
    /** Everything the server remembers, once it has stopped. */
    async read() {
      await product.stop();
      const db = new DatabaseSync(join(dir, 'intermission.db'), { readOnly: true });
      const results = db.prepare('select probe_id, location, at, outcome from result order by at').all();
      const flips = db.prepare(`select "to" from flip order by seq`).all();
      const incidents = db.prepare('select id from incident').all();
      db.close();
      return { results, flips: flips.map((row) => row['to']), incidents };
    },
  };
}

it('stores every result of an agent once, and flips nothing, when the server is killed and comes back', async () => {
  const lisbon = await openLisbon();
  const agent = lisbon.agent();
  await lisbon.looks(2);
  await waitUntil('Mail is seen', async () => (await lisbon.component()) === 'operational');
  for (let round = 0; round < 2; round++) {
    await lisbon.kill();
    await lisbon.looks(4);
    await lisbon.restart();
    const isBack = () => agent.said().match(/The server answers again/g)?.length === round + 1;
    await waitUntil('the agent has its server back', isBack);
    await lisbon.looks(3);
  }
  expect(await lisbon.component()).toBe('operational');
  expect(await agent.stop()).toBe(0);
  const { results, flips, incidents } = await lisbon.read();
  expect(results).toHaveLength(lisbon.hits());
  expect(new Set(results.map((row) => row['at'])).size).toBe(lisbon.hits());
  expect(results.every((row) => row['location'] === 'lisbon' && row['outcome'] === 'ok')).toBe(true);
  expect(flips).toEqual(['operational']);
  expect(incidents).toEqual([]);
  expect(agent.said().match(/The server does not answer/g)).toHaveLength(2);
}, 120_000);

it('goes on after its own kill with the orders it had, and hands in what it had kept', async () => {
  const lisbon = await openLisbon();
  const first = lisbon.agent();
  await lisbon.looks(2);
  await waitUntil('Mail is seen', async () => (await lisbon.component()) === 'operational');
  await lisbon.kill();
  await lisbon.looks(3);
  await first.kill();
  const second = lisbon.agent();
  await lisbon.looks(3);
  expect(second.said()).toContain('Looking with the 1 probe known from before.');
  await lisbon.restart();
  await waitUntil('the agent has its server back', () => second.said().includes('The server answers again'));
  expect(await second.stop()).toBe(0);
  const { results, flips } = await lisbon.read();
  // A kill may take the one look that was on its way.
  expect(lisbon.hits() - results.length).toBeLessThanOrEqual(1);
  expect(new Set(results.map((row) => row['at'])).size).toBe(results.length);
  expect(flips).toEqual(['operational']);
}, 120_000);

it('lets only the operator of the agent allow private targets', async () => {
  const lisbon = await openLisbon();
  const agent = lisbon.agent({ egressAllow: '' });
  await waitUntil('Lisbon has a word', lisbon.word);
  expect(await lisbon.word()).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('blocked') });
  expect(await agent.stop()).toBe(0);
  const { results } = await lisbon.read();
  expect(results.every((row) => row['outcome'] === 'unknown')).toBe(true);
  expect(lisbon.hits()).toBe(0);
}, 60_000);

it('shows staff what each location last saw, and the public nothing of it', async () => {
  const url = await startHttpTarget((_, response) => response.end('well'));
  const { dir, remove } = await makeDataDir(settings(url).replace('[lisbon]', '[home, lisbon]'));
  onTestFinished(remove);
  const product = await startProduct(dir);
  onTestFinished(() => product.kill());
  const { stdout } = await product.cli('staff', 'invite', '--name', 'ana');
  const password = stdout.trim();
  const signedIn = await fetch(`${product.url}/staff/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ name: 'ana', password }),
    headers: { origin: product.url },
    redirect: 'manual',
  });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const desk = async () => (await fetch(`${product.url}/staff`, { headers: { cookie } })).text();
  const tableOf = (page: string) => /<table class="sights".*<\/table>/s.exec(page)?.[0] ?? '';
  const table = await waitUntil('home has a word', async () => {
    const seen = tableOf(await desk());
    return seen.includes('Up') ? seen : null;
  });
  const text = table.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  expect(text).toMatch(/Location Sees Last look Mail mail\/http home Up .* ms Lisbon Not known none yet/);
  expect(await (await fetch(`${product.url}/components/mail`)).text()).not.toContain('Lisbon');
}, 60_000);

it('ends at once, with a sentence, when the server does not know it', async () => {
  const lisbon = await openLisbon();
  const stranger = lisbon.agent({ token: 'imn_nobody' });
  expect(await stranger.exited).toBe(2);
  expect(stranger.said()).toContain('The server refuses: Send a token');
  const elsewhere = lisbon.agent({ location: 'porto' });
  expect(await elsewhere.exited).toBe(2);
  expect(elsewhere.said()).toContain('speaks for the location "lisbon", not for "porto"');
  await lisbon.kill();
}, 60_000);
