import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { findBrowser } from '../test/helpers/browser.ts';
import { openScene, pagesOf } from '../test/helpers/scenes.ts';
import { median } from './median.ts';
import type { Measurement } from './run.ts';

const run = promisify(execFile);

/** Heavy, and of use here only: npm fetches it when the bench runs, and keeps it in its cache. */
const version = '13.5.0';
const profiles = { Phone: [], Desktop: ['--preset=desktop'] } as const;
/** One busy moment of the machine is not the page's. */
const rounds = 3;
const measured = ['home', 'incident', 'history'] as const;
/** Lighthouse measures a browser that draws for itself: without a screen there is no processor for it. */
const flags = '--headless=new --no-sandbox --disable-gpu';

const score = z.object({ score: z.number().nullable() });
const figure = z.object({ numericValue: z.number() });
const reportSchema = z.object({
  categories: z.object({ performance: score, accessibility: score, 'best-practices': score, seo: score }),
  audits: z.object({
    'total-blocking-time': figure,
    'cumulative-layout-shift': figure,
    'largest-contentful-paint': figure,
  }),
});

/** What Lighthouse says of one address; what it complains of goes to stderr. */
async function look(url: string, options: readonly string[], dir: string): Promise<z.infer<typeof reportSchema>> {
  const { path } = await findBrowser();
  const output = join(dir, 'report.json');
  await run(
    'npm',
    ['exec', '--yes', `--package=lighthouse@${version}`, '--', 'lighthouse', url, ...options].concat([
      '--quiet',
      '--output=json',
      `--output-path=${output}`,
      `--chrome-flags=${flags}`,
    ]),
    { env: { ...process.env, CHROME_PATH: path }, maxBuffer: 16 * 1024 * 1024, timeout: 120_000 },
  );
  const report: unknown = JSON.parse(await readFile(output, 'utf8'));
  complain(url, report);
  return reportSchema.parse(report);
}

const complaintsSchema = z.object({
  audits: z.record(
    z.string(),
    z.object({ score: z.number().nullable(), title: z.string(), scoreDisplayMode: z.string() }),
  ),
});

/** Which audits cost points, for whoever wants to mend what the score tells. */
function complain(url: string, report: unknown): void {
  for (const [id, { score, title, scoreDisplayMode }] of Object.entries(complaintsSchema.parse(report).audits))
    if (score !== null && score < 0.9 && scoreDisplayMode !== 'informative')
      process.stderr.write(`${url}: ${id} ${score}: ${title}\n`);
}

type Sight = Record<string, number>;

function sightOf({ categories, audits }: z.infer<typeof reportSchema>): Sight {
  const points = ({ score }: { score: number | null }) => Math.round((score ?? Number.NaN) * 100);
  return {
    Performance: points(categories.performance),
    Accessibility: points(categories.accessibility),
    BestPractices: points(categories['best-practices']),
    Seo: points(categories.seo),
    BlockingMs: Math.round(audits['total-blocking-time'].numericValue),
    LayoutShift: audits['cumulative-layout-shift'].numericValue,
    LargestPaintMs: Math.round(audits['largest-contentful-paint'].numericValue),
  };
}

/** Thirty components with ninety days each and one open incident, as Lighthouse sees three pages of it. */
export async function measure(): Promise<Measurement> {
  const stage = await openScene('wide');
  const dir = await mkdtemp(join(tmpdir(), 'intermission-lighthouse-'));
  const sights = new Map<string, Sight[]>();
  for (let round = 0; round < rounds; round++)
    for (const kind of measured)
      for (const [profile, options] of Object.entries(profiles)) {
        const name = `${kind}${profile}`;
        const sight = sightOf(await look(stage.url + pagesOf(stage)[kind], options, dir));
        sights.set(name, [...(sights.get(name) ?? []), sight]);
      }
  stage.close();
  await rm(dir, { recursive: true, force: true });
  const figures = Object.fromEntries(
    [...sights].flatMap(([name, seen]) =>
      Object.keys(seen[0] ?? {}).map((key) => [`${name}${key}`, median(seen.map((sight) => sight[key] ?? Number.NaN))]),
    ),
  );
  return { figures, setting: { lighthouse: version, rounds, components: stage.snapshot.components.length } };
}
