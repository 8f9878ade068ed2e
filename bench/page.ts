import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import autocannon from 'autocannon';
import { launchBrowser, openPage } from '../test/helpers/browser.ts';
import { freePort } from '../test/helpers/freePort.ts';
import { makeDataDir, type Product, startProduct } from '../test/helpers/product.ts';
import { median, percentile, roundMs } from './median.ts';
import type { Measurement } from './run.ts';

const rounds = 3;
const connections = 64;
const secondsARound = 5;
const componentCount = 30;
const stampedeClients = 64;

/** Thirty components that are looked at, in five groups, all of them answering. */
function largePage(targetPort: number): string {
  const component = (n: number) => `  - slug: service-${n}
    name: Service number ${n}
    description: What festivals and filmmakers do with service number ${n}.
    group: Group ${n % 5}
    depends_on: ${n === 0 ? '[]' : '[service-0]'}
    probes: [{ kind: http, interval: 30s, url: "http://127.0.0.1:${targetPort}/" }]`;
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
  const { request } = await import('node:http');
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
  const waits: number[] = [];
  const change = product.cli(
    'incident',
    'open',
    '--title',
    'Uploads fail',
    '--body',
    'We look.',
    '--component',
    'service-1=degraded',
  );
  let isOver = false;
  const reader = async () => {
    while (!isOver) {
      const from = performance.now();
      await (await fetch(product.url)).arrayBuffer();
      waits.push(performance.now() - from);
    }
  };
  const readers = Array.from({ length: stampedeClients }, reader);
  await change;
  await new Promise((resolve) => setTimeout(resolve, 500));
  isOver = true;
  await Promise.all(readers);
  return percentile(waits, 0.99);
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

async function startTarget(): Promise<{ port: number; stop: () => void }> {
  const port = await freePort();
  const server = createServer((_, response: ServerResponse) => response.end('ok')).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { port, stop: () => server.close() };
}

/** The home page with thirty components and one open incident: how fast, how small, how many requests. */
export async function measure(): Promise<Measurement> {
  const target = await startTarget();
  const { dir, remove } = await makeDataDir(largePage(target.port));
  const product = await startProduct(dir);
  const stampedeP99Ms = await stampede(product);
  const gzip = await encoded(product.url, 'gzip');
  const brotli = await encoded(product.url, 'br');
  if (!brotliDecompressSync(brotli).includes('Uploads fail')) throw new Error('the page does not show the incident');
  const bare = await startBareServer(gzip);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    theirs.push(await rps(bare.url));
    ours.push(await rps(`${product.url}/`));
  }
  const requests = await requestsOfOneView(product.url);
  bare.stop();
  await product.stop();
  target.stop();
  await remove();
  return {
    figures: {
      ratioToBareNode: Math.round(median(ours.map((each, round) => each / (theirs[round] ?? Number.NaN))) * 100) / 100,
      ourRps: Math.round(median(ours)),
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
    },
  };
}
