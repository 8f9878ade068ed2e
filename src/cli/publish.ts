import { join, resolve } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { pino } from 'pino';
import { readPlaces } from '#config';
import { StartError } from '#core/error.ts';
import { exportSite } from '#publish/exportSite.ts';
import { publishedFiles } from '#publish/publishedFiles.ts';
import { loadSite } from '#publish/site.ts';
import { type StaticSite, staticSite } from '#publish/staticSite.ts';
import { command } from './command.ts';
import { print } from './output.ts';

/** Where nobody watches a bar move, a line every so often. */
const lineEveryMs = 5_000;

/** A server that runs may replace files while they are read; so many times it is tried to get ahead of it. */
const tries = 5;

/** What the server on the data folder has published, whether it runs or not. */
async function readPublished(dataDir: string, triesLeft = tries): Promise<StaticSite> {
  let leftOut = 0;
  const write = () => {
    leftOut += 1;
  };
  const published = publishedFiles(await loadSite(join(dataDir, 'site'), pino({ level: 'warn' }, { write })));
  if (leftOut > 0 && triesLeft > 1) return readPublished(dataDir, triesLeft - 1);
  if (leftOut > 0)
    throw new StartError(
      `Of what was published in ${dataDir}, some is missing or damaged. Start the server once: it makes it again.`,
    );
  if (published.files.length > 0) return await staticSite(published);
  throw new StartError(
    `Nothing was published yet in ${dataDir}. Start the server once with "npm start", or set DATA_DIR to the folder of the one that runs.`,
  );
}

function makeBar(): SingleBar {
  const format = '{bar} {percentage} % | {value} of {total} files';
  const options = { format, clearOnComplete: true, noTTYOutput: true, notTTYSchedule: lineEveryMs };
  return new SingleBar({ ...options, stream: process.stderr }, Presets.shades_classic);
}

function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export const publish = command({
  meta: { name: 'publish', description: 'Write the whole page as files, for any static host' },
  args: {
    out: { type: 'string', description: 'Folder for it: a new one, or one of an earlier run', required: true },
    precompressed: { type: 'boolean', description: 'Write .gz and .br beside text files', default: false },
  },
  examples: ['intermission publish --out public', 'intermission publish --out /srv/www/status --precompressed'],
  async run({ args }) {
    const dir = resolve(args.out);
    const site = await readPublished(readPlaces().dataDir);
    const stopping = new AbortController();
    const stop = () => stopping.abort(new StartError('Stopped; the folder is as it was.'));
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const bar = makeBar();
    // The files of the site, and the one that says whose they are.
    bar.start(site.files.size + 1, 0);
    try {
      const { precompressed } = args;
      const onFile = () => bar.increment();
      const { files, bytes } = await exportSite(site, dir, { precompressed, onFile, signal: stopping.signal });
      bar.stop();
      const at = new Date(site.heartbeatAt).toISOString().slice(0, 16).replace('T', ' ');
      print(`${files} files, ${sizeOf(bytes)}, in ${args.out}. They show what was known at ${at} UTC.`);
    } finally {
      bar.stop();
      process.off('SIGINT', stop).off('SIGTERM', stop);
    }
  },
});
