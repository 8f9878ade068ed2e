import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import autocannon from 'autocannon';
import { launchBrowser, openPage } from '../test/helpers/browser.ts';
import { missingProgram } from '../test/helpers/debian.ts';
import { freePort } from '../test/helpers/freePort.ts';
import { makeNginx } from '../test/helpers/nginx.ts';
import { makeDataDir, type Product, startProduct } from '../test/helpers/product.ts';
import { waitUntil } from '../test/helpers/wait.ts';
import { consoleTokenOf, post } from './console.ts';
import { gatherCrowd } from './crowd.ts';
import { startTarget } from './loopbackTarget.ts';
import { median, percentile, roundMs } from './median.ts';
import { pageSays, waitForPage } from './pageWatch.ts';
import type { Measurement } from './run.ts';

const rounds = 3;
const connections = 64;
const secondsARound = 5;
const componentCount = 30;
const stampedeClients = 64;
const crowdSize = 10_000;
const countedPaths = [
  '/',
  '/history',
  '/components/service-1',
  '/api/v2/summary.json',
  '/history.atom',
  '/nowhere.json',
];

/** Thirty components that are looked at, in five groups, all of them answering. */
function largePage(targetUrl: string): string {
  const component = (n: number) => `  - slug: service-${n}
    name: Service number ${n}
    description: What festivals and filmmakers do with service number ${n}.
    group: Group ${n % 5}
    depends_on: ${n === 0 ? '[]' : '[service-0]'}
    probes: [{ kind: http, interval: 30s, url: "${targetUrl}" }]`;
  const groups = [0, 1, 2, 3, 4].map((n) => `Group ${n}`).join(', ');
  const components = Array.from({ length: componentCount }, (_, n) => component(n)).join('\n');
  return `page: { name: Film Post, about: Submissions for film festivals. }\ngroups: [${groups}]\ncomponents:\n${components}\n`;
}

/** The peer: a bare server in a process of its own that answers with the same bytes. */
async function startBareServer(body: Buffer): Promise<{ url: string; stop: () => void }> {
  const port = await freePort();
  const source = `const body = Buffer.from(${JSON.stringify(body.toString('base64'))}, 'base64');
    const headers = { 'content-type': 'text/html', 'content-encoding': 'gzip', 'content-length': body.length };
    require('node:http').createServer((request, response) => { response.writeHead(200, headers); response.end(body); })
      .listen(${port}, '127.0.0.1', () => console.log('up'));`;
  const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return { url: `http://127.0.0.1:${port}/`, stop: () => void child.kill() };
}

/** The same page as a file, compressed beforehand, from Debian's nginx. Null where it is not to be had. */
async function startNginx(body: Buffer): Promise<{ url: string; stop: () => Promise<void> } | null> {
  const missing = await missingProgram('nginx', 'nginx-light');
  if (missing) {
    process.stderr.write(`without nginx: ${missing}\n`);
    return null;
  }
  const dir = await mkdtemp(join(tmpdir(), 'intermission-static-'));
  await writeFile(join(dir, 'index.html.gz'), body);
  const port = await freePort();
  const nginx = await makeNginx(port, `root ${dir}; gzip_static always; keepalive_requests 1000000;`);
  await nginx.start();
  const stop = async () => {
    await nginx.remove();
    await rm(dir, { recursive: true });
  };
  return { url: `http://127.0.0.1:${port}/index.html`, stop };
}

