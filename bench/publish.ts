import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Presets, SingleBar } from 'cli-progress';
import { makeDataDir, type Product, spawnProduct } from '../test/helpers/product.ts';
import { post } from './console.ts';
import { startTarget } from './loopbackTarget.ts';
import { median, percentile, roundMs } from './median.ts';
import { pageSays, waitForPage } from './pageWatch.ts';
import type { Measurement } from './run.ts';
import { type Past, storePast } from './storedHistory.ts';

const rounds = 20;
const languages = ['en', 'es', 'fr', 'de', 'pt', 'it', 'ru'];
const pasts: Record<'small' | 'large', Past> = {
  small: { components: 30, days: 90, incidents: 30, intervalMs: 60_000 },
  large: { components: 300, days: 90, incidents: 5_000, intervalMs: 60_000 },
};

/** The components of a past, as a file declares them. */
function statusYaml({ components }: Past, locales: readonly string[], url: string): string {
  const rows = Array.from(
    { length: components },
    (_, n) => `  - slug: service-${n}
    name: Service ${n}
    description: What festivals and filmmakers do with service number ${n}.
    group: Group ${n % 10}
    probes: [{ kind: http, interval: 60s, url: "${url}" }]`,
  );
  return `page: { name: Film Post }\ngroups: [${Array.from({ length: 10 }, (_, n) => `Group ${n}`)}]\nlocales: [${locales}]\ncomponents:\n${rows.join('\n')}\n`;
}

type Waiting = { pagesWaiting?: number };

async function waitingOf({ url }: Product): Promise<number | null> {
  const response = await fetch(`${url}/readyz`).catch(() => null);
  return response ? (((await response.json()) as Waiting).pagesWaiting ?? null) : null;
}

/** Waits until no page waits any more, with a bar on stderr. */
async function watchRebuild(product: Product, from: number): Promise<number> {
  const bar = new SingleBar(
    {
      format: 'full rebuild {bar} {value}/{total} pages, {duration_formatted}',
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 5_000,
    },
    Presets.shades_classic,
  );
  let total = 0;
  for (;;) {
    const waiting = await waitingOf(product);
    if (waiting !== null && waiting > total) {
      if (total === 0) bar.start(waiting, 0);
      total = waiting;
      bar.setTotal(total);
    }
    if (total > 0) bar.update(total - (waiting ?? total));
    if (total > 0 && waiting === 0) break;
    await sleep(100);
  }
  bar.stop();
  return (performance.now() - from) / 1_000;
}

/** From the sending of an update to the moment in which home and its incident show it: the longer of the two. */
async function updateTimes(product: Product): Promise<number[]> {
  const components = { 'service-1': 'degraded' };
  const { id } = await post(product, 'incidents', { title: 'Uploads fail', body: 'We look.', components });
  const watched = [`${product.url}/`, `${product.url}/incidents/${id}`];
  await Promise.all(watched.map((url) => waitForPage(url, pageSays('We look.'))));
  const tookMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Whatever else the last one has changed is not to be in the way of this one.
    while ((await waitingOf(product)) !== 0) await sleep(50);
    const words = `Word number ${round} of the night`;
    const from = performance.now();
    const shown = watched.map((url) => waitForPage(url, pageSays(words)));
    await post(product, `incidents/${id}/updates`, { body: words });
    await Promise.all(shown);
    tookMs.push(performance.now() - from);
  }
  return tookMs;
}

/** The most memory that a process ever held, MiB (Linux). */
async function peakMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}

async function measureOne(past: Past, locales: readonly string[], url: string) {
  const { dir, remove } = await makeDataDir(statusYaml(past, locales, url));
  process.stderr.write(`writing a past of ${past.components} components and ${past.incidents} incidents\n`);
  await storePast(join(dir, 'intermission.db'), past);
  await mkdir(join(dir, 'site'), { recursive: true });
  const from = performance.now();
  const product = await spawnProduct(dir);
  const rebuildS = await watchRebuild(product, from);
  const tookMs = await updateTimes(product);
  const peak = await peakMiB(product.pid);
  await product.stop();
  await remove();
  return { rebuildS, tookMs, peak };
}

/** From an update to the bytes that show it, on a small and on a large site, and the making of all of the large one. */
export async function measure(): Promise<Measurement> {
  const target = await startTarget();
  const small = await measureOne(pasts.small, languages.slice(0, 1), target.url);
  const large = await measureOne(pasts.large, languages, target.url);
  target.stop();
  return {
    figures: {
      smallP50Ms: roundMs(median(small.tookMs)),
      largeP50Ms: roundMs(median(large.tookMs)),
      largeP95Ms: roundMs(percentile(large.tookMs, 0.95)),
      fullRebuildS: Math.round(large.rebuildS * 10) / 10,
      peakMiB: large.peak,
    },
    setting: {
      rounds,
      ...pasts.large,
      languages: languages.length,
      from: 'the update is sent',
      to: 'home and its incident show it',
    },
  };
}