async function rps(url: string): Promise<number> {
  const result = await autocannon({
    url,
    connections,
    duration: secondsARound,
    headers: { 'accept-encoding': 'gzip' },
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return result.requests.average;
}

async function encoded(url: string, encoding: string): Promise<Buffer> {
  const port = new URL(url).port;
  const response = await new Promise<Buffer>((resolve, reject) => {
    request({ host: '127.0.0.1', port, headers: { 'accept-encoding': encoding } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
    })
      .on('error', reject)
      .end();
  });
  return response;
}

/** Many readers in the very second of a change: how long the slowest hundredth waits. */
async function stampede(product: Product): Promise<number> {
  const order = { url: `${product.url}/`, connections: stampedeClients, asking: stampedeClients, pauseMs: 0 };
  const start = await gatherCrowd({ ...order, forMs: 1_000 });
  const components = { 'service-1': 'degraded' };
  const [{ waitsMs, errors }] = await Promise.all([
    start(),
    // The second is that of the change: it comes when all are asking.
    sleep(200).then(() => post(product, 'incidents', { title: 'Uploads fail', body: 'We look.', components })),
  ]);
  if (errors > 0) throw new Error(`${errors} readers were cut off in the stampede`);
  return percentile(waitsMs, 0.99);
}

/** The slowest hundredth of those who ask while ten thousand connections are open. */
async function crowded(product: Product): Promise<number> {
  const order = { url: `${product.url}/`, connections: crowdSize, asking: 200, pauseMs: 100, forMs: 5_000 };
  const { waitsMs, errors, stillOpen } = await (await gatherCrowd(order))();
  if (errors > 0 || stillOpen < crowdSize)
    throw new Error(`of ${crowdSize} connections ${stillOpen} are open; ${errors} errors`);
  return percentile(waitsMs, 0.99);
}

/** Statements that the database was asked for pages. An address of the API shows that the counting works. */
async function pageStatements(product: Product, countsPath: string): Promise<number> {
  const token = await consoleTokenOf(product);
  const control = '/api/v1/incidents';
  await fetch(product.url + control, { headers: { authorization: `Bearer ${token}` } });
  for (const path of countedPaths) await (await fetch(product.url + path)).arrayBuffer();
  process.kill(product.pid, 'SIGUSR2');
  const counts = await waitUntil('the statements are counted', async () => {
    const text = await readFile(countsPath, 'utf8').catch(() => '');
    return text.endsWith('}') ? (JSON.parse(text) as Record<string, number>) : null;
  });
  if (!counts[control]) throw new Error('no statement was counted where there is one');
  return countedPaths.reduce((sum, path) => sum + (counts[path] ?? 0), 0);
}

/** Requests that a browser makes for one view of the home page. */
async function requestsOfOneView(url: string): Promise<number> {
  const browser = await launchBrowser();
  let count = 0;
  const page = await openPage(browser, 'about:blank');
  page.on('request', (request) => {
    if (request.url().startsWith('http')) count += 1;
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  await browser.close();
  return count;
}

/** The home page with thirty components and one open incident: how fast, how small, how many requests. */
export async function measure(): Promise<Measurement> {
  const target = await startTarget();
  const { dir, remove } = await makeDataDir(largePage(target.url));
  const countsPath = join(dir, 'statements.json');
  const counted = await startProduct(dir, {
    NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'statementCounter.ts'))}?out=${countsPath}`,
  });
  const databaseQueries = await pageStatements(counted, countsPath);
  await counted.stop();

  const product = await startProduct(dir);
  const stampedeP99Ms = await stampede(product);
  await waitForPage(`${product.url}/`, pageSays('Uploads fail'));
  const gzip = await encoded(product.url, 'gzip');
  const brotli = await encoded(product.url, 'br');
  const bare = await startBareServer(gzip);
  const nginx = await startNginx(gzip);
  const [ours, theirs, nginxs]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    theirs.push(await rps(bare.url));
    ours.push(await rps(`${product.url}/`));
    if (nginx) nginxs.push(await rps(nginx.url));
  }
  const p99At10kConnectionsMs = await crowded(product);
  const requests = await requestsOfOneView(product.url);
  bare.stop();
  await nginx?.stop();
  await product.stop();
  target.stop();
  await remove();
  return {
    figures: {
      ratioToBareNode: Math.round(median(ours.map((each, round) => each / (theirs[round] ?? Number.NaN))) * 100) / 100,
      nginxRps: nginx ? Math.round(median(nginxs)) : null,
      ourRps: Math.round(median(ours)),
      databaseQueries,
      p99At10kConnectionsMs: roundMs(p99At10kConnectionsMs),
      stampedeP99Ms: roundMs(stampedeP99Ms),
      brotliBytes: brotli.length,
      requests,
    },
    setting: {
      rounds,
      connections,
      secondsARound,
      componentCount,
      bareRps: Math.round(median(theirs)),
      stampedeClients,
      crowdSize,
    },
  };
}
